// The session cookie: 256 random bits of which only the hash is stored. `__Host-` and Secure on https;
// on plain http (a laptop, a test) browsers would drop such a cookie, so it goes without.
import { z } from "@hono/zod-openapi";
import type { Secret } from "@mintmark/core";
import type { SignedIn } from "../use-cases/session/session.ts";
import type { Answer } from "./operation.ts";

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

// What people type to be let in, as bodies take it: any text of bearable length, judged by the service.

export const NameInput: z.ZodString = z.string().max(1000).openapi({ example: "Ada Lovelace" });
export const EmailInput: z.ZodString = z.string().max(1000).openapi({ example: "ada@example.com" });
export const PasswordInput: z.ZodString = z.string().max(1000).openapi({ format: "password" });

/** The answer to whatever signs someone in: the body, and the cookie of the new session. */
export function signedIn<B>({ actor, cookie }: SignedIn, body: B): Answer<B> {
  return { body, session: { cookie, expiresAt: actor.session.expiresAt } };
}
