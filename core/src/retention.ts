// How long an organization keeps its audit log. A longer time takes effect at once. A shorter one takes effect after a
// notice period, so that an attacker who takes over an account cannot erase their traces.
import { DAY_MS } from "./lifetime.ts";

/** No log is cut below this: an intrusion is often found only weeks later. */
export const MIN_RETENTION_DAYS = 90;
/** A hundred years. */
export const MAX_RETENTION_DAYS = 36_500;
/** How long a shorter retention waits before it deletes anything. */
export const RETENTION_NOTICE_MS: number = 7 * DAY_MS;

/** In days; `null` keeps everything. */
export type Retention = number | null;

export interface RetentionSetting {
  /** The choice of the organization; `null` follows the instance. */
  readonly days: number | null;
  /** When the choice takes effect; `null` while the organization has made none. */
  readonly effectiveAt: number | null;
  /** The retention until then. */
  readonly untilThen: Retention;
}

export const NO_RETENTION_SETTING: RetentionSetting = Object.freeze({ days: null, effectiveAt: null, untilThen: null });

/** The retention in force. `instanceDefault` is the operator's, for organizations that have set none. */
export function retentionInForce(setting: RetentionSetting, instanceDefault: Retention, now: number): Retention {
  if (setting.effectiveAt !== null && now < setting.effectiveAt) return setting.untilThen;
  return setting.days ?? instanceDefault;
}

/** The setting after someone chooses `days`. When it is shorter, the present one stays in force for the notice period. */
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

/** Events before this instant are deleted: the beginning of a UTC day. `null` when all are kept. */
export function retentionCutOff(retention: Retention, now: number): number | null {
  if (retention === null) return null;
  const at = now - retention * DAY_MS;
  return at - (at % DAY_MS);
}

/** Whether this retention deletes events that the other keeps. */
export function isShorter(wanted: Retention, inForce: Retention): boolean {
  return wanted !== null && (inForce === null || wanted < inForce);
}
