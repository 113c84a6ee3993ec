// The caller of a use case: a person in a signed-in browser, a credential, or a service.
// Rule: an audit event is built here and nowhere else, so every event names its author, credential and origin alike.
import type { AuditAction, OrganizationId, Principal, SessionId } from "@mintmark/core";
import { newId } from "../secrets/generate.ts";
import type { ActorRef, AuditEventRecord, ServiceRecord, TargetRef, UserRecord, ViaRef } from "../store/store.ts";

/** Where a request came from. The audit log and the limits by network use it. */
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
    /** When the person last gave their password. */
    readonly authenticatedAt: number;
    readonly expiresAt: number;
  };
  readonly origin: RequestOrigin;
}

/** A verified personal access token or API key. */
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

/** A caller who may act in an organization. */
export type Actor = SessionActor | CredentialActor;

/** The author of events that Mintmark causes itself. */
export const MINTMARK: EventOrigin = {
  actor: { kind: "system", id: "mintmark", name: "Mintmark" },
  via: null,
  origin: null,
};

/** The author of events that a person or device caused without being signed in. */
export const ANONYMOUS = { kind: "system", id: "anonymous", name: "Someone not signed in" } as const;

/** Returns the name of the actor for the audit log. */
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

/** Returns the credential that the actor uses, or `null` for a browser session. */
function viaRef(actor: Actor | ServiceActor): ViaRef | null {
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
  /** The allow-listed fields before and after the change. Never contains a secret or a hash. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly outcome?: "ok" | "denied";
}

/** The author of an event: the actor, the credential they used, and where the request came from. */
export interface EventOrigin {
  readonly actor: ActorRef;
  readonly via: ViaRef | null;
  readonly origin: RequestOrigin | null;
}

export function authorOf(actor: Actor | ServiceActor): EventOrigin {
  return { actor: actorRef(actor), via: viaRef(actor), origin: actor.origin };
}

/** Builds the audit event for an action of an authenticated actor. */
export function eventBy(actor: Actor | ServiceActor, content: EventContent): AuditEventRecord {
  return eventOf(authorOf(actor), content);
}

/** Builds the audit event for an action of Mintmark itself, or of a person who is not signed in. */
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
