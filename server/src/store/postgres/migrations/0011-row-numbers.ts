// Rows that verification joins are numbered, and a token's row is found by the first eight bytes of its hash: numbers take
// less to compare than ids, and their indexes are a fraction of the size. Ids stay what everything else speaks of. Its twin
// holds the same for SQLite.
// Replicas of the version before mint on without numbers, which a trigger fills in, and verify on along
// personal_access_tokens_hash. A later version drops both, when none of them is left.
export const sql: string = `
alter table users add column number bigint;
create sequence users_number_seq owned by users.number;
alter table users alter column number set default nextval('users_number_seq');
with batch as (select id from users where number is null limit 2000)
  update users set number = nextval('users_number_seq') from batch where users.id = batch.id;
alter table users add constraint users_number_set check (number is not null) not valid;
alter table users validate constraint users_number_set;
alter table users alter column number set not null;
alter table users drop constraint users_number_set;
create unique index users_number on users (number);
alter table users add constraint users_number unique using index users_number;

alter table organizations add column number bigint;
create sequence organizations_number_seq owned by organizations.number;
alter table organizations alter column number set default nextval('organizations_number_seq');
with batch as (select id from organizations where number is null limit 2000)
  update organizations set number = nextval('organizations_number_seq') from batch where organizations.id = batch.id;
alter table organizations add constraint organizations_number_set check (number is not null) not valid;
alter table organizations validate constraint organizations_number_set;
alter table organizations alter column number set not null;
alter table organizations drop constraint organizations_number_set;
create unique index organizations_number on organizations (number);
alter table organizations add constraint organizations_number unique using index organizations_number;

alter table memberships add column number bigint;
create sequence memberships_number_seq owned by memberships.number;
alter table memberships alter column number set default nextval('memberships_number_seq');
with batch as (select id from memberships where number is null limit 2000)
  update memberships set number = nextval('memberships_number_seq') from batch where memberships.id = batch.id;
alter table memberships add constraint memberships_number_set check (number is not null) not valid;
alter table memberships validate constraint memberships_number_set;
alter table memberships alter column number set not null;
alter table memberships drop constraint memberships_number_set;
create unique index memberships_number on memberships (number);
alter table memberships add constraint memberships_number unique using index memberships_number;

alter table personal_access_tokens
  add column hash_key bigint,
  add column user_number bigint,
  add column organization_number bigint,
  add column membership_number bigint;
create function number_token() returns trigger language plpgsql as $$
begin
  if new.hash_key is null then
    new.hash_key := ('x' || encode(substr(new.hash, 1, 8), 'hex'))::bit(64)::bigint;
    new.user_number := (select number from users where id = new.user_id);
    new.organization_number := (select number from organizations where id = new.organization_id);
    new.membership_number := (select number from memberships where id = new.membership_id);
  end if;
  return new;
end
$$;
create trigger number_token before insert on personal_access_tokens for each row execute function number_token();
with batch as (select id from personal_access_tokens where hash_key is null limit 2000)
  update personal_access_tokens as pat
  set hash_key = ('x' || encode(substr(pat.hash, 1, 8), 'hex'))::bit(64)::bigint,
    user_number = usr.number, organization_number = org.number, membership_number = mem.number
  from batch, users as usr, organizations as org, memberships as mem
  where pat.id = batch.id and usr.id = pat.user_id and org.id = pat.organization_id and mem.id = pat.membership_id;
alter table personal_access_tokens add constraint personal_access_tokens_numbered check (hash_key is not null
  and user_number is not null and organization_number is not null and membership_number is not null) not valid;
alter table personal_access_tokens validate constraint personal_access_tokens_numbered;
alter table personal_access_tokens
  alter column hash_key set not null,
  alter column user_number set not null,
  alter column organization_number set not null,
  alter column membership_number set not null;
alter table personal_access_tokens drop constraint personal_access_tokens_numbered;
create unique index personal_access_tokens_hash_key on personal_access_tokens (hash_key);
alter table personal_access_tokens
  add constraint personal_access_tokens_hash_key unique using index personal_access_tokens_hash_key;
`;
