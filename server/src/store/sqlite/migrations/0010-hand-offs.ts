// Hand-offs of a host, and the sessions that they open.
export const sql: string = `
create table hand_offs (
  id text primary key,
  code_hash blob not null,
  made_by text not null,
  user_id text not null references users (id),
  membership_id text not null references memberships (id),
  organization_id text not null references organizations (id),
  page text not null,
  return_to text,
  return_url text,
  authenticated_at integer,
  created_at integer not null,
  expires_at integer not null,
  redeemed_at integer,
  via text,
  ended_at integer
) strict;
create unique index hand_offs_code on hand_offs (code_hash);
create index hand_offs_oldest on hand_offs (created_at);
create index hand_offs_unopened on hand_offs (user_id, created_at desc, id desc)
  where redeemed_at is null and ended_at is null;

alter table sessions add column hand_off_id text;
create index sessions_hand_off on sessions (hand_off_id) where hand_off_id is not null;
`;
