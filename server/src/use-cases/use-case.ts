// What every use case shares: its dependencies, its caller, its audit event, its error and its receipt. Every domain has one
// file or folder beside this one.
// Rule: a use case takes `(deps, actor, input)`, asks for only the dependencies it needs (`Pick<Deps, …>`), and writes
// a change and its audit event in one transaction. It refuses by throwing a `Refusal`. Only this file builds audit events, so
// every event names its author, credential and origin alike.
// Deliberately absent: HTTP, SQL, environment variables, and the system clock.
import type { AuditAction, Bounds, Catalogue, ErrorCode, OrganizationId, Principal, SessionId } from "@mintmark/core";
import type { LimitedMailer } from "../mail/email.ts";
import { newId } from "../secrets/generate.ts";
import type { HashedFor } from "../secrets/password-queue.ts";
import type {
  ActorRef,
  AuditEventRecord,
  ServiceRecord,
  Store,
  TargetRef,
  UserRecord,
  ViaRef,
} from "../store/store.ts";

/** The settings of the instance that use cases read. They are part of the frozen configuration. */
export interface InstanceSettings {
  /** The first part of every new secret. */
  readonly brand: string;
  /** The origin at which people and clients reach the instance, without a trailing slash. */
  readonly baseUrl: string;
  readonly signUp: "invite" | "open";
  /** Whether members can mint and use tokens of personal organizations. */
  readonly allowPersonalTokens: boolean;
  /** How many tokens and keys one user may create in 60 s; 0 turns the limit off. */
  readonly mintLimit: number;
  /** How many items of each kind a person, an organization or the instance may have. */
  readonly bounds: Bounds;
  /** For how many days audit events are kept where an organization chose nothing; `null` keeps them forever. */
  readonly auditRetentionDays: number | null;
}

/** All dependencies. Each use case takes only the members it needs, by `Pick`. */
export interface Deps {
  readonly store: Store;
  readonly catalogue: Catalogue;
  readonly settings: InstanceSettings;
  /** `null` when no mail server is configured. */
  readonly mailer: LimitedMailer | null;
  /** Runs work after the response. A failure is logged. Closing the instance waits for the work. */
  readonly later: (work: () => Promise<void>) => void;
  /** UTC epoch milliseconds. */
  readonly clock: () => number;
  /**
   * Hashes a new password. Hashing is expensive by design, so a test with thousands of accounts may pass a cheap one.
   */
  readonly hashPassword: (password: string, by: HashedFor) => Promise<string>;
}

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

export interface RefusalExtras {
  /** The problems, one for each field. */
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
  /** With `permission_denied`: the permissions that the caller lacks. */
  readonly missingPermissions?: readonly string[];
  /** With 429 and 503: after how many seconds the client may try again. */
  readonly retryAfterSeconds?: number;
  /** Returns 403 instead of the code's 401, because the caller's credential itself is good. */
  readonly status?: 403;
}

/**
 * The one error that a use case throws when it refuses. It has a stable code and a sentence that says what failed, why,
 * and what to do next. It never contains a secret. Any other thrown error is a bug (500).
 */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: ErrorCode;
  readonly detail: string;
  readonly extras: RefusalExtras;

  constructor(code: ErrorCode, detail: string, extras: RefusalExtras = {}) {
    super(`${code}: ${detail}`);
    this.code = code;
    this.detail = detail;
    this.extras = extras;
  }
}

/** Refuses because too many passwords wait to be hashed. Nothing was checked. */
export function serverBusy(): Refusal {
  return new Refusal(
    "server_busy",
    "The server has too many passwords to check, so it did not check yours. Try again in 3 s.",
    { retryAfterSeconds: 3 },
  );
}

/** The one refusal for a missing resource and for another organization's: a caller cannot tell them apart. */
export function notFound(): Refusal {
  return new Refusal(
    "not_found",
    "There is nothing here, or you have no access to it. Check the address and the active organization.",
  );
}

/** The receipt of a change of authority. Once the caller has it, the change is in force everywhere. */
export interface Receipt {
  /** When the change took effect, in UTC epoch milliseconds. A repeated change returns the instant of the first. */
  readonly at: number;
  /**
   * How the confirmation was reached. `single`: every verification reads committed state, so the commit itself is the
   * confirmation.
   */
  readonly confirmedBy: "single" | "replicas" | "lease";
  /** How many processes confirmed it. It is 1 for the process that committed. */
  readonly replicas: number;
  readonly waitedMs: number;
}

/** The receipt of an operation that revokes credentials. */
export interface RevocationReceipt extends Receipt {
  readonly revoked: true;
}

export function receiptAt(at: number): Receipt {
  return { at, confirmedBy: "single", replicas: 1, waitedMs: 0 };
}

export function revocationReceiptAt(at: number): RevocationReceipt {
  return { revoked: true, ...receiptAt(at) };
}
