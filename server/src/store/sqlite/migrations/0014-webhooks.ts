// Webhooks, and their deliveries. A webhook reads the numbered events up to `read_to`, so the events are its outbox.
export const sql: string = `
create table webhooks (
  id text primary key,
  url text not null,
  description text not null,
  event_types text,
  secret blob not null,
  previous_secret blob,
  previous_secret_until integer,
  created_at integer not null,
  created_by_id text not null,
  created_by_name text not null,
  disabled_at integer,
  disabled_because text,
  failing_since integer,
  deleted_at integer,
  read_to integer not null,
  replay_from integer,
  replay_to integer,
  replay_since integer,
  check ((disabled_at is null) = (disabled_because is null))
) strict, without rowid;

create index webhooks_newest on webhooks (created_at desc, id desc);
create index webhooks_active on webhooks (id) where disabled_at is null and deleted_at is null;

create table webhook_deliveries (
  id text primary key,
  webhook_id text not null,
  event_id text not null,
  type text not null,
  created_at integer not null,
  give_up_at integer not null,
  due_at integer,
  attempts integer not null default 0,
  attempted_at integer,
  response_status integer,
  latency_ms integer,
  error text,
  finished_at integer,
  outcome text,
  unique (webhook_id, event_id),
  check ((due_at is null) = (finished_at is not null))
) strict, without rowid;
create index webhook_deliveries_due on webhook_deliveries (webhook_id, due_at) where due_at is not null;
create index webhook_deliveries_newest on webhook_deliveries (webhook_id, created_at desc, id desc);
create index webhook_deliveries_finished on webhook_deliveries (finished_at) where finished_at is not null;
`;
