// When a live credential counts as stale: the one definition, by which every list, count and filter goes.
import { DAY_MS } from "./expiry.ts";

/** Unused for so many days, or never used since it was made so long ago. */
export const STALE_DAYS = 90;

/** Whatever was last used, or when never used made, at or before this is stale. */
export function staleBefore(now: number): number {
  return now - STALE_DAYS * DAY_MS;
}
