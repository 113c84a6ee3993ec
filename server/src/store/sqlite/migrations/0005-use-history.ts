// What the use of credentials was like, day by day: for pictures, never for a decision. Nothing refers to
// these tables, and each is pruned along the index on its day.
export const sql: string = `
create table credential_use_days (
  credential_id text not null,
  day integer not null,
  use_count integer not null,
  denied_count integer not null,
  primary key (credential_id, day)
) strict, without rowid;
create index credential_use_days_day on credential_use_days (day);

create table credential_use_facets (
  credential_id text not null,
  facet text not null,
  value text not null,
  first_at integer not null,
  last_at integer not null,
  last_day integer not null,
  use_count integer not null,
  primary key (credential_id, facet, value)
) strict, without rowid;
create index credential_use_facets_last_day on credential_use_facets (last_day);

create table organization_use_days (
  organization_id text not null,
  day integer not null,
  outcome text not null,
  count integer not null,
  primary key (organization_id, day, outcome)
) strict, without rowid;
create index organization_use_days_day on organization_use_days (day);

create index personal_access_tokens_live_newest
  on personal_access_tokens (organization_id, created_at desc, id desc, expires_at) where revoked_at is null;
`;
