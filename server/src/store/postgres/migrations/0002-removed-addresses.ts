// Organizations remember the addresses of removed people whose account no longer has them. There is no foreign key: adding
// one would lock a table that the previous version writes.
export const sql: string = `
create table removed_addresses (
  organization_id text collate "C" not null,
  address_hash text collate "C" not null,
  removed_at bigint not null,
  primary key (organization_id, address_hash)
);
create index memberships_ended_user on memberships (user_id) where ended_at is not null;
`;
