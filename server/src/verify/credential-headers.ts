// The headers of a credential: the one that brings it in, and the one that says when it ends.
// Rule: a credential is taken from a header only, never from a query, a cookie or a body.
import { DAY_MS, type IntakeCode, trimSecret } from "@mintmark/core";

export type Intake = { readonly ok: true; readonly secret: string } | { readonly ok: false; readonly code: IntakeCode };

const MISSING: Intake = { ok: false, code: "credentials_missing" };
const MULTIPLE: Intake = { ok: false, code: "credentials_multiple" };
const MALFORMED: Intake = { ok: false, code: "credentials_malformed" };
const UNSUPPORTED: Intake = { ok: false, code: "scheme_unsupported" };

/**
 * Exactly one of `Authorization: Bearer …` (RFC 6750 §2.1) and `X-API-Key: …`. Reads the raw header
 * list (name, value, name, value …) because a parsed one hides duplicates.
 */
export function intake(rawHeaders: readonly string[]): Intake {
  const header = credentialHeader(rawHeaders);
  if (header === null) return MISSING;
  if (header === "multiple") return MULTIPLE;
  return header.scheme === "bearer" ? tokenOf(header.value) : header.scheme === "" ? MALFORMED : UNSUPPORTED;
}

/**
 * How a service authenticates at an OAuth endpoint (RFC 6749 §2.3.1): its key as a bearer token, as the password of HTTP
 * Basic, or as `client_secret` in the form, by one of these only. `client_id` is not evaluated: the key alone names the
 * service.
 */
export function clientIntake(rawHeaders: readonly string[], formSecret: unknown): Intake {
  const header = credentialHeader(rawHeaders);
  if (typeof formSecret === "string" && formSecret !== "") return header === null ? tokenOf(formSecret) : MULTIPLE;
  if (header === null || header === "multiple" || header.scheme !== "basic") return intake(rawHeaders);
  const pair = Buffer.from(header.value, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  return colon === -1 ? MALFORMED : tokenOf(formDecoded(pair.slice(colon + 1)));
}

/** The one header that carries a credential: its scheme in lower case, and what follows. `X-API-Key` counts as bearer. */
function credentialHeader(
  rawHeaders: readonly string[],
): { readonly scheme: string; readonly value: string } | "multiple" | null {
  let name = "";
  let value: string | undefined;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const header = rawHeaders[i] as string;
    // Only these two lengths can be a credential header; the rest is skipped without lower-casing.
    if (header.length !== 13 && header.length !== 9) continue;
    const lower = header.toLowerCase();
    if (lower !== "authorization" && lower !== "x-api-key") continue;
    if (value !== undefined) return "multiple";
    name = lower;
    value = rawHeaders[i + 1] as string;
  }
  if (value === undefined) return null;
  const whole = value.trim();
  if (name === "x-api-key") return { scheme: "bearer", value: whole };
  const space = whole.indexOf(" ");
  return space === -1
    ? { scheme: whole.toLowerCase(), value: "" }
    : { scheme: whole.slice(0, space).toLowerCase(), value: whole.slice(space + 1) };
}

function tokenOf(text: string): Intake {
  const secret = trimSecret(text);
  // White space or a comma inside means that two values were joined on the way.
  return secret === "" || /[\s,]/.test(secret) ? MALFORMED : { ok: true, secret };
}

/** Both parts of a Basic pair are form-encoded (RFC 6749 §2.3.1). A secret of ours reads the same either way. */
function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

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
