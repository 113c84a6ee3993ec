// The JSON of hand-offs: whom a link is for, and the session that it opened.
import { z } from "@hono/zod-openapi";
import type { HandOffPreview as Preview } from "../use-cases/hand-off/redeem.ts";
import { Instant, presentInstant } from "./schema.ts";
import { HandOffPageName, Session } from "./session.ts";

export const CreatedHandOff = z
  .object({
    url: z.string().openapi({ description: "A secret: it works once, for the first browser that opens it." }),
    id: z.string(),
    expiresAt: Instant,
  })
  .openapi("CreatedHandOff");

export const HandOffPreview = z
  .object({
    user: z.object({ id: z.string(), name: z.string(), email: z.string() }),
    organization: z.object({ id: z.string(), name: z.string() }),
    page: HandOffPageName,
    expiresAt: Instant.openapi({ description: "The end of the link." }),
  })
  .openapi("HandOffPreview");

export function presentHandOffPreview({ handOff, user, organization }: Preview): z.infer<typeof HandOffPreview> {
  return {
    user: { id: user.id, name: user.name, email: user.email },
    organization: { id: organization.id, name: organization.name },
    page: handOff.page,
    expiresAt: presentInstant(handOff.expiresAt),
  };
}

export const RedeemedHandOff = z
  .object({
    session: Session,
    to: z.string().openapi({ description: "The page to open: a path of this instance.", example: "/settings/tokens" }),
    pageToken: z
      .string()
      .nullable()
      .openapi({ description: "The token of a framed page, for the header Authorization; otherwise `null`." }),
  })
  .openapi("RedeemedHandOff");
