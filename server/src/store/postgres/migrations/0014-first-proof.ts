// When an account first proved an address, on PostgreSQL: what was made in it before may be somebody else's. Its twin holds the
// same for SQLite.
export const sql: string = `
alter table users add column address_proved_at bigint;
with batch as (select id from users where email_verified_at is not null and address_proved_at is null limit 2000)
  update users set address_proved_at = email_verified_at from batch where users.id = batch.id;
create index api_keys_creator on api_keys (created_by) where revoked_at is null;
`;
