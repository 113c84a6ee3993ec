// How this process is named among those that serve from one database.
import { hostname } from "node:os";
import process from "node:process";
import { VERSION } from "../../version.ts";
import type { ReplicaView } from "./replica-view.ts";

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
