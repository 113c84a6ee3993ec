// Links in emails of notices that turn off their kind.
export const sql: string = `
create table unsubscribe_links (
  hash blob primary key,
  user_id text not null,
  kind text not null,
  created_at integer not null,
  used_at integer
) strict, without rowid;
create index unsubscribe_links_oldest on unsubscribe_links (created_at);
create index unsubscribe_links_user on unsubscribe_links (user_id);
`;
