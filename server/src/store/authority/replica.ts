// The replica's side of the protocol: uses its memory while it holds a lease, and applies the authority log.
// Why an answer is never older than a change that was confirmed: the lease is counted from before the renewal was sent, so
// one that did not see a change ends before the writer stops waiting; what the replica has acknowledged it has dropped; and a
// read that began before a change was applied leaves nothing behind, since the epoch has moved.
// Rule: time, timers and the database come through the ports. Deliberately absent: waiting for others, see writer.ts.
import type { AuthorityKey } from "./change.ts";
import { ClockRate } from "./clock-rate.ts";
import {
  CLOCK_DRIFT,
  type Clocks,
  LEASE_MS,
  type LogPage,
  type Position,
  type ReplicaDatabase,
  type Subscribers,
} from "./database.ts";
import { continuityOf } from "./log.ts";
import type { Wait } from "./replica-view.ts";

/** The memory of a replica. The key names a credential; `drop` finds credentials by what they depend on. */
export interface ReplicaCache<Key, Facts> {
  get(key: Key): Facts | undefined;
  set(key: Key, facts: Facts): void;
  drop(keys: readonly AuthorityKey[]): void;
  clear(): void;
}

export interface ReplicaEvents {
  /** The renewal failed. The lease ends by itself, and the next renewal is tried as usual. */
  readonly failed?: (error: unknown) => void;
  /** The row was no longer live: another process stopped waiting for this one. It registers again. */
  readonly fenced?: () => void;
  /** The clock's rate was found to be off, or to be right again. */
  readonly clockRate?: (isOff: boolean) => void;
  /** The log is not the one that was applied: the database went back in time. The replica drops all and stops. */
  readonly rolledBack?: (known: Position, found: Position) => void;
  /** What these keys name was dropped from memory: everything, after a registration. */
  readonly applied?: (position: Position, keys: readonly AuthorityKey[]) => void;
  /** The database's time, read between `sentAt` on the monotonic clock and now. */
  readonly databaseTime?: (databaseMs: number, sentAt: number) => void;
}

export interface ReplicaOptions<Key, Facts> {
  readonly database: ReplicaDatabase;
  readonly clocks: Clocks;
  readonly cache: ReplicaCache<Key, Facts>;
  readonly events?: ReplicaEvents;
  readonly leaseMs?: number;
  /** The newest waits of this process, when there are any that were not stored yet. */
  readonly takeWaits?: () => readonly Wait[] | null;
}

/** A renewal that ended early because the replica has to begin again. */
type Outcome = "held" | "fenced" | "lost" | "rolled back";

export class Replica<Key, Facts> {
  readonly #database: ReplicaDatabase;
  readonly #clocks: Clocks;
  readonly #cache: ReplicaCache<Key, Facts>;
  readonly #events: ReplicaEvents;
  readonly #leaseMs: number;
  readonly #takeWaits: () => readonly Wait[] | null;
  readonly #rate: ClockRate;
  readonly #subscribers = new Set<Subscribers>();
  #inc = 0;
  #applied: Position | null = null;
  #acknowledged = -1;
  /** Moves with every change of the memory that a read under way must not undo. */
  #epoch = 0;
  #leaseUntil = Number.NEGATIVE_INFINITY;
  #leaseWall = 0;
  #renewalSentAt = Number.NEGATIVE_INFINITY;
  #isRunning = false;
  #isDirty = false;
  #isRolledBack = false;
  #underWay: Promise<void> | null = null;
  #cancelTimer: () => void = () => {};

  constructor({ database, clocks, cache, events = {}, leaseMs = LEASE_MS, takeWaits }: ReplicaOptions<Key, Facts>) {
    this.#database = database;
    this.#clocks = clocks;
    this.#cache = cache;
    this.#events = events;
    this.#leaseMs = leaseMs;
    this.#takeWaits = takeWaits ?? ((): null => null);
    this.#rate = new ClockRate(clocks);
  }

