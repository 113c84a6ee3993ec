// Through which token an invitation was issued, on PostgreSQL: it can be accepted only as long as that token holds. Its
// twin holds the same for SQLite.
export const sql: string = `
alter table invitations add column invited_by_token_id text collate "C" references personal_access_tokens (id);
`;
