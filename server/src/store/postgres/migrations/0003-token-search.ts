// What an organization's tokens are searched and sorted by: name, expiry, last use. Its twin holds the same for
// SQLite. A token has its row of uses from its minting on, so that "never used" lies in the index of last uses.
// `…_order` stands where no instant is: never used is before every use, no expiry after every expiry.
// Names that were given before this are put in lower case as the database knows it; renaming makes it whole.
export const sql: string = `
alter table personal_access_tokens
  add column name_key text not null default '',
  add column expires_order bigint generated always as (coalesce(expires_at, 999999999999999)) stored;
update personal_access_tokens set name_key = lower(name);
create index personal_access_tokens_expires on personal_access_tokens (organization_id, expires_order, id);
create index personal_access_tokens_holder
  on personal_access_tokens (organization_id, user_id, created_at desc, id desc);

alter table credential_uses
  alter column last_used_at drop not null,
  add column organization_id text collate "C",
  add column last_used_order bigint not null default 0;
update credential_uses set last_used_order = last_used_at - last_used_at % 60000;
update credential_uses set organization_id = pat.organization_id
  from personal_access_tokens pat where pat.id = credential_uses.credential_id;
insert into credential_uses (credential_id, organization_id, use_count)
  select id, organization_id, 0 from personal_access_tokens on conflict do nothing;
create index credential_uses_last on credential_uses (organization_id, last_used_order, credential_id);

create index api_keys_live on api_keys (organization_id, created_at desc, id desc) where revoked_at is null;
`;