  /** Registers and renews from now on. Until the first lease, each lookup reads the database. */
  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.notify();
  }

  /** Says that the log may have grown. Calls during a renewal lead to one more. */
  notify(): void {
    if (!this.#isRunning || this.#isRolledBack) return;
    this.#isDirty = true;
    this.#underWay ??= this.#run();
  }

  /** Gives up the lease and the row, so that nobody waits for this process. Resolves also where the database is gone. */
  async stop(): Promise<void> {
    this.#isRunning = false;
    this.#cancelTimer();
    this.#forget();
    await this.#underWay;
    if (this.#applied === null) return;
    this.#applied = null;
    try {
      await this.#database.deregister(this.#inc);
    } catch (error) {
      this.#events.failed?.(error);
    }
  }

  /** Goes on after the database went back in time and the operator has accepted it. Everything is read anew. */
  resume(): void {
    this.#isRolledBack = false;
    this.#applied = null;
    this.notify();
  }

  /** Each change is acknowledged only after these subscribers have settled it. Returns how to remove them. */
  subscribe(subscribers: Subscribers): () => void {
    this.#subscribers.add(subscribers);
    return () => this.#subscribers.delete(subscribers);
  }

  /** Resolves when every subscriber of this process has settled the change. */
  async settle(seq: number, keys: readonly AuthorityKey[]): Promise<void> {
    if (this.#subscribers.size === 0) return;
    await Promise.all([...this.#subscribers].map((subscribers) => subscribers.settle(seq, keys)));
  }

  /** Whether memory may answer at this moment. */
  holdsLease(): boolean {
    return (
      this.#clocks.monotonic() < this.#leaseUntil &&
      // The monotonic clock may have stood still while the machine was suspended.
      this.#clocks.wall() - this.#leaseWall <= this.#leaseMs &&
      !this.#rate.isOff
    );
  }

  /** From memory in one synchronous step, or by the given read, which then fills the memory unless something changed. */
  lookup(key: Key, read: () => Promise<Facts | null>): Facts | Promise<Facts | null> {
    if (!this.holdsLease()) return this.#readAndKeep(key, read);
    return this.#cache.get(key) ?? this.#readAndKeep(key, read);
  }

  /** Drops what a commit of this process changed. The log brings the same keys again. */
  dropLocally(keys: readonly AuthorityKey[]): void {
    this.#epoch += 1;
    this.#cache.drop(keys);
  }

  get state() {
    return {
      inc: this.#inc,
      applied: this.#applied,
      /** How long the lease lasts, in milliseconds; 0 where there is none. */
      leaseLeftMs: this.holdsLease() ? this.#leaseUntil - this.#clocks.monotonic() : 0,
      isClockOff: this.#rate.isOff,
      clockDeviation: this.#rate.deviation,
      isRolledBack: this.#isRolledBack,
    };
  }

  async #readAndKeep(key: Key, read: () => Promise<Facts | null>): Promise<Facts | null> {
    const epoch = this.#epoch;
    const facts = await read();
    if (facts !== null && epoch === this.#epoch && this.holdsLease()) this.#cache.set(key, facts);
    return facts;
  }

  async #run(): Promise<void> {
    this.#cancelTimer();
    while (this.#isDirty && this.#isRunning && !this.#isRolledBack) {
      this.#isDirty = false;
      try {
        if ((await this.#step()) !== "held") this.#isDirty = true;
      } catch (error) {
        this.#events.failed?.(error);
        break;
      }
    }
    this.#underWay = null;
    if (!this.#isRunning || this.#isRolledBack) return;
    const renewIn = this.#renewalSentAt + this.#leaseMs / 5 - this.#clocks.monotonic();
    this.#cancelTimer = this.#clocks.after(Math.max(renewIn, 1), () => this.notify());
  }

  /** One renewal where it is due, and what the log holds beyond `applied`. */
  async #step(): Promise<Outcome> {
    const sentAt = this.#clocks.monotonic();
    const wall = this.#clocks.wall();
    const isDue = this.#applied === null || sentAt - this.#renewalSentAt >= this.#leaseMs / 5;
    if (isDue) {
      this.#renewalSentAt = sentAt;
      if (!(await this.#renew(sentAt))) return this.#begin("fenced");
    }
    const outcome = await this.#catchUp();
    if (outcome !== "held") return this.#begin(outcome);
    if (!isDue || !this.#isRunning) return outcome;
    this.#leaseUntil = sentAt + this.#leaseMs * (1 - CLOCK_DRIFT);
    this.#leaseWall = wall;
    return outcome;
  }

  /** Registers, or renews the registration. Returns false where it is no longer in force. */
  async #renew(sentAt: number): Promise<boolean> {
    const wasOff = this.#rate.isOff;
    let databaseMs: number | null;
    if (this.#applied === null) {
      const registration = await this.#database.register(this.#inc);
      // Reads that were sent before the registration may be older than what it counts as applied.
      this.#forget();
      this.#inc = registration.inc;
      this.#applied = registration.applied;
      this.#acknowledged = registration.applied.seq;
      databaseMs = registration.databaseMs;
      this.#events.applied?.(this.#applied, [{ kind: "all", key: "" }]);
    } else {
      databaseMs = await this.#database.renew(this.#inc, this.#takeWaits());
      if (databaseMs === null) return false;
    }
    this.#rate.observe(databaseMs, sentAt);
    this.#events.databaseTime?.(databaseMs, sentAt);
    if (this.#rate.isOff !== wasOff) this.#events.clockRate?.(this.#rate.isOff);
    return true;
  }

  /** Applies the log to its end, and acknowledges it. */
  async #catchUp(): Promise<Outcome> {
    for (;;) {
      const applied: Position = this.#applied as Position;
      const page = await this.#database.readLog(applied);
      const outcome = continuityOf(applied, page);
      if (outcome === "rolled back") this.#stopRolledBack(applied, page.last);
      if (outcome !== "held") return outcome;
      await this.#apply(page);
      if ((this.#applied as Position).seq >= page.last.seq) break;
    }
    const { seq } = this.#applied as Position;
    if (seq === this.#acknowledged) return "held";
    if (!(await this.#database.acknowledge(this.#inc, seq))) return "fenced";
    this.#acknowledged = seq;
    return "held";
  }

  async #apply({ entries }: LogPage): Promise<void> {
    const last = entries.at(-1);
    if (last === undefined) return;
    this.#epoch += 1;
    this.#cache.drop(entries);
    this.#applied = { seq: last.seq, nonce: last.nonce };
    this.#events.applied?.(this.#applied, entries);
    await this.settle(last.seq, entries);
  }

  /** After a fence, or where the log no longer reaches back to what was applied: nothing in memory counts. */
  #begin(outcome: Exclude<Outcome, "held">): Outcome {
    this.#forget();
    this.#applied = null;
    if (outcome === "fenced") this.#events.fenced?.();
    return outcome;
  }

  #stopRolledBack(known: Position, found: Position): void {
    this.#isRolledBack = true;
    this.#forget();
    this.#events.rolledBack?.(known, found);
  }

  #forget(): void {
    this.#epoch += 1;
    this.#leaseUntil = Number.NEGATIVE_INFINITY;
    this.#cache.clear();
  }
}
