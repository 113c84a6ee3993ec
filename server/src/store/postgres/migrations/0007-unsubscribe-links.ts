// Links in emails of notices that turn off their kind.
export const sql: string = `
create table unsubscribe_links (
  hash bytea primary key,
  user_id text collate "C" not null,
  kind text collate "C" not null,
  created_at bigint not null,
  used_at bigint
);
create index unsubscribe_links_oldest on unsubscribe_links (created_at);
create index unsubscribe_links_user on unsubscribe_links (user_id);
`;
