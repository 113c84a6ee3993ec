// Emails wait in the database until the mail server has accepted them, and an invitation can have several emailed links.
// Neither table refers to another by a foreign key: adding one would lock tables that the previous version writes.
export const sql: string = `
create table emails (
  id text collate "C" primary key,
  kind text collate "C" not null,
  recipient text collate "C" not null,
  user_id text collate "C",
  about text collate "C",
  details text not null,
  created_at bigint not null,
  give_up_at bigint not null,
  due_at bigint,
  attempts bigint not null default 0,
  unknown_outcomes bigint not null default 0,
  composed_at bigint,
  finished_at bigint,
  outcome text collate "C",
  last_error text,
  last_failed_at bigint,
  check ((due_at is null) = (finished_at is not null))
);
create index emails_due on emails (due_at) where due_at is not null;
create index emails_urgent on emails (due_at) where due_at is not null and kind <> 'notice';
create index emails_user on emails (user_id) where user_id is not null;
create index emails_about on emails (about, created_at desc, id desc) where about is not null;
create index emails_failed on emails (last_failed_at desc, id desc) where last_failed_at is not null;
create index emails_finished on emails (finished_at) where finished_at is not null;

create table invitation_links (
  hash bytea primary key,
  invitation_id text collate "C" not null,
  email_id text collate "C" not null,
  created_at bigint not null
);
create index invitation_links_invitation on invitation_links (invitation_id);
create index invitation_links_oldest on invitation_links (created_at);

-- Emails of notices that were due when the previous version stopped.
with batch as (select id from notices where mail_due_at is not null limit 2000 for update skip locked),
  moved as (update notices set mail_due_at = null from batch where notices.id = batch.id
    returning notices.id, notices.user_id, notices.at)
insert into emails (id, kind, recipient, user_id, about, details, created_at, give_up_at, due_at)
  select 'eml_' || replace(gen_random_uuid()::text, '-', ''), 'notice', user_id, user_id, id, '{}', at,
    at + 432000000, at from moved;
`;
