// Every audit event gets a number in the order of commits. A trigger numbers it, so no statement can forget to. SQLite
// commits one transaction at a time, so the order of inserts is the order of commits.
// Events from before this migration have no number: the feed begins after them.
export const sql: string = `
create table event_clock (
  id integer primary key check (id = 1),
  seq integer not null,
  cursor_key blob not null
) strict;
insert into event_clock (id, seq, cursor_key) values (1, 0, randomblob(16));

create table event_numbers (
  seq integer primary key,
  event_id text not null unique,
  organization_id text
) strict;
create index event_numbers_organization on event_numbers (organization_id, seq) where organization_id is not null;

create table event_horizons (
  organization_id text primary key,
  pruned_to integer not null
) strict, without rowid;
create index event_horizons_highest on event_horizons (pruned_to);

create trigger audit_events_number after insert on audit_events begin
  update event_clock set seq = seq + 1 where id = 1;
  insert into event_numbers (seq, event_id, organization_id)
    select seq, new.id, new.organization_id from event_clock where id = 1
    on conflict (event_id) do nothing;
end;
`;
