// The store port: what the rest of the server may ask of a database, in the words of the domain.
// Rule: no SQL, no table, no engine behind this line shows through it; verbs say what happens to a
// token, a member, an organization. Two engines implement it, and the contract in server/test/store tests both alike.
// Deliberately absent: generic reads and writes by table name, and any decision about who may do what.
import type { AccountReads, AccountWrites } from "./account-port.ts";
import type { AdministrationReads, AdministrationWrites } from "./administration-port.ts";
import type { AuditReads, AuditWrites } from "./audit-port.ts";
import type { CredentialReads, CredentialWrites, Hash, VerificationLookup } from "./credential-port.ts";
import type { DeviceLoginReads, DeviceLoginWrites } from "./device-login-port.ts";
import type { EmailLinkReads, EmailLinkWrites } from "./email-link-port.ts";
import type { LimitReads, LimitWrites } from "./limit-port.ts";
import type { FollowUpReads, FollowUpWrites } from "./follow-up-port.ts";
import type { JoiningReads, JoiningWrites } from "./joining-port.ts";
import type { MemberReads, MemberWrites } from "./member-port.ts";
import type { OffboardingReads } from "./offboarding-port.ts";
import type { OverviewReads } from "./overview-port.ts";
import type { NoticeReads, NoticeWrites } from "./notice-port.ts";
import type { TokenSearchReads } from "./token-search-port.ts";
import type { UsageWrites } from "./usage-port.ts";
import type { UseHistoryReads, UseHistoryWrites } from "./use-history-port.ts";

export * from "./account-port.ts";
export * from "./administration-port.ts";
export * from "./audit-port.ts";
export * from "./backup-port.ts";
export * from "./credential-port.ts";
export * from "./device-login-port.ts";
export * from "./email-link-port.ts";
export * from "./follow-up-port.ts";
export * from "./joining-port.ts";
export * from "./limit-port.ts";
export * from "./member-port.ts";
export * from "./offboarding-port.ts";
export * from "./overview-port.ts";
export * from "./notice-port.ts";
export * from "./page.ts";
export * from "./token-search-port.ts";
export * from "./usage-port.ts";
export * from "./use-history-port.ts";

/** Reads that may run outside a transaction. Each sees everything that was committed before it began. */
export interface Reads
  extends
    AccountReads,
    AdministrationReads,
    DeviceLoginReads,
    EmailLinkReads,
    FollowUpReads,
    JoiningReads,
    LimitReads,
    MemberReads,
    CredentialReads,
    AuditReads,
    NoticeReads,
    OffboardingReads,
    OverviewReads,
    TokenSearchReads,
    UseHistoryReads {}

/**
 * One transaction: its reads see its own writes, and its locks hold until it ends.
 * Lock order everywhere: instance, organization (by id when several), membership, user, device login, token or key.
 */
export interface Transaction
  extends
    Reads,
    AccountWrites,
    AdministrationWrites,
    DeviceLoginWrites,
    EmailLinkWrites,
    FollowUpWrites,
    JoiningWrites,
    LimitWrites,
    MemberWrites,
    CredentialWrites,
    AuditWrites,
    NoticeWrites,
    UsageWrites,
    UseHistoryWrites {}

/** Whether a committed transaction outlives a crash of the machine (`full`, the default) or of the process only. */
export type Durability = "full" | "lazy";

/**
 * `low`: the disk is nearly full, and only what ends something is accepted. `full`: nothing can be written, so a token
 * that was not used today cannot be verified.
 */
export type StorageCondition = "ok" | "low" | "full";

export interface StoreClock {
  /** UTC epoch milliseconds: after a lookup or read not before it, in a transaction not before its beginning. */
  readonly now: () => number;
  /** How far this host's clock is ahead of it, in milliseconds; below zero when it is behind. 0 for SQLite. */
  readonly aheadMs: () => number;
}

export interface Store {
  readonly engine: "sqlite" | "postgres";
  readonly reads: Reads;

  /** The one clock that every instant is judged by, on every replica: the database's. */
  readonly clock: StoreClock;

  /**
   * Runs `work` in one transaction: everything it wrote is durable when the promise resolves, and
   * nothing of it happened when `work` throws. Throws `OutcomeUnknown` when the connection was lost
   * while committing, `StorageFull` when the disk is, `StoreUnavailable` when the database cannot be reached.
   * With `lazy` it is committed and seen by everyone when the promise resolves, but a crash of the machine may
   * still take it back, whole: for what was only counted.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>, durability?: Durability): Promise<T>;

  /**
   * Everything verification needs about the credential with this hash, in one read of committed
   * truth that begins after the call, or `null` when there is none. The last use is among it only where the
   * organization limits idle days: nothing else judges it. The lookups of one turn of the event loop are made
   * together. Rejects with `StoreUnavailable` when the truth cannot be read.
   */
  findForVerification(kind: "pat" | "api_key", hash: Hash): Promise<VerificationLookup>;

  /**
   * A mark of what is committed. As long as it is the same, nothing was committed since it was read before; it may
   * move for nothing. What is read after it is at least as new. Rejects with `StoreUnavailable` like a lookup.
   */
  commitMark(): Promise<string>;

  /** Applies pending migrations. Safe when several processes call it at once: one works, the others wait. */
  migrate(): Promise<{ readonly applied: readonly string[] }>;

  /**
   * Whether verification and changes would work now, asked by the very paths that they take: `null`, or why they would
   * not, in a sentence for whoever runs the instance, which names no host and no person. Calls at once share one look.
   */
  whyNotReady(): Promise<string | null>;

  /** The room under the database, as far as this process must mind it. */
  readonly storage: StorageCondition;

  close(): Promise<void>;
}

/**
 * `unreachable` and `read_only` (a standby, or fenced) may pass by themselves. `refused` (the role, its password, the
 * database's name) and `pooler` (one connection leads to several sessions) need an operator.
 */
export type Outage = "unreachable" | "read_only" | "refused" | "pooler";

/** The database cannot be reached, did not answer, or must not be believed: the caller fails closed (503). */
export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable";
  readonly outage: Outage;

  constructor(message: string, options: { readonly cause?: unknown; readonly outage?: Outage } = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.outage = options.outage ?? "unreachable";
  }
}

/** The connection was lost during commit: nobody can say whether the change was made. */
export class OutcomeUnknown extends Error {
  override readonly name = "OutcomeUnknown";
}

/** The disk under the database is full; nothing was written. */
export class StorageFull extends Error {
  override readonly name = "StorageFull";
}

/** A uniqueness rule of the schema refused the write; `rule` names it. */
export class Conflict extends Error {
  override readonly name = "Conflict";
  readonly rule: ConflictRule;

  constructor(rule: ConflictRule) {
    super(`uniqueness rule ${rule} refused the write`);
    this.rule = rule;
  }
}

/** The uniqueness rules a caller can run into. */
export type ConflictRule = "user_email" | "active_membership" | "pending_invitation" | "service_name" | "other";
