// What people are told about their tokens, and when a token's end is announced.
import { DAY_MS } from "./expiry.ts";

/** The closed list of what a notice can be about. */
export const NOTICE_KINDS = [
  "token.expiring",
  "token.expired",
  "token.new_network",
  "token.revoked",
  "token.minted",
  "policy.changed",
] as const;

export type NoticeKind = (typeof NOTICE_KINDS)[number];

/**
 * Whether its holder may turn the mail of this kind off. Not for a token that somebody else ended: its holder
 * would look for the fault elsewhere. In the app every kind is always shown.
 */
export function isMailOptional(kind: NoticeKind): boolean {
  return kind !== "token.revoked";
}

/** How many days before its end a token's holder is told, the earliest first. */
export const EXPIRY_NOTICE_DAYS: readonly number[] = [30, 7, 1];

interface Lifetime {
  readonly createdAt: number;
  readonly expiresAt: number;
}

/**
 * How many days before its end the token is now: the smallest announced number that was reached, or `null`. A number
 * that its whole life does not exceed counts as announced by its minting.
 */
export function expiryNoticeDays({ createdAt, expiresAt }: Lifetime, now: number): number | null {
  if (now >= expiresAt) return null;
  const reached = EXPIRY_NOTICE_DAYS.filter((days) => {
    const at = expiresAt - days * DAY_MS;
    return at > createdAt && at <= now;
  });
  return reached.at(-1) ?? null;
}

/** When the token's end is to be announced next, after `now`, or `null` when it will not be. */
export function nextExpiryNoticeAt({ createdAt, expiresAt }: Lifetime, now: number): number | null {
  const instants = EXPIRY_NOTICE_DAYS.map((days) => expiresAt - days * DAY_MS);
  return instants.find((at) => at > createdAt && at > now) ?? null;
}
