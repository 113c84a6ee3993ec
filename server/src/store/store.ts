// The store port: what the rest of the server may ask of a database, in the words of the domain. The verbs are in the
// domain files beside this one, as SQL that both engines run; this file is their sum. The contract in server/test/store
// tests both engines alike.
// Rule: no SQL, no table and no engine shows through this file, and nothing outside of this folder imports another one.
// Deliberately absent: generic reads and writes by table name, and any decision about who may do what.
import type { ReplicaView } from "./authority/replica-view.ts";
import type { Bound } from "./context.ts";
import type { AuthorityListener } from "./authority/change.ts";
import type { Hash } from "./values.ts";
import type { READS, TRANSACTION } from "./verbs.ts";
import type { VerificationLookup } from "./verification.ts";

export type * from "./account/email-link.ts";
export type * from "./account/user.ts";
export type * from "./admin/instance.ts";
export type * from "./admin/management-key.ts";
export type * from "./admin/organizations.ts";
export type * from "./admin/service.ts";
export type * from "./api-key.ts";
export type { AuthorityKey, AuthorityListener, Confirmation, PendingConfirmation } from "./authority/change.ts";
export type * from "./authority/replica-view.ts";
export type * from "./audit/event.ts";
export type * from "./audit/retention.ts";
export * from "./backup.ts";
export { type Revocation, withVerbs } from "./context.ts";
export type * from "./device.ts";
export type * from "./directory/directory.ts";
export type * from "./directory/version.ts";
export * from "./errors.ts";
export type * from "./hand-off/hand-off.ts";
export type * from "./event/delivery.ts";
export type * from "./event/feed.ts";
export type * from "./event/webhook.ts";
export type * from "./invitation/domain-joining.ts";
export type * from "./invitation/invitation.ts";
export type * from "./limit.ts";
export type * from "./mail/mail.ts";
export type { EmailKind, EmailOutcome } from "./mail/rows.ts";
export type * from "./member.ts";
export type * from "./notice/calendar.ts";
export type * from "./notice/email.ts";
export type * from "./notice/notice.ts";
export type * from "./organization.ts";
export type * from "./session.ts";
export type * from "./token/ending.ts";
export type * from "./token/expiry.ts";
export { endedOf, type FollowUp, subjectOf } from "./token/follow-up.ts";
export type * from "./token/list.ts";
export type * from "./token/search.ts";
export type * from "./token/token.ts";
export { newTokenRecord } from "./token/token.ts";
export type * from "./usage/history.ts";
export type * from "./usage/use.ts";
export type * from "./values.ts";
export type * from "./verification.ts";

/** Reads that may run outside a transaction. Each sees everything that was committed before it began. */
export interface Reads extends Bound<typeof READS> {}

/**
 * One transaction: its reads see its own writes, and its locks hold until it ends.
 * Lock order everywhere: instance, organization (by id when several), membership, user, device login, token or key.
 */
export interface Transaction extends Bound<typeof TRANSACTION> {}

/** Whether a committed transaction survives a crash of the machine (`full`, the default) or only of the process. */
export type Durability = "full" | "lazy";

/**
 * `low`: the disk is nearly full, and only changes that end something are accepted. `full`: nothing can be written, so
 * a token that was not used today cannot be verified.
 */
export type StorageCondition = "ok" | "low" | "full";

export interface StoreClock {
  /**
   * UTC epoch milliseconds. After a lookup or read, it is not earlier than that; in a transaction, not earlier than its
   * beginning.
   */
  readonly now: () => number;
  /** How far the clock of this host is ahead of it, in milliseconds; negative when it is behind. 0 for SQLite. */
  readonly aheadMs: () => number;
}

export interface Store {
  readonly engine: "sqlite" | "postgres";
  readonly reads: Reads;

  /** The database's clock, by which every replica evaluates every instant. */
  readonly clock: StoreClock;

  /**
   * Runs `work` in one transaction. Everything it wrote is durable when the promise resolves, and nothing of it
   * happened when `work` throws. Throws `OutcomeUnknown` when the connection was lost while committing, `StorageFull`
   * when the disk is full, and `StoreUnavailable` when the database cannot be reached. With `lazy` the transaction is
   * committed and visible when the promise resolves, but a crash of the machine may still undo all of it: for counts.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>, durability?: Durability): Promise<T>;

  /**
   * Everything that verification needs about the credential with this hash, in one read of committed data that begins
   * after the call; `null` when there is none. It includes the last use only where the organization limits idle days.
   * The lookups of one turn of the event loop run together. Rejects with `StoreUnavailable` when the data cannot be
   * read.
   */
  findForVerification(kind: "pat" | "api_key", hash: Hash): VerificationLookup | Promise<VerificationLookup>;

  /**
   * Notifies of changes to what verification reads: at once of those of this process, and of other processes' when this process
   * learns of them. A lookup that begins in the call or after it sees the change. Returns how to stop.
   */
  onAuthorityChange(listener: AuthorityListener): () => void;

  /**
   * When it resolves, the listeners know every change that was committed before the call. Rejects with `StoreUnavailable`
   * like a lookup.
   */
  readAuthorityChanges(): Promise<void>;

  /** Applies pending migrations. Several processes may call it at once: one works, the others wait. */
  migrate(): Promise<{ readonly applied: readonly string[] }>;

  /**
   * Whether verification and changes would work now, checked by the paths that they take. Returns `null`, or the reason
   * in a sentence for operators that names no host and no person. Simultaneous calls share one check.
   */
  whyNotReady(): Promise<string | null>;

  /** The free space under the database, as far as this process must respect it. */
  readonly storage: StorageCondition;

  /** The processes that serve from this database, by name, for operators. Rejects with `StoreUnavailable`. */
  listReplicas(): Promise<readonly ReplicaView[]>;

  close(): Promise<void>;
}
