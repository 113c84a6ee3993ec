// For how long an organization keeps its audit log. Keeping it longer holds at once; keeping it for a shorter
// time holds after a notice, so that whoever takes over an account cannot wipe their traces with it.
import { DAY_MS } from "./expiry.ts";

/** Below this no log is cut: an intrusion is often found only weeks later. */
export const MIN_RETENTION_DAYS = 90;
/** A hundred years. */
export const MAX_RETENTION_DAYS = 36_500;
/** How long before a shorter retention deletes anything. */
export const RETENTION_NOTICE_MS: number = 7 * DAY_MS;

/** Days, or `null` for ever. */
export type Retention = number | null;

export interface RetentionSetting {
  /** What the organization asked for; `null` follows the instance. */
  readonly days: number | null;
  /** From when on that holds; `null` while nothing was ever set. */
  readonly effectiveAt: number | null;
  /** What holds until then. */
  readonly untilThen: Retention;
}

export const NO_RETENTION_SETTING: RetentionSetting = Object.freeze({ days: null, effectiveAt: null, untilThen: null });

/** What holds now. `instanceDefault` is what the operator set for organizations without a setting of their own. */
export function retentionInForce(setting: RetentionSetting, instanceDefault: Retention, now: number): Retention {
  if (setting.effectiveAt !== null && now < setting.effectiveAt) return setting.untilThen;
  return setting.days ?? instanceDefault;
}

/** The setting after someone asks for `days`. What is in force goes on for the notice when the new one is shorter. */
export function changeRetention(
  setting: RetentionSetting,
  days: number | null,
  instanceDefault: Retention,
  now: number,
): RetentionSetting {
  const inForce = retentionInForce(setting, instanceDefault, now);
  const shorter = isShorter(days ?? instanceDefault, inForce);
  return { days, effectiveAt: shorter ? now + RETENTION_NOTICE_MS : now, untilThen: inForce };
}

/** The instant before which events are no longer kept, at a day's beginning (UTC); `null` when all are. */
export function retentionCutOff(retention: Retention, now: number): number | null {
  if (retention === null) return null;
  const at = now - retention * DAY_MS;
  return at - (at % DAY_MS);
}

function isShorter(wanted: Retention, inForce: Retention): boolean {
  return wanted !== null && (inForce === null || wanted < inForce);
}
