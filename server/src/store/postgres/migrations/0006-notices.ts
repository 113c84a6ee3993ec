// Notices, what of them is mailed, and calendar feeds. Its twin holds the same for SQLite.
// Tokens that live already are told of once their present stage is reached: 30 days before their end.
export const sql: string = `
create table notices (
  id text collate "C" primary key,
  user_id text collate "C" not null references users (id),
  kind text collate "C" not null,
  at bigint not null,
  organization_id text collate "C" references organizations (id),
  token_id text collate "C",
  token_name text,
  details text not null,
  read_at bigint,
  dismissed_at bigint,
  mail_due_at bigint,
  mail_attempts bigint not null default 0,
  mailed_at bigint
);
create index notices_newest on notices (user_id, at desc, id desc) where dismissed_at is null;
create index notices_unread on notices (user_id, at desc, id desc) where read_at is null and dismissed_at is null;
create index notices_mail_due on notices (mail_due_at) where mail_due_at is not null;
create index notices_oldest on notices (at);

create table notice_mutes (
  user_id text collate "C" not null references users (id),
  kind text collate "C" not null,
  muted_at bigint not null,
  primary key (user_id, kind)
);

create table calendar_feeds (
  id text collate "C" primary key,
  user_id text collate "C" not null references users (id),
  hash bytea not null,
  created_at bigint not null,
  last_read_at bigint,
  revoked_at bigint
);
create unique index calendar_feeds_hash on calendar_feeds (hash);
create unique index calendar_feeds_live on calendar_feeds (user_id) where revoked_at is null;

alter table personal_access_tokens add column expiry_notice_at bigint;
update personal_access_tokens set expiry_notice_at = expires_at - 2592000000
  where expires_at is not null and revoked_at is null and expiry_noted_at is null;
create index personal_access_tokens_expiry_notice on personal_access_tokens (expiry_notice_at)
  where expiry_notice_at is not null and revoked_at is null;
`;
