// What an organization's tokens are searched and sorted by: name, expiry, last use. Its twin holds the same for
// PostgreSQL. A token has its row of uses from its minting on, so that "never used" lies in the index of last uses.
// `…_order` stands where no instant is: never used is before every use, no expiry after every expiry. Of a use it
// is the minute, so that a credential in use moves in its index once a minute and not with every write of counts.
// Names that were given before this are put in lower case as SQLite knows it (ASCII); renaming makes it whole.
export const sql: string = `
alter table personal_access_tokens add column name_key text not null default '';
update personal_access_tokens set name_key = lower(name);
alter table personal_access_tokens add column expires_order integer
  generated always as (coalesce(expires_at, 999999999999999)) virtual;
create index personal_access_tokens_expires on personal_access_tokens (organization_id, expires_order, id);
create index personal_access_tokens_holder
  on personal_access_tokens (organization_id, user_id, created_at desc, id desc);

alter table credential_uses rename to earlier_credential_uses;
create table credential_uses (
  credential_id text primary key,
  organization_id text,
  use_count integer not null,
  last_used_at integer,
  last_used_ip text,
  last_used_user_agent text,
  last_used_order integer not null default 0
) strict, without rowid;
insert into credential_uses
  (credential_id, organization_id, use_count, last_used_at, last_used_ip, last_used_user_agent, last_used_order)
  select uses.credential_id, pat.organization_id, uses.use_count, uses.last_used_at, uses.last_used_ip,
    uses.last_used_user_agent, uses.last_used_at - uses.last_used_at % 60000
  from earlier_credential_uses uses left join personal_access_tokens pat on pat.id = uses.credential_id;
drop table earlier_credential_uses;
insert into credential_uses (credential_id, organization_id, use_count)
  select id, organization_id, 0 from personal_access_tokens where true on conflict do nothing;
create index credential_uses_last on credential_uses (organization_id, last_used_order, credential_id);

create index api_keys_live on api_keys (organization_id, created_at desc, id desc) where revoked_at is null;
`;
