// Management keys: the credentials of the host.
export const sql: string = `
create table management_keys (
  id text collate "C" primary key,
  hash bytea not null,
  prefix text not null,
  name text collate "C" not null,
  source text collate "C" not null,
  scopes text not null,
  networks text not null,
  declared_at bigint,
  created_at bigint not null,
  created_by_kind text not null, created_by_id text not null, created_by_name text not null,
  expires_at bigint,
  revoked_at bigint, revoked_reason text,
  revoked_by_kind text, revoked_by_id text, revoked_by_name text,
  last_used_at bigint, last_used_ip text,
  check ((revoked_at is null) = (revoked_reason is null))
);
create unique index management_keys_hash on management_keys (hash);
create index management_keys_active on management_keys (source) where revoked_at is null;
create index management_keys_newest on management_keys (created_at desc, id desc);
`;
