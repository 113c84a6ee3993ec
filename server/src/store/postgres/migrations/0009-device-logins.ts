// Logins from a terminal, on PostgreSQL: asked for by a machine, opened and granted in a browser, redeemed once. Its twin
// holds the same for SQLite.
export const sql: string = `
create table device_logins (
  id text collate "C" primary key,
  device_code_hash bytea,
  user_code_hash bytea,
  authorization_code_hash bytea,
  device_name text not null,
  ip text,
  user_agent text,
  created_at bigint not null,
  expires_at bigint not null,
  redirect_uri text,
  code_challenge text,
  poll_interval_ms bigint not null,
  last_polled_at bigint,
  session_id text collate "C",
  user_id text collate "C" references users (id),
  claimed_at bigint,
  granted_at bigint,
  organization_id text collate "C" references organizations (id),
  membership_id text collate "C" references memberships (id),
  token_name text,
  permissions text,
  token_expires_at bigint,
  code_expires_at bigint,
  denied_at bigint,
  refused_at bigint,
  redeemed_at bigint,
  token_id text collate "C"
);
create unique index device_logins_device_code on device_logins (device_code_hash) where device_code_hash is not null;
create unique index device_logins_user_code on device_logins (user_code_hash) where user_code_hash is not null;
create unique index device_logins_authorization_code on device_logins (authorization_code_hash)
  where authorization_code_hash is not null;
create index device_logins_expires on device_logins (expires_at);
`;
