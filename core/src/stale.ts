// When an active credential counts as stale. Every list, count, filter and warning uses this definition.
import { DAY_MS } from "./lifetime.ts";

/** A credential that was used before is stale after so many days without use. */
export const STALE_DAYS = 90;
/** One that was never used is stale so many days after its creation. Before that, "never used" is no warning. */
export const NEVER_USED_DAYS = 30;

/** A credential is stale when its last use, or without one its creation, was at or before these instants. */
export interface StaleBounds {
  readonly lastUsedBy: number;
  readonly createdBy: number;
}

export function staleBounds(now: number): StaleBounds {
  return { lastUsedBy: now - STALE_DAYS * DAY_MS, createdBy: now - NEVER_USED_DAYS * DAY_MS };
}

/** Whether a live credential looks forgotten. */
export function isStale(
  { createdAt, lastUsedAt }: { readonly createdAt: number; readonly lastUsedAt: number | null },
  now: number,
): boolean {
  const { lastUsedBy, createdBy } = staleBounds(now);
  return lastUsedAt === null ? createdAt <= createdBy : lastUsedAt <= lastUsedBy;
}

/** The rule in words, after "unused": for descriptions and documents. */
export const STALE_RULE = `unused for ${STALE_DAYS} days, or never used and created ${NEVER_USED_DAYS} days ago or earlier`;
