// Takes the one credential out of a request's headers. Never from a query, a cookie or a body.
import type { ErrorCode } from "@mintmark/core";

export type Intake =
  | { readonly ok: true; readonly secret: string }
  | {
      readonly ok: false;
      readonly code: Extract<
        ErrorCode,
        "credentials_missing" | "credentials_multiple" | "credentials_malformed" | "scheme_unsupported"
      >;
    };

const MISSING: Intake = { ok: false, code: "credentials_missing" };
const MULTIPLE: Intake = { ok: false, code: "credentials_multiple" };
const MALFORMED: Intake = { ok: false, code: "credentials_malformed" };
const UNSUPPORTED: Intake = { ok: false, code: "scheme_unsupported" };

/**
 * Exactly one of `Authorization: Bearer …` (RFC 6750 §2.1) and `X-API-Key: …`. Reads the raw header
 * list (name, value, name, value …) because a parsed one hides duplicates.
 */
export function intake(rawHeaders: readonly string[]): Intake {
  let name = "";
  let value: string | undefined;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const header = rawHeaders[i] as string;
    // Only these two lengths can be a credential header; the rest is skipped without lower-casing.
    if (header.length !== 13 && header.length !== 9) continue;
    const lower = header.toLowerCase();
    if (lower !== "authorization" && lower !== "x-api-key") continue;
    if (value !== undefined) return MULTIPLE;
    name = lower;
    value = rawHeaders[i + 1] as string;
  }
  if (value === undefined) return MISSING;
  return name === "x-api-key" ? tokenOf(value.trim()) : bearerOf(value.trim());
}

function bearerOf(value: string): Intake {
  const space = value.indexOf(" ");
  const scheme = space === -1 ? value : value.slice(0, space);
  if (scheme.toLowerCase() !== "bearer") return scheme === "" ? MALFORMED : UNSUPPORTED;
  return space === -1 ? MALFORMED : tokenOf(value.slice(space + 1).trim());
}

function tokenOf(secret: string): Intake {
  // White space or a comma inside means that two values were joined on the way.
  return secret === "" || /[\s,]/.test(secret) ? MALFORMED : { ok: true, secret };
}

/** What each intake problem means for the person who sent the request. */
export const INTAKE_DETAIL: Readonly<Record<Extract<Intake, { ok: false }>["code"], string>> = {
  credentials_missing: 'Send a token as "Authorization: Bearer <token>" or "X-API-Key: <token>", or sign in.',
  credentials_multiple: "Send exactly one credential: either one Authorization header or one X-API-Key header.",
  credentials_malformed:
    'The header must be "Authorization: Bearer <token>" or "X-API-Key: <token>", with one token and no spaces in it.',
  scheme_unsupported: 'Only the Bearer scheme is supported: send "Authorization: Bearer <token>".',
};
