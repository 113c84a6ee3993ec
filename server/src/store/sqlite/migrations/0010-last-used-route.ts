// What a credential was last used for, on SQLite: a client that was just connected is told by it from any other use. Its twin
// holds the same for PostgreSQL.
export const sql: string = `
alter table credential_uses add column last_used_route text;
`;
