// Rows that verification joins are numbered, and a token's row is found by the first eight bytes of its hash: comparing
// numbers, in trees that are small because only their leaves hold rows, takes two thirds of the time that ids took among a
// million tokens. Ids stay what everything else speaks of. SQLite cannot change a table's key, so four tables are made
// again, with their indexes as they were. Its twin holds the same for PostgreSQL.

/** The first eight bytes of `hash` as a signed number, digit by digit: SQLite reads no number from bytes. */
const HASH_KEY: string = Array.from(
  { length: 16 },
  (_, digit) => `((instr('0123456789ABCDEF', substr(hex(hash), ${digit + 1}, 1)) - 1) << ${60 - 4 * digit})`,
).join(" | ");

export const sql: string = `
create table new_users (
  number integer primary key,
  id text not null unique,
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
) strict;
insert into new_users
  (id, name, name_key, email, email_key, email_verified_at, password_hash, instance_admin_at, created_at,
   suspended_at, suspended_by, deleted_at)
  select id, name, name_key, email, email_key, email_verified_at, password_hash, instance_admin_at, created_at,
    suspended_at, suspended_by, deleted_at
  from users order by created_at, id;
drop table users;
alter table new_users rename to users;
create unique index users_email_key on users (email_key);
create index users_instance_admins on users (id) where instance_admin_at is not null;
create index users_newest on users (created_at desc, id desc) where deleted_at is null;
create index users_suspended_newest on users (created_at desc, id desc)
  where suspended_at is not null and deleted_at is null;
create index users_instance_admins_newest on users (created_at desc, id desc)
  where instance_admin_at is not null and deleted_at is null;

create table new_organizations (
  number integer primary key,
  id text not null unique,
  name text not null,
  name_key text not null default '',
  personal_of text references users (id),
  policy text,
  created_at integer not null,
  deleted_at integer,
  deleted_by text,
  audit_retention_days integer,
  audit_retention_effective_at integer,
  audit_retention_until_then_days integer
) strict;
insert into new_organizations
  (id, name, name_key, personal_of, policy, created_at, deleted_at, deleted_by, audit_retention_days,
   audit_retention_effective_at, audit_retention_until_then_days)
  select id, name, name_key, personal_of, policy, created_at, deleted_at, deleted_by, audit_retention_days,
    audit_retention_effective_at, audit_retention_until_then_days
  from organizations order by created_at, id;
drop table organizations;
alter table new_organizations rename to organizations;
create unique index organizations_personal_of on organizations (personal_of) where personal_of is not null;
create index organizations_audit_retention on organizations (id) where audit_retention_effective_at is not null;
create index organizations_newest on organizations (created_at desc, id desc);
create index organizations_shared_newest on organizations (created_at desc, id desc) where personal_of is null;
create index organizations_deleted_newest on organizations (created_at desc, id desc) where deleted_at is not null;

create table new_memberships (
  number integer primary key,
  id text not null unique,
  organization_id text not null references organizations (id),
  user_id text not null references users (id),
  role text not null,
  joined_at integer not null,
  suspended_at integer,
  suspended_by text,
  ended_at integer,
  ended_by text,
  unique (id, organization_id, user_id)
) strict;
insert into new_memberships
  (id, organization_id, user_id, role, joined_at, suspended_at, suspended_by, ended_at, ended_by)
  select id, organization_id, user_id, role, joined_at, suspended_at, suspended_by, ended_at, ended_by
  from memberships order by joined_at, id;
drop table memberships;
alter table new_memberships rename to memberships;
create unique index memberships_active on memberships (organization_id, user_id) where ended_at is null;
create index memberships_newest on memberships (organization_id, joined_at desc, id desc) where ended_at is null;
create index memberships_user on memberships (user_id) where ended_at is null;
create index memberships_ended on memberships (organization_id, user_id) where ended_at is not null;
create index memberships_owners on memberships (organization_id, joined_at desc, id desc)
  where role = 'owner' and ended_at is null;

create table new_personal_access_tokens (
  hash_key integer primary key,
  hash blob not null,
  id text not null unique,
  prefix text not null,
  name text not null,
  name_key text not null default '',
  user_id text not null,
  user_number integer not null,
  organization_id text not null,
  organization_number integer not null,
  membership_id text not null,
  membership_number integer not null,
  permissions text,
  created_at integer not null,
  expires_at integer,
  expires_order integer generated always as (coalesce(expires_at, 999999999999999)) virtual,
  expiry_noted_at integer,
  expiry_notice_at integer,
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
insert into new_personal_access_tokens
  (hash_key, hash, id, prefix, name, name_key, user_id, user_number, organization_id, organization_number,
   membership_id, membership_number, permissions, created_at, expires_at, expiry_noted_at, expiry_notice_at, replaces,
   dismissed_at, revoked_at, revoked_reason, revoked_by_kind, revoked_by_id, revoked_by_name)
  select ${HASH_KEY}, hash, pat.id, prefix, pat.name, pat.name_key, pat.user_id, usr.number,
    pat.organization_id, org.number, membership_id, mem.number, permissions, pat.created_at, expires_at,
    expiry_noted_at, expiry_notice_at, replaces, dismissed_at, revoked_at, revoked_reason, revoked_by_kind,
    revoked_by_id, revoked_by_name
  from personal_access_tokens as pat
    join users as usr on usr.id = pat.user_id
    join organizations as org on org.id = pat.organization_id
    join memberships as mem on mem.id = pat.membership_id
  order by 1;
drop table personal_access_tokens;
alter table new_personal_access_tokens rename to personal_access_tokens;
create index personal_access_tokens_user on personal_access_tokens (user_id, created_at desc, id desc)
  where dismissed_at is null;
create index personal_access_tokens_user_organization
  on personal_access_tokens (user_id, organization_id, created_at desc, id desc) where dismissed_at is null;
create index personal_access_tokens_organization
  on personal_access_tokens (organization_id, created_at desc, id desc);
create index personal_access_tokens_live_membership on personal_access_tokens (membership_id) where revoked_at is null;
create index personal_access_tokens_live_user on personal_access_tokens (user_id) where revoked_at is null;
create index personal_access_tokens_expiring on personal_access_tokens (expires_at)
  where revoked_at is null and expiry_noted_at is null;
create index personal_access_tokens_expires on personal_access_tokens (organization_id, expires_order, id);
create index personal_access_tokens_holder
  on personal_access_tokens (organization_id, user_id, created_at desc, id desc);
create index personal_access_tokens_live_organization
  on personal_access_tokens (organization_id, created_at desc, id desc) where revoked_at is null;
create index personal_access_tokens_live_newest
  on personal_access_tokens (organization_id, created_at desc, id desc, expires_at) where revoked_at is null;
create index personal_access_tokens_expiry_notice on personal_access_tokens (expiry_notice_at)
  where expiry_notice_at is not null and revoked_at is null;
create index personal_access_tokens_newest on personal_access_tokens (created_at desc, id desc);
create index personal_access_tokens_user_newest on personal_access_tokens (user_id, created_at desc, id desc);
create index personal_access_tokens_live_expiry on personal_access_tokens (organization_id, expires_order)
  where revoked_at is null;
`;
