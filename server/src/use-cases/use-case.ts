// What every use case shares: its dependencies, its caller, its audit event, its error and its receipt. Every domain has one
// file or folder beside this one.
// Rule: a use case takes `(deps, actor, input)`, asks for only the dependencies it needs (`Pick<Deps, …>`), and writes
// a change and its audit event in one transaction. It refuses by throwing a `Refusal`. Only this file builds audit events, so
// every event names its author, credential and origin alike.
// Deliberately absent: HTTP, SQL, environment variables, and the system clock.
import type {
  AuditAction,
  Bounds,
  Catalogue,
  DoomedToken,
  ErrorCode,
  MembershipId,
  OrganizationId,
  Principal,
  SessionId,
} from "@mintmark/core";
import type { EmailLimits } from "../mail/email.ts";
import { newId } from "../secrets/generate.ts";
import type { HashedFor } from "../secrets/password-queue.ts";
import type {
  ActorRef,
  AuditEventRecord,
  ManagementKeyRecord,
  OrganizationRecord,
  PendingConfirmation,
  ServiceOfKey,
  SessionHandOff,
  Store,
  TargetRef,
  Transaction,
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
  /** Who manages people and organizations: the instance, or the host product by its management key. */
  readonly directory: "internal" | "external";
  /** The host product, as the pages name it and link to it; `null` without one. Never `null` when `directory` is external. */
  readonly host: { readonly name: string; readonly url: string } | null;
  /** Which id of a user the product's API reads in `X-Mintmark-User` and in `sub`: Mintmark's, or the host's. */
  readonly subject: "internal" | "external";
  /** The host's page to sign in, which leads back by a hand-off; `null` without one. */
  readonly hostSignInUrl: string | null;
  /** The origins of the host's pages that a hand-off may lead back to. */
  readonly returnOrigins: readonly string[];
  /** How many tokens and keys one user may create in 60 s; 0 turns the limit off. */
  readonly mintLimit: number;
  /** How many items of each kind a person, an organization or the instance may have. */
  readonly bounds: Bounds;
  /** The origins whose pages may frame the page of tokens. Empty: nobody may, and the page does not exist. */
  readonly embedOrigins: readonly string[];
  /** Whether a webhook may lead to loopback and to private networks. */
  readonly allowPrivateWebhooks: boolean;
  /** For how many days audit events are kept where an organization chose nothing; `null` keeps them forever. */
  readonly auditRetentionDays: number | null;
}

/** All dependencies. Each use case takes only the members it needs, by `Pick`. */
export interface Deps {
  readonly store: Store;
  readonly catalogue: Catalogue;
  readonly settings: InstanceSettings;
  /** The limits on emails; `null` when no mail server is configured. Emails go into the outbox (mail/outbox.ts). */
  readonly mailer: EmailLimits | null;
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
    /** The active organization; `null` while the user is in none. */
    readonly organizationId: OrganizationId | null;
    /** When the person last gave their password. */
    readonly authenticatedAt: number;
    readonly expiresAt: number;
    /** Set for the session of a hand-off: it reaches one membership, and only operations that accept `hand-off`. */
    readonly handOff: SessionHandOff | null;
  };
  readonly origin: RequestOrigin;
}

/** Whether the session reaches this membership of its user: every one, or for a hand-off the one that it is for. */
export function reaches({ session }: Pick<SessionActor, "session">, membershipId: MembershipId): boolean {
  return session.handOff === null || session.handOff.membershipId === membershipId;
}

/** A verified personal access token or API key. */
interface CredentialActor {
  readonly kind: "credential";
  readonly principal: Principal;
  readonly origin: RequestOrigin;
}

export interface ServiceActor {
  readonly kind: "service";
  readonly service: ServiceOfKey;
  readonly origin: RequestOrigin;
}

/** The host, with its management key. The scope that the operation declares was checked. */
export interface ManagementActor {
  readonly kind: "management-key";
  readonly key: ManagementKeyRecord;
  readonly origin: RequestOrigin;
}

/** A caller who may act in an organization. */
export type Actor = SessionActor | CredentialActor;

/** Every caller that the audit log names. */
export type AnyActor = Actor | ServiceActor | ManagementActor;

/** The author of events that Mintmark causes itself. */
export const MINTMARK: EventOrigin = {
  actor: { kind: "system", id: "mintmark", name: "Mintmark" },
  via: null,
  origin: null,
};

/** The author of events that somebody caused with a command on the machine that holds the database. */
export const OPERATOR: EventOrigin = {
  actor: { kind: "system", id: "host", name: "The operator" },
  via: null,
  origin: null,
};

/** The author of events that a person or device caused without being signed in. */
export const ANONYMOUS = { kind: "system", id: "anonymous", name: "Someone not signed in" } as const;

