// The first schema on SQLite. Its twin with the same name holds the same tables for PostgreSQL.
// Tables are `strict`. Verification joins tokens, memberships, users and organizations by their `number` and finds a token
// by `hash_key`, so these are the keys of their tables. Other tables that are found by one key are `without rowid`.
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
  number integer primary key,
  id text not null unique,
  name text not null,
  name_key text not null,
  email text not null,
  email_key text,
  email_verified_at integer,
  address_proved_at integer,
  password_hash text,
  instance_admin_at integer,
  created_at integer not null,
  suspended_at integer, suspended_by text,
  deleted_at integer,
  check ((deleted_at is null) = (email_key is not null))
) strict;
create unique index users_email_key on users (email_key);
create index users_instance_admins on users (id) where instance_admin_at is not null;
create index users_newest on users (created_at desc, id desc) where deleted_at is null;
create index users_suspended_newest on users (created_at desc, id desc)
  where suspended_at is not null and deleted_at is null;
create index users_instance_admins_newest on users (created_at desc, id desc)
  where instance_admin_at is not null and deleted_at is null;

create table organizations (
  number integer primary key,
  id text not null unique,
  name text not null,
  name_key text not null default '',
  personal_of text references users (id),
  policy text,
  created_at integer not null,
  deleted_at integer, deleted_by text,
  audit_retention_days integer,
  audit_retention_effective_at integer,
  audit_retention_until_then_days integer
) strict;
create unique index organizations_personal_of on organizations (personal_of) where personal_of is not null;
create index organizations_audit_retention on organizations (id) where audit_retention_effective_at is not null;
create index organizations_newest on organizations (created_at desc, id desc);
create index organizations_shared_newest on organizations (created_at desc, id desc) where personal_of is null;
create index organizations_deleted_newest on organizations (created_at desc, id desc) where deleted_at is not null;

create table memberships (
  number integer primary key,
  id text not null unique,
  organization_id text not null references organizations (id),
  user_id text not null references users (id),
  role text not null,
  joined_at integer not null,
  suspended_at integer, suspended_by text,
  ended_at integer, ended_by text,
  token_generation integer not null default 0,
  unique (id, organization_id, user_id)
) strict;
create unique index memberships_active on memberships (organization_id, user_id) where ended_at is null;
create index memberships_newest on memberships (organization_id, joined_at desc, id desc) where ended_at is null;
create index memberships_user on memberships (user_id) where ended_at is null;
create index memberships_ended on memberships (organization_id, user_id) where ended_at is not null;
create index memberships_owners on memberships (organization_id, joined_at desc, id desc)
  where role = 'owner' and ended_at is null;

