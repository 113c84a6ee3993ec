// What a credential was last used for, on PostgreSQL: a client that was just connected is told by it from any other use. Its twin
// holds the same for SQLite.
export const sql: string = `
alter table credential_uses add column last_used_route text;
`;
