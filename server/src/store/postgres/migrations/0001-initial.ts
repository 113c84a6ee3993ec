// The first schema on PostgreSQL. Its twin with the same name holds the same tables for SQLite.
// What is indexed is compared byte by byte (`collate "C"`): an index then survives a change of the
// operating system's collations, and pages come in the same order on every server.
export const sql: string = `
create table instance (
  id integer primary key check (id = 1),
  setup_code_hash bytea,
  setup_code_expires_at bigint,
  setup_code_attempts bigint not null default 0,
  set_up_at bigint
);
insert into instance (id) values (1);

create table users (
  id text collate "C" primary key,
  name text not null,
  name_key text not null,
  email text not null,
  email_key text collate "C",
  email_verified_at bigint,
  password_hash text,
  instance_admin_at bigint,
  created_at bigint not null,
  suspended_at bigint,
  suspended_by text,
  deleted_at bigint,
  check ((deleted_at is null) = (email_key is not null))
);
create unique index users_email_key on users (email_key);
create index users_instance_admins on users (id) where instance_admin_at is not null;
create index users_newest on users (created_at desc, id desc) where deleted_at is null;

create table organizations (
  id text collate "C" primary key,
  name text not null,
  personal_of text collate "C" references users (id),
  policy text,
  created_at bigint not null,
  deleted_at bigint,
  deleted_by text
);
create unique index organizations_personal_of on organizations (personal_of);

create table memberships (
  id text collate "C" primary key,
  organization_id text collate "C" not null references organizations (id),
  user_id text collate "C" not null references users (id),
  role text not null,
  joined_at bigint not null,
  suspended_at bigint,
  suspended_by text,
  ended_at bigint,
  ended_by text,
  unique (id, organization_id, user_id)
);
create unique index memberships_active on memberships (organization_id, user_id) where ended_at is null;
create index memberships_newest on memberships (organization_id, joined_at desc, id desc) where ended_at is null;
create index memberships_user on memberships (user_id) where ended_at is null;

create table sessions (
  id text collate "C" primary key,
  hash bytea not null,
  user_id text collate "C" not null references users (id),
  organization_id text collate "C" not null references organizations (id),
  created_at bigint not null,
  authenticated_at bigint not null,
  last_seen_at bigint not null,
  expires_at bigint not null,
  ip text,
  user_agent text,
  ended_at bigint
);
create unique index sessions_hash on sessions (hash);
create index sessions_user on sessions (user_id, created_at desc, id desc) where ended_at is null;
create index sessions_organization on sessions (organization_id) where ended_at is null;

create table attempts (
  key text collate "C" primary key,
  count bigint not null,
  window_began_at bigint not null,
  last_at bigint not null
);
create index attempts_last on attempts (last_at);

create table invitations (
  id text collate "C" primary key,
  hash bytea not null,
  organization_id text collate "C" not null references organizations (id),
  email text not null,
  email_key text collate "C" not null,
  role text not null,
  invited_by_membership_id text collate "C" references memberships (id),
  invited_by_id text collate "C" not null,
  invited_by_name text not null,
  created_at bigint not null,
  expires_at bigint not null,
  accepted_at bigint,
  accepted_by text collate "C" references users (id),
  withdrawn_at bigint
);
create unique index invitations_hash on invitations (hash);
create unique index invitations_pending on invitations (organization_id, email_key)
  where accepted_at is null and withdrawn_at is null;
create index invitations_newest on invitations (organization_id, created_at desc, id desc)
  where accepted_at is null and withdrawn_at is null;
create index invitations_issued on invitations (invited_by_membership_id)
  where accepted_at is null and withdrawn_at is null;

create table personal_access_tokens (
  id text collate "C" primary key,
  hash bytea not null,
  prefix text not null,
  name text not null,
  user_id text collate "C" not null,
  organization_id text collate "C" not null,
  membership_id text collate "C" not null,
  permissions text,
  created_at bigint not null,
  expires_at bigint,
  expiry_noted_at bigint,
  replaces text collate "C" references personal_access_tokens (id),
  dismissed_at bigint,
  revoked_at bigint,
  revoked_reason text,
  revoked_by_kind text,
  revoked_by_id text collate "C",
  revoked_by_name text,
  foreign key (membership_id, organization_id, user_id) references memberships (id, organization_id, user_id),
  check ((revoked_at is null) = (revoked_reason is null))
);
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
  id text collate "C" primary key,
  hash bytea not null,
  prefix text not null,
  name text not null,
  organization_id text collate "C" not null references organizations (id),
  role text not null,
  permissions text,
  created_by text collate "C" not null references users (id),
  created_at bigint not null,
  expires_at bigint,
  expiry_noted_at bigint,
  revoked_at bigint,
  revoked_reason text,
  revoked_by_kind text,
  revoked_by_id text collate "C",
  revoked_by_name text,
  check ((revoked_at is null) = (revoked_reason is null))
);
create unique index api_keys_hash on api_keys (hash);
create index api_keys_organization on api_keys (organization_id, created_at desc, id desc);
create index api_keys_expiring on api_keys (expires_at)
  where revoked_at is null and expiry_noted_at is null;

create table services (
  id text collate "C" primary key,
  hash bytea not null,
  prefix text not null,
  name text collate "C" not null,
  created_at bigint not null,
  created_by text collate "C" not null references users (id),
  revoked_at bigint,
  revoked_by text collate "C" references users (id)
);
create unique index services_hash on services (hash);
create unique index services_name on services (name) where revoked_at is null;
create index services_newest on services (created_at desc, id desc);

create table credential_uses (
  credential_id text collate "C" primary key,
  use_count bigint not null,
  last_used_at bigint not null,
  last_used_ip text,
  last_used_user_agent text
);

create table credential_sightings (
  credential_id text collate "C" not null,
  sighting text collate "C" not null,
  at bigint not null,
  primary key (credential_id, sighting)
);
create index credential_sightings_at on credential_sightings (credential_id, at);

create table audit_events (
  id text collate "C" primary key,
  at bigint not null,
  organization_id text collate "C" references organizations (id),
  actor_kind text not null,
  actor_id text collate "C" not null,
  actor_name text not null,
  via_kind text,
  via_id text collate "C",
  via_name text,
  action text not null,
  target_kind text,
  target_id text collate "C",
  target_name text,
  subject_id text collate "C",
  outcome text not null,
  ip text,
  user_agent text,
  request_id text collate "C",
  details text not null
);
create index audit_events_newest on audit_events (at desc, id desc);
create index audit_events_organization on audit_events (organization_id, at desc, id desc);
create index audit_events_actor on audit_events (actor_id, at desc, id desc);
create index audit_events_subject on audit_events (subject_id, at desc, id desc) where subject_id is not null;
create index audit_events_via on audit_events (via_id, at desc, id desc) where via_id is not null;
create index audit_events_target on audit_events (target_id, at desc, id desc) where target_id is not null;
`;
