// The host product keeps users and organizations by its own ids. `email_vouched_at`: the address counts as proved because
// the host says so. `host_suspended_at`: the host's own suspension, beside one that somebody made here.
export const sql: string = `
alter table users add column external_source text;
alter table users add column external_id text;
alter table users add column email_vouched_at integer;
alter table users add column host_suspended_at integer;
alter table organizations add column external_source text;
alter table organizations add column external_id text;
alter table memberships add column host_suspended_at integer;
create unique index users_external on users (external_source, external_id)
  where external_id is not null and deleted_at is null;
create index users_external_newest on users (external_source, created_at desc, id desc)
  where external_id is not null and deleted_at is null;
create unique index organizations_external on organizations (external_source, external_id)
  where external_id is not null and deleted_at is null;
create index organizations_external_newest on organizations (external_source, created_at desc, id desc)
  where external_id is not null and deleted_at is null;
create table directory_versions (
  source text not null,
  kind text not null,
  external_id text not null,
  member_external_id text not null default '',
  version integer not null,
  deleted_version integer,
  seen_at integer not null,
  primary key (source, kind, external_id, member_external_id)
) strict, without rowid;
create index directory_versions_oldest on directory_versions (seen_at);
`;
