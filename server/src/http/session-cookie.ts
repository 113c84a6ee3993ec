// The session cookie: 256 random bits of which only the hash is stored. `__Host-` and Secure on https;
// on plain http (a laptop, a test) browsers would drop such a cookie, so it goes without.
import type { Secret } from "@mintmark/core";

const NAME = "mintmark_session";

export interface SessionCookie {
  /** The cookie's value in a Cookie header, or `null`. */
  read(header: string | null): string | null;
  set(cookie: Secret, expiresAt: number): string;
  readonly clear: string;
}

export function createSessionCookie(baseUrl: string): SessionCookie {
  const secure = baseUrl.startsWith("https://");
  const name = secure ? `__Host-${NAME}` : NAME;
  const attributes = `Path=/; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`;
  return {
    read(header) {
      for (const part of header?.split(";") ?? []) {
        const equals = part.indexOf("=");
        if (part.slice(0, equals).trim() !== name) continue;
        const value = part.slice(equals + 1).trim();
        return /^[0-9a-f]{64}$/.test(value) ? value : null;
      }
      return null;
    },
    set: (cookie, expiresAt) =>
      `${name}=${cookie.expose()}; ${attributes}; Expires=${new Date(expiresAt).toUTCString()}`,
    clear: `${name}=; ${attributes}; Max-Age=0`,
  };
}