create table sessions (
  id text primary key,
  hash blob not null,
  user_id text not null references users (id),
  organization_id text not null references organizations (id),
  created_at integer not null,
  authenticated_at integer not null,
  last_seen_at integer not null,
  expires_at integer not null,
  ip text, user_agent text,
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

create table email_links (
  hash blob primary key,
  kind text not null,
  user_id text not null references users (id),
  email text not null,
  created_at integer not null,
  expires_at integer not null
) strict, without rowid;
create index email_links_user on email_links (user_id, kind);

create table personal_access_tokens (
  hash_key integer primary key,
  hash blob not null,
  id text not null unique,
  prefix text not null,
  name text not null,
  name_key text not null default '',
  user_id text not null, user_number integer not null,
  organization_id text not null, organization_number integer not null,
  membership_id text not null, membership_number integer not null,
  generation integer not null default 0,
  permissions text,
  created_at integer not null,
  expires_at integer,
  expires_order integer generated always as (coalesce(expires_at, 999999999999999)) virtual,
  expiry_noted_at integer,
  expiry_notice_at integer,
  replaces text references personal_access_tokens (id),
  dismissed_at integer,
  revoked_at integer, revoked_reason text,
  revoked_by_kind text, revoked_by_id text, revoked_by_name text,
  foreign key (membership_id, organization_id, user_id) references memberships (id, organization_id, user_id),
  check ((revoked_at is null) = (revoked_reason is null))
) strict;
create index personal_access_tokens_user on personal_access_tokens (user_id, created_at desc, id desc)
  where dismissed_at is null;
create index personal_access_tokens_user_organization
  on personal_access_tokens (user_id, organization_id, created_at desc, id desc) where dismissed_at is null;
create index personal_access_tokens_user_newest on personal_access_tokens (user_id, created_at desc, id desc);
create index personal_access_tokens_organization
  on personal_access_tokens (organization_id, created_at desc, id desc);
create index personal_access_tokens_holder
  on personal_access_tokens (organization_id, user_id, created_at desc, id desc);
create index personal_access_tokens_newest on personal_access_tokens (created_at desc, id desc);
create index personal_access_tokens_expires on personal_access_tokens (organization_id, expires_order, id);
create index personal_access_tokens_live_membership on personal_access_tokens (membership_id) where revoked_at is null;
create index personal_access_tokens_live_of_membership on personal_access_tokens (membership_id, expires_order)
  where revoked_at is null;
create index personal_access_tokens_live_user on personal_access_tokens (user_id) where revoked_at is null;
create index personal_access_tokens_live_organization
  on personal_access_tokens (organization_id, created_at desc, id desc) where revoked_at is null;
create index personal_access_tokens_live_newest
  on personal_access_tokens (organization_id, created_at desc, id desc, expires_at) where revoked_at is null;
create index personal_access_tokens_live_expiry on personal_access_tokens (organization_id, expires_order)
  where revoked_at is null;
create index personal_access_tokens_expiring on personal_access_tokens (expires_at)
  where revoked_at is null and expiry_noted_at is null;
create index personal_access_tokens_expiry_notice on personal_access_tokens (expiry_notice_at)
  where expiry_notice_at is not null and revoked_at is null;

create table invitations (
  id text primary key,
  hash blob not null,
  mailed_hash blob,
  organization_id text not null references organizations (id),
  email text not null,
  email_key text not null,
  role text not null,
  invited_by_membership_id text references memberships (id),
  invited_by_token_id text references personal_access_tokens (id),
  invited_by_id text not null, invited_by_name text not null,
  created_at integer not null,
  expires_at integer not null,
  accepted_at integer,
  accepted_by text references users (id),
  withdrawn_at integer
) strict;
create unique index invitations_hash on invitations (hash);
create unique index invitations_mailed_hash on invitations (mailed_hash) where mailed_hash is not null;
create unique index invitations_pending on invitations (organization_id, email_key)
  where accepted_at is null and withdrawn_at is null;
create index invitations_newest on invitations (organization_id, created_at desc, id desc)
  where accepted_at is null and withdrawn_at is null;
create index invitations_issued on invitations (invited_by_membership_id)
  where accepted_at is null and withdrawn_at is null;

create table domain_joinings (
  organization_id text primary key references organizations (id),
  domain text not null,
  role text not null,
  set_at integer not null,
  set_by text not null references users (id)
) strict, without rowid;
create index domain_joinings_domain on domain_joinings (domain, set_at desc, organization_id desc);

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
  revoked_at integer, revoked_reason text,
  revoked_by_kind text, revoked_by_id text, revoked_by_name text,
  check ((revoked_at is null) = (revoked_reason is null))
) strict;
create unique index api_keys_hash on api_keys (hash);
create index api_keys_organization on api_keys (organization_id, created_at desc, id desc);
create index api_keys_live on api_keys (organization_id, created_at desc, id desc) where revoked_at is null;
create index api_keys_live_expiry on api_keys (organization_id, coalesce(expires_at, 999999999999999))
  where revoked_at is null;
create index api_keys_creator on api_keys (created_by) where revoked_at is null;
create index api_keys_expiring on api_keys (expires_at) where revoked_at is null and expiry_noted_at is null;

create table services (
  id text primary key,
  hash blob not null,
  prefix text not null,
  name text not null,
  created_at integer not null,
  created_by text not null references users (id),
  revoked_at integer,
  revoked_by text references users (id),
  last_used_at integer
) strict;
create unique index services_hash on services (hash);
create unique index services_name on services (name) where revoked_at is null;
create index services_newest on services (created_at desc, id desc);

-- A token has its row from its minting on, so that "never used" is in the index of last uses. The order is the minute
-- of the last use, so that a credential moves in the index once a minute and not with every write of its counts.
create table credential_uses (
  credential_id text primary key,
  organization_id text,
  use_count integer not null,
  last_used_at integer,
  last_used_ip text, last_used_user_agent text,
  last_used_route text,
  last_used_order integer not null default 0
) strict, without rowid;
create index credential_uses_last on credential_uses (organization_id, last_used_order, credential_id);

create table credential_sightings (
  credential_id text not null,
  sighting text not null,
  at integer not null,
  primary key (credential_id, sighting)
) strict, without rowid;
create index credential_sightings_at on credential_sightings (credential_id, at);

