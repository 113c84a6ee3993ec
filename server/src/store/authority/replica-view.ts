// The processes that verify from memory, as an operator sees them.
import { hostname } from "node:os";
import process from "node:process";
import { VERSION } from "../../version.ts";
import type { Confirmation } from "./change.ts";

/** One wait of a change for the replicas. */
export interface Wait extends Confirmation {
  /** When it ended: UTC epoch milliseconds, by the database's clock. */
  readonly at: number;
}

/** How many of its last waits a process keeps. */
export const WAITS_KEPT = 50;

/** Only the process itself knows this. */
interface OwnReplica {
  /** How long memory may still answer, in milliseconds; 0 where every verification reads. `null` where no lease is needed. */
  readonly leaseLeftMs: number | null;
  /** Whether its clock runs at another rate than the database's, so that memory may not answer. */
  readonly isClockOff: boolean;
  /** How much faster its clock runs, as a fraction; `null` before it was compared for 30 s. */
  readonly clockDeviation: number | null;
}

export interface ReplicaView {
  readonly id: string;
  /** The host and the number of the process. */
  readonly name: string;
  readonly version: string;
  /** `fenced`: nobody waits for it until it has registered again. `uncached`: it reads at every verification. */
  readonly state: "live" | "fenced" | "uncached";
  /** The incarnation: how often it has registered. */
  readonly inc: number;
  /** The number of the last change that it has applied. */
  readonly applied: number;
  /** How many changes it has not applied yet. */
  readonly lagEntries: number;
  readonly leaseMs: number;
  /** UTC epoch milliseconds. */
  readonly renewedAt: number;
  /** Whether it is the process that was asked. */
  readonly isThis: boolean;
  readonly own: OwnReplica | null;
  /** The last waits of changes that were made through it, oldest first. */
  readonly waits: readonly Wait[];
}

/** The host and the number of the process, and the version that it runs. */
export const THIS_PROCESS: Pick<ReplicaView, "name" | "version"> = {
  name: `${hostname()}:${process.pid}`,
  version: VERSION,
};

/** The view of a process that reads commits itself: it needs no lease, and nobody waits for it. */
export function viewWithoutLease(state: Pick<ReplicaView, "id" | "state" | "applied" | "renewedAt">): ReplicaView {
  const own = { leaseLeftMs: null, isClockOff: false, clockDeviation: null };
  return { ...THIS_PROCESS, ...state, inc: 1, lagEntries: 0, leaseMs: 0, isThis: true, own, waits: [] };
}
