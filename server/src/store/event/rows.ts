// The rows of the event feed and of webhooks. They are not in ../tables.ts, to keep both files short.
import type { AuditAction, AuditEventId, UserId, WebhookDeliveryId, WebhookId } from "@mintmark/core";
import type { Generated } from "kysely";

/** The one row with id 1. A transaction that inserts events holds its lock from the end of its work until its commit. */
export interface EventClockRow {
  id: number;
  /** The highest number given so far. */
  seq: number;
  /** The key that cursors are sealed with: 16 bytes. */
  cursor_key: Uint8Array;
}

/** The number of an audit event. A trigger writes it. */
export interface EventNumberRow {
  seq: number;
  event_id: AuditEventId;
  organization_id: string | null;
}

/** Up to which number events of an organization may have been deleted. */
export interface EventHorizonRow {
  /** The organization, or an empty text for events that belong to none. */
  organization_id: string;
  pruned_to: number;
}

/** Why a webhook is off. `failing`: nothing arrived for days. `gone`: its server responded 410. */
export type WebhookEnd = "admin" | "failing" | "gone";

export interface WebhookRow {
  id: WebhookId;
  url: string;
  description: string;
  /** JSON array of actions and their beginnings; `null`: all but those of use. */
  event_types: string | null;
  /** The bytes that sign deliveries. They cannot be hashed. */
  secret: Uint8Array;
  previous_secret: Uint8Array | null;
  previous_secret_until: number | null;
  created_at: number;
  created_by_id: UserId;
  created_by_name: string;
  disabled_at: number | null;
  disabled_because: WebhookEnd | null;
  /** The first failed attempt since the last successful one. */
  failing_since: number | null;
  /** The row goes when its deliveries have been deleted. */
  deleted_at: number | null;
  /** The number of the last event that it has a delivery for, or that its types exclude. */
  read_to: number;
  /** The numbers that are still to be sent again: after `from`, up to `to`, of events since an instant. */
  replay_from: number | null;
  replay_to: number | null;
  replay_since: number | null;
}

/**
 * How a delivery ended. `delivered`: the response was 2xx. `failed`: no attempt succeeded in time. `expired`: the event was
 * deleted after its retention.
 */
export type DeliveryOutcome = "delivered" | "failed" | "expired";

export interface WebhookDeliveryRow {
  id: WebhookDeliveryId;
  webhook_id: WebhookId;
  event_id: AuditEventId;
  type: AuditAction;
  created_at: number;
  give_up_at: number;
  /** When it may be attempted, or when the claim on it runs out; `null` when it has ended. */
  due_at: number | null;
  /** How often it was claimed. The number also tells a present claim from one that ran out. */
  attempts: Generated<number>;
  attempted_at: number | null;
  /** The status of the last response; `null` without a response. */
  response_status: number | null;
  latency_ms: number | null;
  /** Why the last attempt failed, without anything of the response. */
  error: string | null;
  finished_at: number | null;
  outcome: DeliveryOutcome | null;
}
