// What follows a change that ended much at once, on PostgreSQL: the change itself is one row, and its tombstones, events
// and notices are written afterwards in small steps. A membership counts its generations of tokens: raising the count ends
// all tokens of the generations before. Both columns have constant defaults, so no row is rewritten. Its twin holds the same
// for SQLite.
export const sql: string = `
alter table memberships add column token_generation integer not null default 0;
alter table personal_access_tokens add column generation integer not null default 0;
create table follow_ups (
  subject text primary key,
  kind text not null,
  at bigint not null,
  reason text,
  actor_kind text not null,
  actor_id text not null,
  actor_name text not null,
  details text not null,
  progress text
);
`;
