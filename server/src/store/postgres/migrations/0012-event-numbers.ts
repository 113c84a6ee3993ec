// Every audit event gets a number in the order of commits. A deferred trigger numbers it at the end of its transaction,
// so no statement and no replica of the previous version can forget to. The lock on the counter's row is taken after all
// others and held until the commit: a reader who sees a number sees every lower one. A sequence does not give that.
// Events from before this migration have no number: the feed begins after them, and nothing large is rewritten.
export const sql: string = `
create table event_clock (
  id bigint primary key check (id = 1),
  seq bigint not null,
  cursor_key bytea not null
) with (fillfactor = 10);
insert into event_clock (id, seq, cursor_key) values (1, 0, uuid_send(gen_random_uuid()));

create table event_numbers (
  seq bigint primary key,
  event_id text collate "C" not null unique,
  organization_id text collate "C"
);
create index event_numbers_organization on event_numbers (organization_id, seq) where organization_id is not null;

create table event_horizons (
  organization_id text collate "C" primary key,
  pruned_to bigint not null
);
create index event_horizons_highest on event_horizons (pruned_to);

create function number_audit_event() returns trigger language plpgsql as $$
declare
  number bigint;
begin
  update event_clock set seq = seq + 1 where id = 1 returning seq into number;
  insert into event_numbers (seq, event_id, organization_id) values (number, new.id, new.organization_id)
    on conflict (event_id) do nothing;
  return null;
end
$$;
create constraint trigger audit_events_number after insert on audit_events
  deferrable initially deferred for each row execute function number_audit_event();
`;
