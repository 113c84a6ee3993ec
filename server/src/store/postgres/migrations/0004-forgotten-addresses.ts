// The audit log and invitations forget the addresses of deleted accounts, also of accounts that were deleted before.
export const sql: string = `
create index invitations_address on invitations (email_key);
with batch as (
  select id, deleted_at from users where deleted_at is not null
    and not exists (select 1 from follow_ups where subject = users.id || '/addresses') limit 2000)
insert into follow_ups (subject, kind, at, actor_kind, actor_id, actor_name, details)
  select id || '/addresses', 'addresses', deleted_at, 'system', 'mintmark', 'Mintmark', '{}' from batch
  on conflict do nothing;
`;
