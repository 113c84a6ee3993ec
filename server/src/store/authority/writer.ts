// The writer's side of the protocol: after a commit it waits until every replica has applied the change, or until the lease
// of one that is silent has ended.
// Rule: nothing after the commit needs the database. Where it cannot be read, the wait ends when every lease has ended.
// Rule: a replica is fenced only where it made no renewal in the whole time in which a lease ends, counted from a read of its
// row. A change that is confirmed later then need not wait for it.
// Deliberately absent: dropping what this process remembers, which the engine does before it waits.
import type { Confirmation } from "./change.ts";
import { CLOCK_DRIFT, type Clocks, LEASE_MS, type ReplicaRow, type WriterDatabase } from "./database.ts";

export interface WriterOptions {
  readonly database: WriterDatabase;
  readonly clocks: Clocks;
  /** The id of the replica in this process, which has dropped the change before the wait begins. */
  readonly ownId: string;
  readonly leaseMs?: number;
  /** Called with each confirmation. */
  readonly onConfirmed?: (confirmation: Confirmation) => void;
}

interface Waiter {
  readonly seq: number;
  /** The monotonic clock after the commit was acknowledged. */
  readonly since: number;
  /** How many processes had applied the change at the last read. */
  applied: number;
  readonly end: (confirmedBy: Confirmation["confirmedBy"]) => void;
}

/** The row of a replica as it was when its number of renewals was first read. */
interface Silence {
  readonly inc: number;
  readonly renewals: number;
  readonly readAt: number;
}

/** The pause between two reads is this part of the time that the youngest waiter has waited. */
const PAUSE_SHARE = 1 / 8;
const LEAST_PAUSE_MS = 1;
const MOST_PAUSE_MS = 50;

export class Writer {
  readonly #database: WriterDatabase;
  readonly #clocks: Clocks;
  readonly #ownId: string;
  readonly #onConfirmed: (confirmation: Confirmation) => void;
  /** Within this time every lease ends that began before it. */
  readonly #leaseEndsMs: number;
  readonly #waiters = new Set<Waiter>();
  readonly #silences = new Map<string, Silence>();
  #isWatching = false;
  #isStopped = false;
  #wake: () => void = () => {};

  constructor({ database, clocks, ownId, leaseMs = LEASE_MS, onConfirmed }: WriterOptions) {
    this.#database = database;
    this.#clocks = clocks;
    this.#ownId = ownId;
    this.#onConfirmed = onConfirmed ?? ((): void => {});
    this.#leaseEndsMs = leaseMs * (1 + 2 * CLOCK_DRIFT);
  }

  /**
   * Call it after the commit was acknowledged and this process has dropped the change. Resolves when no process verifies by
   * the state before it. Never rejects, and takes at most L(1+2ρ).
   */
  confirm(seq: number): Promise<Confirmation> {
    const since = this.#clocks.monotonic();
    return new Promise((resolve) => {
      const cancel = this.#clocks.after(this.#leaseEndsMs, () => waiter.end("lease"));
      const waiter: Waiter = {
        seq,
        since,
        applied: 1,
        end: (confirmedBy) => {
          if (!this.#waiters.delete(waiter)) return;
          cancel();
          const waitedMs = confirmedBy === "single" ? 0 : this.#clocks.monotonic() - since;
          const confirmation = { confirmedBy, replicas: waiter.applied, waitedMs: Math.round(waitedMs * 10) / 10 };
          this.#onConfirmed(confirmation);
          resolve(confirmation);
        },
      };
      this.#waiters.add(waiter);
      this.#wake();
      if (!this.#isWatching && !this.#isStopped) void this.#watch();
    });
  }

  /** Reads no more. A change that still waits is confirmed when every lease has ended. */
  stop(): void {
    this.#isStopped = true;
    this.#wake();
  }

  /** Reads the replicas for all waiters at once, while there is one, or a silent replica that may have to be fenced. */
  async #watch(): Promise<void> {
    this.#isWatching = true;
    while (!this.#isStopped && (this.#waiters.size > 0 || this.#silences.size > 0)) {
      let isWoken = false;
      this.#wake = () => (isWoken = true);
      // A read counts only for the commits before it.
      const waiters = [...this.#waiters];
      try {
        const live = (await this.#database.readReplicas()).filter(({ id }) => id !== this.#ownId);
        for (const waiter of waiters) decide(waiter, live);
        await this.#fence(live, waiters);
      } catch {
        // The waiters end by their own timers. Nobody looks after silent replicas until the next change.
        if (this.#waiters.size === 0) this.#silences.clear();
      }
      // The callback above may have run while the read was under way.
      if (!(isWoken as boolean)) await this.#pause();
    }
    this.#isWatching = false;
  }

  /** Notes the replicas that hold up a waiter, and fences those that stayed silent for as long as a lease lasts. */
  async #fence(live: readonly ReplicaRow[], waiters: readonly Waiter[]): Promise<void> {
    const now = this.#clocks.monotonic();
    const newest = Math.max(-1, ...waiters.map(({ seq }) => seq));
    for (const id of this.#silences.keys()) if (!live.some((row) => row.id === id)) this.#silences.delete(id);
    for (const { id, inc, renewals, applied } of live) {
      const silence = this.#silences.get(id);
      if (silence?.inc !== inc || silence.renewals !== renewals) {
        this.#silences.delete(id);
        if (applied < newest) this.#silences.set(id, { inc, renewals, readAt: now });
      } else if (now - silence.readAt >= this.#leaseEndsMs) {
        this.#silences.delete(id);
        await this.#database.fence(id, inc, renewals);
      }
    }
  }

  /** Until the next read, or the next change. */
  #pause(): Promise<void> {
    if (this.#waiters.size === 0 && this.#silences.size === 0) return Promise.resolve();
    const now = this.#clocks.monotonic();
    let pause = MOST_PAUSE_MS;
    for (const { since } of this.#waiters) pause = Math.min(pause, (now - since) * PAUSE_SHARE);
    for (const { readAt } of this.#silences.values()) pause = Math.min(pause, readAt + this.#leaseEndsMs - now);
    return new Promise((resolve) => {
      const cancel = this.#clocks.after(Math.max(pause, LEAST_PAUSE_MS), resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}

function decide(waiter: Waiter, live: readonly ReplicaRow[]): void {
  const applied = live.filter((row) => row.applied >= waiter.seq).length;
  waiter.applied = 1 + applied;
  if (applied === live.length) waiter.end(live.length === 0 ? "single" : "replicas");
}
