// Organizations remember the addresses of removed people whose account no longer has them.
export const sql: string = `
create table removed_addresses (
  organization_id text not null,
  address_hash text not null,
  removed_at integer not null,
  primary key (organization_id, address_hash)
) strict, without rowid;
create index memberships_ended_user on memberships (user_id) where ended_at is not null;
`;
