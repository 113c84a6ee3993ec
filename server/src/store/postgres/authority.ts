// Verification from memory on PostgreSQL: the replica and the writer of this process over separate connections, so that
// neither waits for a slow transaction. A notification makes them faster. Nothing depends on it.
// Rule: a process without a cache needs no lease, so it has no row and nobody waits for it. Its changes wait for the others.
import { randomUUID } from "node:crypto";
import type { Facts } from "@mintmark/core";
import type { Hash } from "../values.ts";
import type { VerificationLookup } from "../verification.ts";
import { CredentialCache } from "../authority/cache.ts";
import { type AuthorityKey, type Confirmation, CONFIRMED_BY_COMMIT } from "../authority/change.ts";
import type { AuthorityChange } from "../context.ts";
import { type Clocks, LEASE_MS, type Subscribers } from "../authority/database.ts";
import { Replica, type ReplicaEvents } from "../authority/replica.ts";
import { type ReplicaView, THIS_PROCESS, viewWithoutLease, type Wait, WAITS_KEPT } from "../authority/replica-view.ts";
import { Writer } from "../authority/writer.ts";
import { commitDurably } from "./durability.ts";
import { OwnConnection } from "./own-connection.ts";
import type { DatabaseClock } from "./primary.ts";
import { createAuthorityDatabase, viewReplicas } from "./replica-rows.ts";

export interface PostgresAuthorityOptions {
  readonly url: string;
  readonly clock: DatabaseClock;
  /** How many credentials this process remembers; 0 for none. */
  readonly cachedCredentials: number;
  /** UTC epoch milliseconds, by the clock by which credentials are evaluated. */
  readonly verificationClock: () => number;
  readonly events?: ReplicaEvents;
  /** L. The same in every process on the database. */
  readonly leaseMs?: number;
  /** The clocks and timers of this process. */
  readonly clocks?: Clocks;
}

const CHANNEL = "mintmark_authority";

/** Wakes every replica when the transaction commits. A part of the commit's round trip. */
export const NOTIFY = `notify ${CHANNEL}; `;

const SETTINGS = `${commitDurably("session")} set statement_timeout = '1s'; set lock_timeout = '1s'; set jit = off; `;

const PROCESS_CLOCKS: Clocks = {
  monotonic: () => performance.now(),
  wall: Date.now,
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

export class PostgresAuthority {
  readonly #id = `rep_${randomUUID()}`;
  readonly #clock: DatabaseClock;
  readonly #own: OwnConnection;
  readonly #watching: OwnConnection;
  /** `null` without a cache. */
  readonly #replica: Replica<Hash, Facts> | null;
  readonly #writer: Writer;
  #waits: readonly Wait[] = [];
  #hasNewWaits = false;
  #isStarted = false;

  constructor(options: PostgresAuthorityOptions) {
    const { url, clock, cachedCredentials: most, verificationClock: now, events = {}, leaseMs = LEASE_MS } = options;
    const { clocks = PROCESS_CLOCKS } = options;
    this.#clock = clock;
    const listen = { channel: CHANNEL, heard: () => this.#replica?.notify() };
    this.#own = new OwnConnection({ url, clock, settings: SETTINGS, listen });
    this.#watching = new OwnConnection({ url, clock, settings: SETTINGS });
    const identity = { id: this.#id, ...THIS_PROCESS, leaseMs };
    const database = createAuthorityDatabase(identity, { own: this.#own, watching: this.#watching });
    const parts = { database, clocks, leaseMs };
    this.#writer = new Writer({ ...parts, ownId: this.#id });
    this.#replica =
      most === 0
        ? null
        : new Replica({
            ...parts,
            cache: new CredentialCache({ most, now }),
            events: { ...events, databaseTime: (databaseMs, sentAt) => clock.observe(databaseMs, sentAt) },
            takeWaits: () => this.#takeWaits(),
          });
  }

  /** From memory at once, or by the read. The first lookup registers this process. */
  find(
    kind: Facts["kind"],
    hash: Hash,
    read: () => Promise<VerificationLookup>,
  ): VerificationLookup | Promise<VerificationLookup> {
    const replica = this.#replica;
    if (replica === null) return read();
    if (!this.#isStarted) {
      this.#isStarted = true;
      replica.start();
    }
    const found = replica.lookup(hash, read);
    return found instanceof Promise || found.kind === kind ? found : read();
  }

  /** Drops from memory what a change names that this process has read of before its replica applies it. */
  forget(keys: readonly AuthorityKey[]): void {
    if (keys.length > 0) this.#replica?.dropLocally(keys);
  }

  /**
   * Call it after the commit was acknowledged and the connection was returned. Resolves when no process verifies by the state
   * before the change. Never rejects.
   */
  async confirm({ seq, keys }: AuthorityChange): Promise<Confirmation> {
    if (seq === null) return CONFIRMED_BY_COMMIT;
    const startedAt = this.#clock.start();
    this.#replica?.dropLocally(keys);
    const confirming = this.#writer.confirm(seq);
    await this.#replica?.settle(seq, keys);
    const confirmation = await confirming;
    if (confirmation.confirmedBy === "single") return confirmation;
    const waitedMs = Math.round((this.#clock.start() - startedAt) * 10) / 10;
    this.#keep({ ...confirmation, waitedMs, at: this.#clock.now() });
    return { ...confirmation, waitedMs };
  }

  /** A change that this replica applies is acknowledged only after these have settled it. Returns how to remove them. */
  subscribe(subscribers: Subscribers): () => void {
    return this.#replica?.subscribe(subscribers) ?? ((): void => {});
  }

  /** Every replica, by name. This process is one of them, also where it has no row. */
  async list(): Promise<readonly ReplicaView[]> {
    const rows = await viewReplicas(this.#watching);
    const views = rows.map((row): ReplicaView =>
      row.id === this.#id ? { ...row, ...this.#view() } : { ...row, isThis: false, own: null },
    );
    if (views.some(({ isThis }) => isThis)) return views;
    const applied = Math.max(0, ...views.map((view) => view.applied + view.lagEntries));
    const own = viewWithoutLease({ id: this.#id, state: "uncached", applied, renewedAt: this.#clock.now() });
    return [...views, { ...own, ...this.#view() }];
  }

  /** Leaves in order: from now on nobody waits for this process. */
  async close(): Promise<void> {
    this.#isStarted = true;
    await this.#replica?.stop();
    this.#writer.stop();
    await Promise.all([this.#own.close(), this.#watching.close()]);
  }

  #view(): Pick<ReplicaView, "isThis" | "own" | "waits"> {
    const state = this.#replica?.state;
    const { leaseLeftMs = null, isClockOff = false, clockDeviation = null } = state ?? {};
    return { isThis: true, own: { leaseLeftMs, isClockOff, clockDeviation }, waits: this.#waits };
  }

  #keep(wait: Wait): void {
    this.#waits = [...this.#waits, wait].slice(-WAITS_KEPT);
    this.#hasNewWaits = true;
  }

  #takeWaits(): readonly Wait[] | null {
    if (!this.#hasNewWaits) return null;
    this.#hasNewWaits = false;
    return this.#waits;
  }
}
