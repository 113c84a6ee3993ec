// What is proved by mail, on PostgreSQL: the mailed twin of an invitation's link, one-time links to an address, and
// the domains whose people may join an organization. Its twin holds the same for SQLite.
export const sql: string = `
alter table invitations add column mailed_hash bytea;
create unique index invitations_mailed_hash on invitations (mailed_hash) where mailed_hash is not null;

create table email_links (
  hash bytea primary key,
  kind text not null,
  user_id text collate "C" not null references users (id),
  email text not null,
  created_at bigint not null,
  expires_at bigint not null
);
create index email_links_user on email_links (user_id, kind);

create table domain_joinings (
  organization_id text collate "C" primary key references organizations (id),
  domain text collate "C" not null,
  role text not null,
  set_at bigint not null,
  set_by text collate "C" not null references users (id)
);
create index domain_joinings_domain on domain_joinings (domain, set_at desc, organization_id desc);
create index memberships_ended on memberships (organization_id, user_id) where ended_at is not null;
`;
