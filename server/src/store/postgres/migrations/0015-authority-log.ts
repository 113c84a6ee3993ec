// The authority log: the ordered record of what changed a fact that verification reads. A transaction counts the one row of
// authority_clock up under its lock, which is held until the commit, so the order of numbers is the order of commits and has
// no gap. A database sequence does not give that. The nonce of the last entry tells a database that went back in time.
// `replicas` holds the processes that answer from memory: what each has applied, and whether it was fenced.
export const sql: string = `
create table authority_clock (
  id bigint primary key check (id = 1),
  seq bigint not null,
  nonce text collate "C" not null
) with (fillfactor = 10);
insert into authority_clock (id, seq, nonce) values (1, 0, '');

create table authority_log (
  seq bigint primary key,
  nonce text collate "C" not null,
  kind text collate "C" not null,
  key text collate "C" not null,
  at bigint not null
);

create table replicas (
  id text collate "C" primary key,
  name text collate "C" not null,
  version text collate "C" not null,
  inc bigint not null,
  applied bigint not null,
  renewals bigint not null,
  state text collate "C" not null check (state in ('live', 'fenced')),
  lease_ms bigint not null,
  registered_at bigint not null,
  renewed_at bigint not null,
  waits text collate "C" not null
) with (fillfactor = 10);
`;
