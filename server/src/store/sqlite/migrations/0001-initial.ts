// The first schema on SQLite. Its twin with the same name holds the same tables for PostgreSQL.
// Tables are `strict`; those reached by id on the verification path are `without rowid`, which saves
// one lookup for each join.
export const sql: string = `
create table instance (
  id integer primary key check (id = 1),
  setup_code_hash blob,
  setup_code_expires_at integer,
  setup_code_attempts integer not null default 0,
  set_up_at integer
) strict;
insert into instance (id) values (1);

create table users (
  id text primary key,
  name text not null,
  name_key text not null,
  email text not null,
  email_key text,
  email_verified_at integer,
  password_hash text,
  instance_admin_at integer,
  created_at integer not null,
  suspended_at integer,
  suspended_by text,
  deleted_at integer,
  check ((deleted_at is null) = (email_key is not null))
) strict, without rowid;
create unique index users_email_key on users (email_key);
create index users_instance_admins on users (id) where instance_admin_at is not null;
create index users_newest on users (created_at desc, id desc) where deleted_at is null;

create table organizations (
  id text primary key,
  name text not null,
  personal_of text references users (id),
  policy text,
  created_at integer not null,
  deleted_at integer,
  deleted_by text
) strict, without rowid;
create unique index organizations_personal_of on organizations (personal_of);

create table memberships (
  id text primary key,
  organization_id text not null references organizations (id),
  user_id text not null references users (id),
  role text not null,
  joined_at integer not null,
  suspended_at integer,
  suspended_by text,
  ended_at integer,
  ended_by text,
  unique (id, organization_id, user_id)
) strict, without rowid;
create unique index memberships_active on memberships (organization_id, user_id) where ended_at is null;
create index memberships_newest on memberships (organization_id, joined_at desc, id desc) where ended_at is null;
create index memberships_user on memberships (user_id) where ended_at is null;

create table sessions (
  id text primary key,
  hash blob not null,
  user_id text not null references users (id),
  organization_id text not null references organizations (id),
  created_at integer not null,
  authenticated_at integer not null,
  last_seen_at integer not null,
  expires_at integer not null,
  ip text,
  user_agent text,
  ended_at integer
) strict;
create unique index sessions_hash on sessions (hash);
create index sessions_user on sessions (user_id, created_at desc, id desc) where ended_at is null;
create index sessions_organization on sessions (organization_id) where ended_at is null;

create table attempts (
  key text primary key,
  count integer not null,
  window_began_at integer not null,
  last_at integer not null
) strict, without rowid;
create index attempts_last on attempts (last_at);

create table invitations (
  id text primary key,
  hash blob not null,
  organization_id text not null references organizations (id),
  email text not null,
  email_key text not null,
  role text not null,
  invited_by_membership_id text references memberships (id),
  invited_by_id text not null,
  invited_by_name text not null,
  created_at integer not null,
  expires_at integer not null,
  accepted_at integer,
  accepted_by text references users (id),
  withdrawn_at integer
) strict;
create unique index invitations_hash on invitations (hash);
create unique index invitations_pending on invitations (organization_id, email_key)
  where accepted_at is null and withdrawn_at is null;
create index invitations_newest on invitations (organization_id, created_at desc, id desc)
  where accepted_at is null and withdrawn_at is null;
create index invitations_issued on invitations (invited_by_membership_id)
  where accepted_at is null and withdrawn_at is null;

create table personal_access_tokens (
  id text primary key,
  hash blob not null,
  prefix text not null,
  name text not null,
  user_id text not null,
  organization_id text not null,
  membership_id text not null,
  permissions text,
  created_at integer not null,
  expires_at integer,
  expiry_noted_at integer,
  replaces text references personal_access_tokens (id),
  dismissed_at integer,
  revoked_at integer,
  revoked_reason text,
  revoked_by_kind text,
  revoked_by_id text,
  revoked_by_name text,
  foreign key (membership_id, organization_id, user_id) references memberships (id, organization_id, user_id),
  check ((revoked_at is null) = (revoked_reason is null))
) strict;
create unique index personal_access_tokens_hash on personal_access_tokens (hash);
create index personal_access_tokens_user on personal_access_tokens (user_id, created_at desc, id desc)
  where dismissed_at is null;
create index personal_access_tokens_user_organization
  on personal_access_tokens (user_id, organization_id, created_at desc, id desc) where dismissed_at is null;
create index personal_access_tokens_organization
  on personal_access_tokens (organization_id, created_at desc, id desc);
create index personal_access_tokens_live_membership on personal_access_tokens (membership_id) where revoked_at is null;
create index personal_access_tokens_live_user on personal_access_tokens (user_id) where revoked_at is null;
create index personal_access_tokens_live_organization
  on personal_access_tokens (organization_id) where revoked_at is null;
create index personal_access_tokens_expiring on personal_access_tokens (expires_at)
  where revoked_at is null and expiry_noted_at is null;

create table api_keys (
  id text primary key,
  hash blob not null,
  prefix text not null,
  name text not null,
  organization_id text not null references organizations (id),
  role text not null,
  permissions text,
  created_by text not null references users (id),
  created_at integer not null,
  expires_at integer,
  expiry_noted_at integer,
  revoked_at integer,
  revoked_reason text,
  revoked_by_kind text,
  revoked_by_id text,
  revoked_by_name text,
  check ((revoked_at is null) = (revoked_reason is null))
) strict;
create unique index api_keys_hash on api_keys (hash);
create index api_keys_organization on api_keys (organization_id, created_at desc, id desc);
create index api_keys_expiring on api_keys (expires_at)
  where revoked_at is null and expiry_noted_at is null;

create table services (
  id text primary key,
  hash blob not null,
  prefix text not null,
  name text not null,
  created_at integer not null,
  created_by text not null references users (id),
  revoked_at integer,
  revoked_by text references users (id)
) strict;
create unique index services_hash on services (hash);
create unique index services_name on services (name) where revoked_at is null;
create index services_newest on services (created_at desc, id desc);

create table credential_uses (
  credential_id text primary key,
  use_count integer not null,
  last_used_at integer not null,
  last_used_ip text,
  last_used_user_agent text
) strict, without rowid;

create table credential_sightings (
  credential_id text not null,
  sighting text not null,
  at integer not null,
  primary key (credential_id, sighting)
) strict, without rowid;
create index credential_sightings_at on credential_sightings (credential_id, at);

create table audit_events (
  id text primary key,
  at integer not null,
  organization_id text references organizations (id),
  actor_kind text not null,
  actor_id text not null,
  actor_name text not null,
  via_kind text,
  via_id text,
  via_name text,
  action text not null,
  target_kind text,
  target_id text,
  target_name text,
  subject_id text,
  outcome text not null,
  ip text,
  user_agent text,
  request_id text,
  details text not null
) strict;
create index audit_events_newest on audit_events (at desc, id desc);
create index audit_events_organization on audit_events (organization_id, at desc, id desc);
create index audit_events_actor on audit_events (actor_id, at desc, id desc);
create index audit_events_subject on audit_events (subject_id, at desc, id desc) where subject_id is not null;
create index audit_events_via on audit_events (via_id, at desc, id desc) where via_id is not null;
create index audit_events_target on audit_events (target_id, at desc, id desc) where target_id is not null;
`;
