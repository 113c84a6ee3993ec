import type { AuditAction, OrganizationId } from "@mintmark/core";
import { newId } from "../secrets/generate.ts";
import type { ActorRef, AuditEventRecord, TargetRef, ViaRef } from "../store/store.ts";
import { type Actor, actorRef, type RequestOrigin, type ServiceActor, viaRef } from "./actor.ts";

export interface EventContent {
  readonly at: number;
  readonly organizationId: OrganizationId | null;
  readonly action: AuditAction;
  readonly target: TargetRef | null;
  /** Before and after, by allow-list. Never a secret, never a hash. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly outcome?: "ok" | "denied";
}

/** Who did something, through what, and where from. */
export interface EventOrigin {
  readonly actor: ActorRef;
  readonly via: ViaRef | null;
  readonly origin: RequestOrigin | null;
}

export function authorOf(actor: Actor | ServiceActor): EventOrigin {
  return { actor: actorRef(actor), via: viaRef(actor), origin: actor.origin };
}

/** The audit event of something an authenticated actor did. */
export function eventBy(actor: Actor | ServiceActor, content: EventContent): AuditEventRecord {
  return eventOf(authorOf(actor), content);
}

/** The audit event of something done by someone who is not (yet) signed in, or by Mintmark itself. */
export function eventOf(by: EventOrigin, content: EventContent): AuditEventRecord {
  return {
    id: newId("auditEvent"),
    at: content.at,
    organizationId: content.organizationId,
    actor: by.actor,
    via: by.via,
    action: content.action,
    target: content.target,
    outcome: content.outcome ?? "ok",
    ip: by.origin?.ip ?? null,
    userAgent: by.origin?.userAgent ?? null,
    requestId: by.origin?.requestId ?? null,
    details: content.details ?? {},
  };
}
