// Logins from a terminal, on SQLite: asked for by a machine, opened and granted in a browser, redeemed once. Its twin
// holds the same for PostgreSQL.
export const sql: string = `
create table device_logins (
  id text primary key,
  device_code_hash blob,
  user_code_hash blob,
  authorization_code_hash blob,
  device_name text not null,
  ip text,
  user_agent text,
  created_at integer not null,
  expires_at integer not null,
  redirect_uri text,
  code_challenge text,
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
`;
