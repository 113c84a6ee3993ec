// The notices that people get about their tokens, and when they are notified of an expiry.
import { DAY_MS } from "./expiry.ts";

/** Every kind of notice. */
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
 * Whether its holder may turn off emails of this kind. They may not for a token that somebody else revoked, because they
 * would look for the fault elsewhere. The app always shows every kind.
 */
export function isMailOptional(kind: NoticeKind): boolean {
  return kind !== "token.revoked";
}

/** How many days before an expiry the token's holder is notified, the largest number first. */
export const EXPIRY_NOTICE_DAYS: readonly number[] = [30, 7, 1];

interface Lifetime {
  readonly createdAt: number;
  readonly expiresAt: number;
}

/**
 * The smallest number of `EXPIRY_NOTICE_DAYS` that the token has reached, or `null`. A number that is not less than the
 * token's whole lifetime is left out: its holder chose that expiry a moment ago.
 */
export function expiryNoticeDays({ createdAt, expiresAt }: Lifetime, now: number): number | null {
  if (now >= expiresAt) return null;
  const reached = EXPIRY_NOTICE_DAYS.filter((days) => {
    const at = expiresAt - days * DAY_MS;
    return at > createdAt && at <= now;
  });
  return reached.at(-1) ?? null;
}

/** The next instant after `now` at which the holder is notified of the expiry, or `null`. */
export function nextExpiryNoticeAt({ createdAt, expiresAt }: Lifetime, now: number): number | null {
  const instants = EXPIRY_NOTICE_DAYS.map((days) => expiresAt - days * DAY_MS);
  return instants.find((at) => at > createdAt && at > now) ?? null;
}
