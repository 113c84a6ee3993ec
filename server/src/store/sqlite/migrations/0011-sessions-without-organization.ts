// A person may be signed in and in no organization: an instance admin, where the host product manages the directory.
export const sql: string = `
create table sessions_anew (
  id text primary key,
  hash blob not null,
  user_id text not null references users (id),
  organization_id text references organizations (id),
  created_at integer not null,
  authenticated_at integer not null,
  last_seen_at integer not null,
  expires_at integer not null,
  ip text, user_agent text,
  ended_at integer,
  hand_off_id text
) strict;
insert into sessions_anew
  select id, hash, user_id, organization_id, created_at, authenticated_at, last_seen_at, expires_at, ip, user_agent, ended_at,
    hand_off_id
  from sessions;
drop table sessions;
alter table sessions_anew rename to sessions;
create unique index sessions_hash on sessions (hash);
create index sessions_user on sessions (user_id, created_at desc, id desc) where ended_at is null;
create index sessions_organization on sessions (organization_id) where ended_at is null;
create index sessions_hand_off on sessions (hand_off_id) where hand_off_id is not null;
`;
