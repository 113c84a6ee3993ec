// When an account first proved an address, on SQLite: what was made in it before may be somebody else's. Its twin holds the
// same for PostgreSQL.
export const sql: string = `
alter table users add column address_proved_at integer;
update users set address_proved_at = email_verified_at where email_verified_at is not null;
create index api_keys_creator on api_keys (created_by) where revoked_at is null;
`;
