// When a credential ends. Instants are UTC epoch milliseconds.

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
