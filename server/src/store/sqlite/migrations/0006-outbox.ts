// Emails wait in the database until the mail server has accepted them, and an invitation can have several emailed links.
export const sql: string = `
create table emails (
  id text primary key,
  kind text not null,
  recipient text not null,
  user_id text,
  about text,
  details text not null,
  created_at integer not null,
  give_up_at integer not null,
  due_at integer,
  attempts integer not null default 0,
  unknown_outcomes integer not null default 0,
  composed_at integer,
  finished_at integer,
  outcome text,
  last_error text,
  last_failed_at integer,
  check ((due_at is null) = (finished_at is not null))
) strict, without rowid;
create index emails_due on emails (due_at) where due_at is not null;
create index emails_urgent on emails (due_at) where due_at is not null and kind <> 'notice';
create index emails_user on emails (user_id) where user_id is not null;
create index emails_about on emails (about, created_at desc, id desc) where about is not null;
create index emails_failed on emails (last_failed_at desc, id desc) where last_failed_at is not null;
create index emails_finished on emails (finished_at) where finished_at is not null;

create table invitation_links (
  hash blob primary key,
  invitation_id text not null,
  email_id text not null,
  created_at integer not null
) strict, without rowid;
create index invitation_links_invitation on invitation_links (invitation_id);
create index invitation_links_oldest on invitation_links (created_at);

-- Emails of notices that were due when the previous version stopped.
insert into emails (id, kind, recipient, user_id, about, details, created_at, give_up_at, due_at)
  select 'eml_' || lower(hex(randomblob(16))), 'notice', user_id, user_id, id, '{}', at, at + 432000000, at
  from notices where mail_due_at is not null;
update notices set mail_due_at = null where mail_due_at is not null;
`;
