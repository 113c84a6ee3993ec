// The keys of a service are rows, so that the next key can take over from the present one. The key in the row of the
// service stays there for replicas of the version before.
export const sql: string = `
create table service_keys (
  id text collate "C" primary key,
  service_id text collate "C" not null references services (id),
  hash bytea not null,
  prefix text not null,
  created_at bigint not null,
  created_by text collate "C" not null references users (id),
  expires_at bigint,
  revoked_at bigint,
  revoked_by text collate "C" references users (id),
  last_used_at bigint
);
create unique index service_keys_hash on service_keys (hash);
create index service_keys_service on service_keys (service_id, revoked_at);
create function copy_service_key() returns trigger language plpgsql as $$
begin
  insert into service_keys (id, service_id, hash, prefix, created_at, created_by)
    values ('svk_' || md5(new.id), new.id, new.hash, new.prefix, new.created_at, new.created_by)
    on conflict (hash) do nothing;
  return null;
end $$;
create trigger services_key after insert on services for each row execute function copy_service_key();
with batch as (
  select * from services where not exists (select 1 from service_keys where service_keys.hash = services.hash) limit 2000
) insert into service_keys
    (id, service_id, hash, prefix, created_at, created_by, revoked_at, revoked_by, last_used_at)
  select 'svk_' || md5(id), id, hash, prefix, created_at, created_by, revoked_at, revoked_by, last_used_at from batch
  on conflict do nothing;
`;