create table credential_use_days (
  credential_id text not null,
  day integer not null,
  use_count integer not null,
  denied_count integer not null,
  primary key (credential_id, day)
) strict, without rowid;
create index credential_use_days_day on credential_use_days (day);

create table credential_use_facets (
  credential_id text not null,
  facet text not null,
  value text not null,
  first_at integer not null,
  last_at integer not null,
  last_day integer not null,
  use_count integer not null,
  primary key (credential_id, facet, value)
) strict, without rowid;
create index credential_use_facets_last_day on credential_use_facets (last_day);

create table organization_use_days (
  organization_id text not null,
  day integer not null,
  outcome text not null,
  count integer not null,
  primary key (organization_id, day, outcome)
) strict, without rowid;
create index organization_use_days_day on organization_use_days (day);

create table audit_events (
  id text primary key,
  at integer not null,
  organization_id text references organizations (id),
  actor_kind text not null, actor_id text not null, actor_name text not null,
  via_kind text, via_id text, via_name text,
  action text not null,
  target_kind text, target_id text, target_name text,
  subject_id text,
  outcome text not null,
  ip text, user_agent text,
  request_id text,
  details text not null
) strict;
create index audit_events_newest on audit_events (at desc, id desc);
create index audit_events_action_newest on audit_events (action, at desc, id desc);
create index audit_events_denied_newest on audit_events (at desc, id desc) where outcome = 'denied';
create index audit_events_organization on audit_events (organization_id, at desc, id desc);
create index audit_events_action on audit_events (organization_id, action, at desc, id desc);
create index audit_events_denied on audit_events (organization_id, at desc, id desc) where outcome = 'denied';
create index audit_events_actor on audit_events (actor_id, at desc, id desc);
create index audit_events_subject on audit_events (subject_id, at desc, id desc) where subject_id is not null;
create index audit_events_via on audit_events (via_id, at desc, id desc) where via_id is not null;
create index audit_events_target on audit_events (target_id, at desc, id desc)
  where target_id is not null and target_id <> coalesce(via_id, '');

create table notices (
  id text primary key,
  user_id text not null references users (id),
  kind text not null,
  at integer not null,
  organization_id text references organizations (id),
  token_id text, token_name text,
  details text not null,
  read_at integer,
  dismissed_at integer,
  mail_due_at integer,
  mail_attempts integer not null default 0,
  mailed_at integer
) strict;
create index notices_newest on notices (user_id, at desc, id desc) where dismissed_at is null;
create index notices_unread on notices (user_id, at desc, id desc) where read_at is null and dismissed_at is null;
create index notices_mail_due on notices (mail_due_at) where mail_due_at is not null;
create index notices_oldest on notices (at);

create table notice_mutes (
  user_id text not null references users (id),
  kind text not null,
  muted_at integer not null,
  primary key (user_id, kind)
) strict, without rowid;

create table calendar_feeds (
  id text primary key,
  user_id text not null references users (id),
  hash blob not null,
  created_at integer not null,
  last_read_at integer,
  revoked_at integer
) strict;
create unique index calendar_feeds_hash on calendar_feeds (hash);
create unique index calendar_feeds_live on calendar_feeds (user_id) where revoked_at is null;

create table device_logins (
  id text primary key,
  device_code_hash blob,
  user_code_hash blob,
  authorization_code_hash blob,
  device_name text not null,
  ip text, user_agent text,
  created_at integer not null,
  expires_at integer not null,
  redirect_uri text, code_challenge text,
  poll_interval_ms integer not null,
  last_polled_at integer,
  session_id text,
  user_id text references users (id),
  claimed_at integer,
  granted_at integer,
  organization_id text references organizations (id),
  membership_id text references memberships (id),
  token_name text,
  permissions text,
  token_expires_at integer,
  code_expires_at integer,
  denied_at integer,
  refused_at integer,
  redeemed_at integer,
  token_id text
) strict;
create unique index device_logins_device_code on device_logins (device_code_hash) where device_code_hash is not null;
create unique index device_logins_user_code on device_logins (user_code_hash) where user_code_hash is not null;
create unique index device_logins_authorization_code on device_logins (authorization_code_hash)
  where authorization_code_hash is not null;
create index device_logins_expires on device_logins (expires_at);

create table follow_ups (
  subject text primary key,
  kind text not null,
  at integer not null,
  reason text,
  actor_kind text not null, actor_id text not null, actor_name text not null,
  details text not null,
  progress text
) strict, without rowid;`;
