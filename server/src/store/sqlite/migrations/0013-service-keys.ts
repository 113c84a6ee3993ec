// The keys of a service are rows, so that the next key can take over from the present one. The key in the row of the
// service stays there for replicas of the version before.
export const sql: string = `
create table service_keys (
  id text primary key,
  service_id text not null references services (id),
  hash blob not null,
  prefix text not null,
  created_at integer not null,
  created_by text not null references users (id),
  expires_at integer,
  revoked_at integer,
  revoked_by text references users (id),
  last_used_at integer
) strict;
create unique index service_keys_hash on service_keys (hash);
create index service_keys_service on service_keys (service_id, revoked_at);
insert into service_keys (id, service_id, hash, prefix, created_at, created_by, revoked_at, revoked_by, last_used_at)
  select 'svk_' || lower(hex(randomblob(16))), id, hash, prefix, created_at, created_by, revoked_at, revoked_by,
    last_used_at from services;
`;
