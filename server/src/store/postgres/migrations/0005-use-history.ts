// What the use of credentials was like, day by day: for pictures, never for a decision. Nothing refers to
// these tables, and each is pruned along the index on its day. Counting touches no indexed column, and the
// pages keep room for it, so that a row changes in place.
export const sql: string = `
create table credential_use_days (
  credential_id text collate "C" not null,
  day integer not null,
  use_count bigint not null,
  denied_count bigint not null,
  primary key (credential_id, day)
) with (fillfactor = 80);
create index credential_use_days_day on credential_use_days (day);

create table credential_use_facets (
  credential_id text collate "C" not null,
  facet text collate "C" not null,
  value text collate "C" not null,
  first_at bigint not null,
  last_at bigint not null,
  last_day integer not null,
  use_count bigint not null,
  primary key (credential_id, facet, value)
) with (fillfactor = 80);
create index credential_use_facets_last_day on credential_use_facets (last_day);

create table organization_use_days (
  organization_id text collate "C" not null,
  day integer not null,
  outcome text collate "C" not null,
  count bigint not null,
  primary key (organization_id, day, outcome)
) with (fillfactor = 80);
create index organization_use_days_day on organization_use_days (day);

create index personal_access_tokens_live_newest
  on personal_access_tokens (organization_id, created_at desc, id desc, expires_at) where revoked_at is null;
`;
