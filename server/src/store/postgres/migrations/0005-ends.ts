// The ends of API keys are announced too, replaced tokens are found, and notices are resolved with their token. Existing
// credentials are due at once: the next round decides about each whether there is something to announce.
export const sql: string = `
alter table api_keys add column expiry_notice_at bigint;
create index api_keys_expiry_notice on api_keys (expiry_notice_at)
  where expiry_notice_at is not null and revoked_at is null;
create index personal_access_tokens_replaces on personal_access_tokens (replaces) where replaces is not null;
alter table notices add column resolved_at bigint;
create index notices_token on notices (token_id) where token_id is not null and dismissed_at is null;
alter table calendar_feeds add column entries text not null default '{}';
with batch as (
  select id from api_keys where revoked_at is null and expiry_notice_at is null
    and (expires_at is not null or organization_id in (select id from organizations where policy is not null))
  limit 2000
) update api_keys set expiry_notice_at = created_at from batch where api_keys.id = batch.id;
with batch as (
  select id from personal_access_tokens
  where revoked_at is null and expiry_notice_at is null
    and organization_id in (select id from organizations where policy is not null)
  limit 2000
) update personal_access_tokens set expiry_notice_at = created_at from batch
  where personal_access_tokens.id = batch.id;
`;
