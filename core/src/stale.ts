// When an active credential counts as stale. Every list, count and filter uses this definition.
import { DAY_MS } from "./lifetime.ts";

/** A credential is stale after so many days without use, counted from its last use or from its creation. */
export const STALE_DAYS = 90;

/** A credential is stale when its last use, or without one its creation, was at or before this instant. */
export function staleBefore(now: number): number {
  return now - STALE_DAYS * DAY_MS;
}
