// The session cookie, the response that signs a person in, and the fields that people type for it.
// Rule: the cookie has 256 random bits, and only their hash is stored. It is `__Host-` and Secure on https. On plain
// http (a laptop, a test) browsers would drop such a cookie, so it has neither.
import { z } from "@hono/zod-openapi";
import type { Secret } from "@mintmark/core";
import type { SignedIn } from "../use-cases/session/session.ts";
import type { OperationResponse } from "./operation.ts";

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

// Text of bounded length. The use case validates it.

export const NameInput: z.ZodString = z.string().max(1000).openapi({ example: "Ada Lovelace" });
export const EmailInput: z.ZodString = z.string().max(1000).openapi({ example: "ada@example.com" });
export const PasswordInput: z.ZodString = z.string().max(1000).openapi({ format: "password" });

/** The response of an operation that signs a person in: the body and the cookie of the new session. */
export function signedIn<B>({ actor, cookie }: SignedIn, body: B): OperationResponse<B> {
  return { body, session: { cookie, expiresAt: actor.session.expiresAt } };
}
