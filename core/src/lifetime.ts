// The times of a credential: its expiry, the notices before it, and the age of the password that a long one needs.
// Instants are UTC epoch milliseconds.
import type { Catalogue } from "./authority.ts";

export const DAY_MS = 86_400_000;
/** The latest accepted expiry: 10 years from now. A later one is a mistake, or means no expiry. */
export const MAX_EXPIRY_DAYS = 3650;

export type ParsedExpiry =
  | { readonly ok: true; readonly expiresAt: number | null }
  | { readonly ok: false; readonly problem: string };

/**
 * The instant a credential ends, from what the caller chose: a date, a number of days from now, or
 * neither (`null`: no expiry). Refuses both at once, the past, and more than 10 years ahead.
 */
export function parseExpiry(
  choice: { readonly expiresAt?: number | null; readonly expiresInDays?: number | null },
  now: number,
): ParsedExpiry {
  const at = choice.expiresAt ?? null;
  const days = choice.expiresInDays ?? null;
  if (at !== null && days !== null) return { ok: false, problem: "send either expiresAt or expiresInDays, not both" };
  if (at === null && days === null) return { ok: true, expiresAt: null };
  if (days !== null && !(Number.isInteger(days) && days >= 1)) {
    return { ok: false, problem: "expiresInDays is a whole number of days, 1 or more" };
  }
  const expiresAt = at ?? now + (days as number) * DAY_MS;
  if (!Number.isSafeInteger(expiresAt)) return { ok: false, problem: "expiresAt is not an instant" };
  if (expiresAt <= now) return { ok: false, problem: "the expiry is in the past; choose a later date" };
  if (expiresAt > now + MAX_EXPIRY_DAYS * DAY_MS) {
    return { ok: false, problem: "the expiry is more than 10 years ahead; choose an earlier date or none" };
  }
  return { ok: true, expiresAt };
}

/** The expiry of a replacement: the original's duration counted from now, never later than the policy allows. */
export function replacementExpiry(
  original: { readonly createdAt: number; readonly expiresAt: number | null },
  maxLifetimeDays: number | null,
  now: number,
): number | null {
  const duration = original.expiresAt === null ? Number.POSITIVE_INFINITY : original.expiresAt - original.createdAt;
  const cap = maxLifetimeDays === null ? Number.POSITIVE_INFINITY : maxLifetimeDays * DAY_MS;
  const shorter = Math.min(duration, cap);
  return shorter === Number.POSITIVE_INFINITY ? null : now + shorter;
}

/** Every kind of notice. */
export const NOTICE_KINDS = [
  "token.expiring",
  "token.expired",
  "token.new_network",
  "token.revoked",
  "token.minted",
  "policy.changed",
  "member.joined",
  "account.reset_link",
  "api_key.expiring",
  "api_key.expired",
  "webhook.disabled",
] as const;

export type NoticeKind = (typeof NOTICE_KINDS)[number];

/**
 * Whether its holder may turn off emails of this kind. They may not for a token that somebody else revoked, because they
 * would look for the fault elsewhere, nor for a link that takes over their account, nor for a webhook that was turned
 * off, because a program then misses events. The app always shows every kind.
 */
export function isMailOptional(kind: NoticeKind): boolean {
  return kind !== "token.revoked" && kind !== "account.reset_link" && kind !== "webhook.disabled";
}

// When a browser session needs a recent password. Each operation declares its kind. Some operations need the password only
// for certain input, such as a long expiry or a powerful role: this file decides when.

/** How long a password counts as recent. Signing in counts. */
export const REAUTHENTICATION_MS: number = 15 * 60_000;

/** A browser session that was unused for longer than this has ended. */
export const SESSION_IDLE_MS: number = 14 * DAY_MS;

/** A new credential with a longer lifetime, or without an expiry, needs it. */
export const LONG_LIFETIME_DAYS = 90;

/** A person with this permission can give roles to others, so giving a role that holds it needs the password. */
const POWERFUL_PERMISSION = "members:write";

/**
 * When an operation needs it: `always`; when it makes a credential with a `long-lifetime`; when it gives a
 * `powerful-role`; at the `first-proof` of the account's address.
 */
export type RecentPassword = "always" | "long-lifetime" | "powerful-role" | "first-proof";

/** The operation, and the input that matters. */
export type Deed =
  | { readonly kind: "always" }
  | { readonly kind: "long-lifetime"; readonly expiresAt: number | null }
  | { readonly kind: "powerful-role"; readonly role: string };

/** Whether the operation needs a recent password for this input. */
export function needsRecentPassword(catalogue: Catalogue, deed: Deed, now: number): boolean {
  switch (deed.kind) {
    case "always":
      return true;
    case "long-lifetime":
      return deed.expiresAt === null || deed.expiresAt - now > LONG_LIFETIME_DAYS * DAY_MS;
    case "powerful-role":
      return catalogue.permissionsOf(deed.role).includes(POWERFUL_PERMISSION);
  }
}
