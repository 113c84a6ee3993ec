import { DAY_MS } from "@mintmark/core";

/** Tells whoever uses a credential that it ends soon: on every answer, within 30 days of the end. */
export const EXPIRES_HEADER = "Mintmark-Token-Expires";

const NEAR_MS = 30 * DAY_MS;
const REMEMBERED = 10_000;
const texts = new Map<number, string>();

/**
 * The header's value, RFC 3339 in UTC as everywhere in the API, or `null` when the end is far or there is none. The
 * text of an instant is made once: the requests of one credential ask for it again and again.
 */
export function nearExpiry(expiresAt: number | null, now: number): string | null {
  if (expiresAt === null || expiresAt - now > NEAR_MS) return null;
  let text = texts.get(expiresAt);
  if (text === undefined) {
    if (texts.size >= REMEMBERED) texts.clear();
    texts.set(expiresAt, (text = new Date(expiresAt).toISOString()));
  }
  return text;
}
