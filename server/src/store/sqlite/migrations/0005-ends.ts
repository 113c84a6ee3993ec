// The ends of API keys are announced too, replaced tokens are found, and notices are resolved with their token. Existing
// credentials are due at once: the next round decides about each whether there is something to announce.
export const sql: string = `
alter table api_keys add column expiry_notice_at integer;
create index api_keys_expiry_notice on api_keys (expiry_notice_at)
  where expiry_notice_at is not null and revoked_at is null;
create index personal_access_tokens_replaces on personal_access_tokens (replaces) where replaces is not null;
alter table notices add column resolved_at integer;
create index notices_token on notices (token_id) where token_id is not null and dismissed_at is null;
alter table calendar_feeds add column entries text not null default '{}';
update api_keys set expiry_notice_at = created_at where revoked_at is null;
update personal_access_tokens set expiry_notice_at = created_at
  where revoked_at is null and expiry_notice_at is null
    and organization_id in (select id from organizations where policy is not null);
`;
