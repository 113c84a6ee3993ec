// The JSON and CSV of audit events, the filters of an audit log, and the JSON of the retention.
// Rule: only these functions turn an event into JSON or CSV.
import { z } from "@hono/zod-openapi";
import { AUDIT_ACTIONS, type AuditAction, auditActionsNamed } from "@mintmark/core";
import type { CsvCell } from "../csv/csv.ts";
import type { AuditFilter, ListedAuditEvent } from "../store/store.ts";
import type { AuditRetention as RetentionValue } from "../use-cases/audit.ts";
import { ActorReference, Instant, InstantInput, presentInstant, presentInstantOrNull } from "./schema.ts";

const Reference = z.object({ kind: z.string(), id: z.string(), name: z.string() });

const HostId = z.string().nullable().openapi({
  description: "The id by which the host product knows it, where it is a user or an organization that the host keeps.",
  example: "user_8f2c",
});

export const AuditEvent = z
  .object({
    id: z.string(),
    at: Instant,
    organizationId: z.string().nullable(),
    organizationExternalId: HostId,
    actor: z.object({ ...ActorReference.shape, externalId: HostId }),
    via: Reference.nullable().openapi({
      description: "The credential or hand-off that was used; `null`: a browser session.",
    }),
    action: z.enum(AUDIT_ACTIONS).openapi({ example: "pat.revoked" }),
    target: Reference.extend({ externalId: HostId }).nullable(),
    outcome: z.enum(["ok", "denied"]),
    ip: z.string().nullable(),
    userAgent: z.string().nullable(),
    requestId: z.string().nullable(),
    details: z
      .record(z.string(), z.unknown())
      .openapi({ description: "Values before and after the change. Never a secret." }),
  })
  .openapi("AuditEvent");

export function presentAuditEvent(event: ListedAuditEvent): z.infer<typeof AuditEvent> {
  const { hostIds } = event;
  return {
    id: event.id,
    at: presentInstant(event.at),
    organizationId: event.organizationId,
    organizationExternalId: hostIds.organization,
    actor: { ...event.actor, externalId: hostIds.actor },
    via: event.via,
    action: event.action,
    target: event.target === null ? null : { ...event.target, externalId: hostIds.target },
    outcome: event.outcome,
    ip: event.ip,
    userAgent: event.userAgent,
    requestId: event.requestId,
    details: presentDetails(event.details),
  };
}

/** The recorded details. Fields that end in `At` become RFC 3339. */
function presentDetails(details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(details).map(([name, value]) => [name, presentDetail(name, value)]));
}

function presentDetail(name: string, value: unknown): unknown {
  if (typeof value === "number" && name.endsWith("At")) return presentInstant(value);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return presentDetails(value as Record<string, unknown>);
}

/** The columns of an event in a table. */
export const AUDIT_EVENT_COLUMNS: readonly string[] = [
  "id",
  "at",
  "action",
  "outcome",
  "actor_kind",
  "actor_id",
  "actor_name",
  "via_kind",
  "via_id",
  "via_name",
  "target_kind",
  "target_id",
  "target_name",
  "ip",
  "user_agent",
  "request_id",
  "organization_id",
  "details",
  "actor_external_id",
  "target_external_id",
  "organization_external_id",
];

/** In the order of the columns; `details` is a JSON object. */
export function auditEventCells(event: ListedAuditEvent): readonly CsvCell[] {
  const {
    id,
    at,
    action,
    outcome,
    actor,
    via,
    target,
    ip,
    userAgent,
    requestId,
    organizationId,
    organizationExternalId,
    details,
  } = presentAuditEvent(event);
  return [
    id,
    at,
    action,
    outcome,
    actor.kind,
    actor.id,
    actor.name,
    ...referenceCells(via),
    ...referenceCells(target),
    ip,
    userAgent,
    requestId,
    organizationId,
    JSON.stringify(details),
    actor.externalId,
    target?.externalId ?? null,
    organizationExternalId,
  ];
}

function referenceCells(
  reference: { readonly kind: string; readonly id: string; readonly name: string } | null,
): readonly CsvCell[] {
  return reference === null ? [null, null, null] : [reference.kind, reference.id, reference.name];
}

const days = (description: string): z.ZodNullable<z.ZodInt> => z.int().nullable().openapi({ description });

export const AuditRetention = z
  .object({
    days: days("The organization's setting; `null`: it follows the instance."),
    inForceDays: days("For how long events are kept now; `null`: forever."),
    effectiveAt: Instant.nullable().openapi({
      description:
        "When the organization's setting takes effect: a shorter time takes effect after seven days. `null`: never set.",
    }),
    instanceDays: days("The instance's default; `null`: forever."),
  })
  .openapi("AuditRetention");

export function presentRetention(retention: RetentionValue): z.infer<typeof AuditRetention> {
  const { setting, inForce, instanceDefault } = retention;
  return {
    days: setting.days,
    inForceDays: inForce,
    effectiveAt: presentInstantOrNull(setting.effectiveAt),
    instanceDays: instanceDefault,
  };
}

const Actions = z
  .string()
  .max(1000)
  .transform((text, context): readonly AuditAction[] => {
    const names = text.split(",");
    const unknown = names.find((name) => auditActionsNamed(name).length === 0);
    if (unknown === undefined) return [...new Set(names.flatMap(auditActionsNamed))];
    context.issues.push({
      code: "custom",
      input: text,
      message: `The action "${unknown.slice(0, 60)}" does not exist.`,
    });
    return z.NEVER;
  })
  .openapi({
    type: "string",
    description:
      "One action or several, separated by commas. A name that ends with a dot selects all actions with this prefix.",
    example: "pat.,member.removed",
  });

/** The filters of every audit log. Spread them into the operation's query object. */
export const auditQuery = {
  actor: z.string().max(200).optional().openapi({ description: "The id of the actor." }),
  action: Actions.optional(),
  outcome: z.enum(["ok", "denied"]).optional().openapi({ description: "Only events with this outcome." }),
  credential: z.string().max(200).optional().openapi({
    description: "The id of a token or key. Selects events that used it or concern it.",
  }),
  from: InstantInput.optional().openapi({ description: "Inclusive." }),
  to: InstantInput.optional().openapi({ description: "Exclusive." }),
};

export function parseAuditFilter(query: {
  readonly actor?: string | undefined;
  readonly action?: readonly AuditAction[] | undefined;
  readonly outcome?: "ok" | "denied" | undefined;
  readonly credential?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}): AuditFilter {
  const { actor, action, outcome, credential, from, to } = query;
  return {
    ...(actor === undefined ? {} : { actorId: actor }),
    ...(action === undefined ? {} : { actions: action }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(credential === undefined ? {} : { credentialId: credential }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}
