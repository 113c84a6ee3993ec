// Who asks: a person in a signed-in browser, a credential, or a service. Every use case takes one.
import type { AuditAction, OrganizationId, Principal, SessionId } from "@mintmark/core";
import { newId } from "../secrets/generate.ts";
import type { ActorRef, AuditEventRecord, ServiceRecord, TargetRef, UserRecord, ViaRef } from "../store/store.ts";

/** Where a request came from, for the audit log and for limits by address. */
export interface RequestOrigin {
  /** The client's address in canonical form, or `null` when it is not known. */
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly requestId: string;
}

export interface SessionActor {
  readonly kind: "session";
  readonly user: UserRecord;
  readonly session: {
    readonly id: SessionId;
    /** The active organization. */
    readonly organizationId: OrganizationId;
    /** When the password was last given. */
    readonly authenticatedAt: number;
    readonly expiresAt: number;
  };
  readonly origin: RequestOrigin;
}

/** A personal access token or an API key, already verified. */
interface CredentialActor {
  readonly kind: "credential";
  readonly principal: Principal;
  readonly origin: RequestOrigin;
}

export interface ServiceActor {
  readonly kind: "service";
  readonly service: ServiceRecord;
  readonly origin: RequestOrigin;
}

/** Who may act on the organization surface. */
export type Actor = SessionActor | CredentialActor;

/** How the audit log names the actor. */
export function actorRef(actor: Actor | ServiceActor): ActorRef {
  switch (actor.kind) {
    case "session":
      return { kind: "user", id: actor.user.id, name: actor.user.name };
    case "service":
      return { kind: "service", id: actor.service.id, name: actor.service.name };
    case "credential": {
      const { user, credential } = actor.principal;
      return user === null
        ? { kind: "api_key", id: credential.id, name: credential.name }
        : { kind: "user", id: user.id, name: user.name };
    }
  }
}

/** The credential the actor acts through; `null` for a browser session. */
export function viaRef(actor: Actor | ServiceActor): ViaRef | null {
  switch (actor.kind) {
    case "session":
      return null;
    case "service":
      return { kind: "service_key", id: actor.service.id, name: actor.service.name };
    case "credential": {
      const { kind, id, name } = actor.principal.credential;
      return { kind, id, name };
    }
  }
}

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
