// Through which token an invitation was issued, on SQLite: it can be accepted only as long as that token holds. Its
// twin holds the same for PostgreSQL.
export const sql: string = `
alter table invitations add column invited_by_token_id text references personal_access_tokens (id);
`;
