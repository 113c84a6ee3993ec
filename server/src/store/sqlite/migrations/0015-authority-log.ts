// The authority log: the ordered record of what changed a fact that verification reads. A transaction counts the one row of
// authority_clock up under its lock, which is held until the commit, so the order of numbers is the order of commits and has
// no gap. A database sequence does not give that. The nonce of the last entry tells a database that went back in time.
// `replicas` holds the processes that answer from memory: what each has applied, and whether it was fenced.
export const sql: string = `
create table authority_clock (
  id integer primary key check (id = 1),
  seq integer not null,
  nonce text not null
) strict, without rowid;
insert into authority_clock (id, seq, nonce) values (1, 0, '');

create table authority_log (
  seq integer primary key,
  nonce text not null,
  kind text not null,
  key text not null,
  at integer not null
) strict, without rowid;

create table replicas (
  id text primary key,
  name text not null,
  version text not null,
  inc integer not null,
  applied integer not null,
  renewals integer not null,
  state text not null check (state in ('live', 'fenced')),
  lease_ms integer not null,
  registered_at integer not null,
  renewed_at integer not null,
  waits text not null
) strict, without rowid;
`;
