// The ports of the protocol of leases: a database, clocks and timers. replica.ts and writer.ts run over these ports
// alone, so that a simulation can run them unchanged over its own database, network and clocks.
// Rule: an operation is one statement or one transaction, and reads what was committed before it began. A promise rejects
// where the outcome is not known, and may also never settle: a lease ends by the clock alone.
import type { AuthorityKey } from "./change.ts";
import type { Wait } from "./replica-view.ts";

/** How long a replica may answer from memory after it asked the database, in milliseconds. The same in every process. */
export const LEASE_MS = 2_000;

/** How far the rate of a clock may differ from that of real time, as a fraction. */
export const CLOCK_DRIFT = 0.01;

export interface Clocks {
  /** Milliseconds since any fixed instant. It never goes back. */
  readonly monotonic: () => number;
  /** UTC epoch milliseconds of this host. It decides no lease; it shows that the machine was suspended. */
  readonly wall: () => number;
  /** Runs the function once, after this many milliseconds of the monotonic clock or later. Returns how to cancel it. */
  readonly after: (ms: number, run: () => void) => () => void;
}

/** A place in the authority log. The nonce tells an entry from one of the same number in another history. */
export interface Position {
  readonly seq: number;
  readonly nonce: string;
}

export interface LogEntry extends Position, AuthorityKey {}

/** One read of the log, in one snapshot. */
export interface LogPage {
  /** The last position of the log. */
  readonly last: Position;
  /** The nonce that the log has at the position from which it was read, or `null` where that entry was deleted. */
  readonly nonceThere: string | null;
  /** The entries beyond that position, in order and without a gap: all of them, or as many as a page holds. */
  readonly entries: readonly LogEntry[];
}

export interface Registration {
  /** The incarnation: higher than every earlier one of this id. */
  readonly inc: number;
  /** The last position of the log. */
  readonly applied: Position;
  readonly databaseMs: number;
}

/** A process that may answer from memory, as those who wait for it see it. */
export interface ReplicaRow {
  readonly id: string;
  readonly inc: number;
  readonly applied: number;
  /** Counts the renewals, and so tells whether there was one since it was read. */
  readonly renewals: number;
}

/** The replica's own operations. All of them name its incarnation, and reach no row of another one. */
export interface ReplicaDatabase {
  /**
   * Makes the row of this replica live, with an incarnation beyond `after` and beyond that of the present row. It is
   * durable before it resolves: a replica that the database forgot in a crash would be waited for by nobody.
   */
  register(after: number): Promise<Registration>;
  /**
   * Counts the renewal, durably, if the row is still live, and stores the waits where some are given. Resolves with
   * `null` if the row is not live, and otherwise with the database's time.
   */
  renew(inc: number, waits: readonly Wait[] | null): Promise<number | null>;
  /** Reads the log in a separate statement. */
  readLog(beyond: Position): Promise<LogPage>;
  /** Records what was applied. Resolves with `false` if the row is no longer live. */
  acknowledge(inc: number, applied: number): Promise<boolean>;
  /** Deletes the row: nobody waits for this replica. */
  deregister(inc: number): Promise<void>;
}

/** The operations of a process that changed something. */
export interface WriterDatabase {
  /** The replicas that are live. */
  readReplicas(): Promise<readonly ReplicaRow[]>;
  /** Fences the replica, if it is live in this incarnation and `renewals` is still this number. */
  fence(id: string, inc: number, renewals: number): Promise<boolean>;
}

export interface AuthorityDatabase extends ReplicaDatabase, WriterDatabase {}

/** Verifiers outside this process that answer from memory on the word of this replica. */
export interface Subscribers {
  /**
   * Resolves when every subscriber has dropped what the keys name, or its sub-lease has ended. Never rejects. It is called
   * with every change in order, and from the writer's process a second time.
   */
  settle(seq: number, keys: readonly AuthorityKey[]): Promise<void>;
}
