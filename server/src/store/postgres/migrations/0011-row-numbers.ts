// Rows that verification joins are numbered, and a token's row is found by the first eight bytes of its hash: numbers take
// less to compare than ids, and their indexes are a fraction of the size. Ids stay what everything else speaks of. Its twin
// holds the same for SQLite.
export const sql: string = `
alter table users add column number bigint generated always as identity;
alter table users add constraint users_number unique (number);
alter table organizations add column number bigint generated always as identity;
alter table organizations add constraint organizations_number unique (number);
alter table memberships add column number bigint generated always as identity;
alter table memberships add constraint memberships_number unique (number);

alter table personal_access_tokens
  add column hash_key bigint,
  add column user_number bigint,
  add column organization_number bigint,
  add column membership_number bigint;
update personal_access_tokens as pat
  set hash_key = ('x' || encode(substr(pat.hash, 1, 8), 'hex'))::bit(64)::bigint,
    user_number = usr.number, organization_number = org.number, membership_number = mem.number
  from users as usr, organizations as org, memberships as mem
  where usr.id = pat.user_id and org.id = pat.organization_id and mem.id = pat.membership_id;
alter table personal_access_tokens
  alter column hash_key set not null,
  alter column user_number set not null,
  alter column organization_number set not null,
  alter column membership_number set not null,
  add constraint personal_access_tokens_hash_key unique (hash_key);
drop index personal_access_tokens_hash;
`;