/** Returns the name of the actor for the audit log. */
export function actorRef(actor: AnyActor): ActorRef {
  switch (actor.kind) {
    case "session":
      return { kind: "user", id: actor.user.id, name: actor.user.name };
    case "service":
      return { kind: "service", id: actor.service.id, name: actor.service.name };
    case "management-key":
      return { kind: "management_key", id: actor.key.id, name: actor.key.name };
    case "credential": {
      const { user, credential } = actor.principal;
      return user === null
        ? { kind: "api_key", id: credential.id, name: credential.name }
        : { kind: "user", id: user.id, name: user.name };
    }
  }
}

/** Returns the credential or the hand-off that the actor uses, or `null` for a browser session. */
function viaRef(actor: AnyActor): ViaRef | null {
  switch (actor.kind) {
    case "session": {
      const { handOff } = actor.session;
      return handOff === null ? null : { kind: "hand_off", id: handOff.id, name: "Hand-off" };
    }
    case "service":
      return { kind: "service_key", id: actor.service.id, name: actor.service.name };
    case "management-key":
      return { kind: "management_key", id: actor.key.id, name: actor.key.name };
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

export function authorOf(actor: AnyActor): EventOrigin {
  return { actor: actorRef(actor), via: viaRef(actor), origin: actor.origin };
}

/** Builds the audit event for an action of an authenticated actor. */
export function eventBy(actor: AnyActor, content: EventContent): AuditEventRecord {
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

/** A limit that a client has exceeded, as the `RateLimit` headers name it. */
export interface ExceededLimit {
  /** Printable ASCII without quotation marks and backslashes. */
  readonly name: string;
  /** How many requests the limit allows, or `null` when no number describes it. */
  readonly most: number | null;
  /** In which time, or `null` when the limit is on requests at the same time. */
  readonly windowMs: number | null;
}

export interface RefusalExtras {
  /** The problems, one for each field. */
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
  /** With `permission_denied`: the permissions that the caller lacks. */
  readonly missingPermissions?: readonly string[];
  /** With `removals_exceeded`: the first of the tokens that would end. */
  readonly tokens?: readonly DoomedToken[];
  /** With 429 and 503: after how many seconds the client may try again. */
  readonly retryAfterSeconds?: number;
  /** With `rate_limited`: the exceeded limit. */
  readonly limit?: ExceededLimit;
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

/**
 * Refuses to let a person or an organization in where the directory is external: they come from the host product alone.
 * Every operation that refuses so declares `directory_external`.
 */
export function refuseExternalDirectory({ settings }: Pick<Deps, "settings">): void {
  if (settings.directory === "external") throw hostManages(settings);
}

/** Refuses a change of an account or organization that the host keeps. One that the host does not know stays managed here. */
export function refuseKeptByHost(deps: Pick<Deps, "settings">, kept: UserRecord | OrganizationRecord): void {
  if (isKeptByHost(deps, kept)) throw hostManages(deps.settings);
}

export function isKeptByHost({ settings }: Pick<Deps, "settings">, kept: UserRecord | OrganizationRecord): boolean {
  return settings.directory === "external" && kept.externalId !== null;
}

/** Whether the person signs in with a password here. Where the host manages the directory, only instance admins do. */
export function hasPasswordHere({ settings }: Pick<Deps, "settings">, user: UserRecord): boolean {
  return settings.directory === "internal" || user.instanceAdminAt !== null;
}

/**
 * Whether the person proved the present address here, which the word of the host does not. The host may state any address,
 * so its word never lets anybody into an account that has a password, or into an organization that is not the host's.
 */
export function isAddressProvedHere({
  emailVerifiedAt,
  emailVouchedAt,
}: Pick<UserRecord, "emailVerifiedAt" | "emailVouchedAt">): boolean {
  return emailVerifiedAt !== null && emailVouchedAt === null;
}

/** Refuses to set a password for a person who signs in at the host (`directory_external`). */
export function requirePasswordHere(deps: Pick<Deps, "settings">, user: UserRecord): void {
  if (!hasPasswordHere(deps, user)) throw hostManages(deps.settings);
}

export function hostManages({ host }: Pick<InstanceSettings, "host">): Refusal {
  const [name, url] = host === null ? ["The host product", ""] : [host.name, `: ${host.url}`];
  return new Refusal(
    "directory_external",
    `${name} manages the people and organizations of this instance, so nothing was changed here. Make this change there${url}`,
  );
}

/** The receipt of a change of authority. Read its confirmation only after the transaction: then the change is in force everywhere. */
export interface Receipt {
  /** When the change took effect, in UTC epoch milliseconds. A repeated change returns the instant of the first. */
  readonly at: number;
  readonly confirmation: PendingConfirmation;
}

/** The receipt of an operation that revokes credentials. */
export interface RevocationReceipt extends Receipt {
  readonly revoked: true;
}

/** The receipt of this transaction's change. Where it repeats a change, the transaction waits for the first one. */
export async function receiptAt(tx: Pick<Transaction, "confirmation">, at: number): Promise<Receipt> {
  return { at, confirmation: await tx.confirmation() };
}

export async function revocationReceiptAt(
  tx: Pick<Transaction, "confirmation">,
  at: number,
): Promise<RevocationReceipt> {
  return { revoked: true, ...(await receiptAt(tx, at)) };
}
