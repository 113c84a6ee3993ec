// The one place where an event of the audit log becomes JSON.
import { z } from "@hono/zod-openapi";
import { AUDIT_ACTIONS } from "@mintmark/core";
import type { AuditEventRecord } from "../../store/store.ts";
import { ActorReference } from "./actor-reference.ts";
import { Instant, presentInstant } from "./time.ts";

const Reference = z.object({ kind: z.string(), id: z.string(), name: z.string() });

export const AuditEvent = z
  .object({
    id: z.string(),
    at: Instant,
    organizationId: z.string().nullable(),
    actor: ActorReference,
    via: Reference.nullable().openapi({
      description: "The credential it was done through; `null`: a browser session.",
    }),
    action: z.enum(AUDIT_ACTIONS).openapi({ example: "pat.revoked" }),
    target: Reference.nullable(),
    outcome: z.enum(["ok", "denied"]),
    ip: z.string().nullable(),
    userAgent: z.string().nullable(),
    requestId: z.string().nullable(),
    details: z.record(z.string(), z.unknown()).openapi({ description: "Before and after. Never a secret." }),
  })
  .openapi("AuditEvent");

export function presentAuditEvent(event: AuditEventRecord): z.infer<typeof AuditEvent> {
  return {
    id: event.id,
    at: presentInstant(event.at),
    organizationId: event.organizationId,
    actor: event.actor,
    via: event.via,
    action: event.action,
    target: event.target,
    outcome: event.outcome,
    ip: event.ip,
    userAgent: event.userAgent,
    requestId: event.requestId,
    details: presentDetails(event.details),
  };
}

/** Details as they were recorded, their instants (fields that end in `At`) as instants are shown everywhere. */
function presentDetails(details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(details).map(([name, value]) => [name, presentDetail(name, value)]));
}

function presentDetail(name: string, value: unknown): unknown {
  if (typeof value === "number" && name.endsWith("At")) return presentInstant(value);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return presentDetails(value as Record<string, unknown>);
}
