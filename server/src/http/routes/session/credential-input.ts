// What people type to be let in, as bodies take it: any text of bearable length, judged by the service.
import { z } from "@hono/zod-openapi";
import type { SignedIn } from "../../../service/session/start-session.ts";
import type { Answer } from "../../operation.ts";

export const NameInput: z.ZodString = z.string().max(1000).openapi({ example: "Ada Lovelace" });
export const EmailInput: z.ZodString = z.string().max(1000).openapi({ example: "ada@example.com" });
export const PasswordInput: z.ZodString = z.string().max(1000).openapi({ format: "password" });

/** The answer to whatever signs someone in: the body, and the cookie of the new session. */
export function signedIn<B>({ actor, cookie }: SignedIn, body: B): Answer<B> {
  return { body, session: { cookie, expiresAt: actor.session.expiresAt } };
}
