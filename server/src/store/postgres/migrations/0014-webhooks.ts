// Webhooks, and their deliveries. A webhook reads the numbered events up to `read_to`, so the events are its outbox.
export const sql: string = `
create table webhooks (
  id text collate "C" primary key,
  url text not null,
  description text not null,
  event_types text,
  secret bytea not null,
  previous_secret bytea,
  previous_secret_until bigint,
  created_at bigint not null,
  created_by_id text collate "C" not null,
  created_by_name text not null,
  disabled_at bigint,
  disabled_because text,
  failing_since bigint,
  deleted_at bigint,
  read_to bigint not null,
  replay_from bigint,
  replay_to bigint,
  replay_since bigint,
  check ((disabled_at is null) = (disabled_because is null))
);

create index webhooks_newest on webhooks (created_at desc, id desc);
create index webhooks_active on webhooks (id) where disabled_at is null and deleted_at is null;

create table webhook_deliveries (
  id text collate "C" primary key,
  webhook_id text collate "C" not null,
  event_id text collate "C" not null,
  type text not null,
  created_at bigint not null,
  give_up_at bigint not null,
  due_at bigint,
  attempts bigint not null default 0,
  attempted_at bigint,
  response_status bigint,
  latency_ms bigint,
  error text,
  finished_at bigint,
  outcome text,
  unique (webhook_id, event_id),
  check ((due_at is null) = (finished_at is not null))
);
create index webhook_deliveries_due on webhook_deliveries (webhook_id, due_at) where due_at is not null;
create index webhook_deliveries_newest on webhook_deliveries (webhook_id, created_at desc, id desc);
create index webhook_deliveries_finished on webhook_deliveries (finished_at) where finished_at is not null;
`;
