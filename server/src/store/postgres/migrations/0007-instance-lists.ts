// What the lists of an instance admin read along: accounts by state, organizations by name and state, tokens across
// organizations, and the owners of an organization; and when a service last asked. Its twin holds the same for SQLite.
// The index of personal organizations no longer holds the others, so no list is read along it by mistake.
// Names that were given before this are put in lower case as the database knows it; renaming makes it whole.
export const sql: string = `
create index users_suspended_newest on users (created_at desc, id desc)
  where suspended_at is not null and deleted_at is null;
create index users_instance_admins_newest on users (created_at desc, id desc)
  where instance_admin_at is not null and deleted_at is null;

alter table organizations add column name_key text not null default '';
update organizations set name_key = lower(name);
create index organizations_newest on organizations (created_at desc, id desc);
create index organizations_shared_newest on organizations (created_at desc, id desc) where personal_of is null;
drop index organizations_personal_of;
create unique index organizations_personal_of on organizations (personal_of) where personal_of is not null;
create index organizations_deleted_newest on organizations (created_at desc, id desc) where deleted_at is not null;

create index memberships_owners on memberships (organization_id, joined_at desc, id desc)
  where role = 'owner' and ended_at is null;

create index personal_access_tokens_newest on personal_access_tokens (created_at desc, id desc);
create index personal_access_tokens_user_newest on personal_access_tokens (user_id, created_at desc, id desc);

alter table services add column last_used_at bigint;
`;
