// What is proved by mail, on SQLite: the mailed twin of an invitation's link, one-time links to an address, and
// the domains whose people may join an organization. Its twin holds the same for PostgreSQL.
export const sql: string = `
alter table invitations add column mailed_hash blob;
create unique index invitations_mailed_hash on invitations (mailed_hash) where mailed_hash is not null;

create table email_links (
  hash blob primary key,
  kind text not null,
  user_id text not null references users (id),
  email text not null,
  created_at integer not null,
  expires_at integer not null
) strict, without rowid;
create index email_links_user on email_links (user_id, kind);

create table domain_joinings (
  organization_id text primary key references organizations (id),
  domain text not null,
  role text not null,
  set_at integer not null,
  set_by text not null references users (id)
) strict, without rowid;
create index domain_joinings_domain on domain_joinings (domain, set_at desc, organization_id desc);
create index memberships_ended on memberships (organization_id, user_id) where ended_at is not null;
`;
