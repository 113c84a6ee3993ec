// The length of the authority log. It serves processes that answer from memory, which read on from what they have applied.
// One that finds the next entry deleted forgets everything and begins again, so a short log costs time and no truth.
import { inSteps } from "../bounded.ts";
import type { Deps } from "./use-case.ts";

const HOUR_MS = 3_600_000;
const AT_ONCE = 500;

/** Deletes entries older than an hour that every replica has applied, in small steps. */
export function pruneAuthorityLog(
  { store, clock }: Pick<Deps, "store" | "clock">,
  signal?: AbortSignal,
): Promise<void> {
  const before = clock() - HOUR_MS;
  const step = async (): Promise<boolean> =>
    (await store.transaction((tx) => tx.pruneAuthorityLog(before, AT_ONCE), "lazy")) === AT_ONCE;
  return inSteps(step, signal);
}
