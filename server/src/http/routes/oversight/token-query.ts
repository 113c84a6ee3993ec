import { z } from "@hono/zod-openapi";
import { type CredentialState, MAX_EXPIRY_DAYS, STALE_DAYS, type UserId } from "@mintmark/core";
import type { TokenQuery } from "../../../service/oversight/list-organization-tokens.ts";
import { idOf } from "../../presenters/id.ts";

const flag = z.literal("true").optional();

/** What an organization's tokens can be filtered and sorted by: spread it into the operation's own query object. */
export const tokenQuery = {
  state: z.enum(["active", "expired", "revoked", "suspended", "blocked"]).optional(),
  member: idOf("user")
    .optional()
    .openapi({ type: "string", description: "The id of the person whose tokens they are." }),
  stale: flag.openapi({
    description: `Live, and not used for ${STALE_DAYS} days, or never since it was minted so long ago.`,
  }),
  neverUsed: flag,
  expiresWithinDays: z.coerce.number().int().min(1).max(MAX_EXPIRY_DAYS).optional().openapi({
    description: "Neither revoked nor expired, and ending within so many days.",
  }),
  query: z.string().max(200).optional().openapi({
    description: "A part of a token's name or prefix, or of its owner's name or email address.",
  }),
  sort: z.enum(["created", "expires", "lastUsed"]).default("created").openapi({
    description: "No expiry counts as later than every expiry, never used as earlier than every use.",
  }),
  order: z.enum(["ascending", "descending"]).default("descending"),
};

export function parseTokenQuery(query: {
  readonly state?: CredentialState | undefined;
  readonly member?: UserId | undefined;
  readonly stale?: "true" | undefined;
  readonly neverUsed?: "true" | undefined;
  readonly expiresWithinDays?: number | undefined;
  readonly query?: string | undefined;
  readonly sort: TokenQuery["order"]["by"];
  readonly order: TokenQuery["order"]["direction"];
}): TokenQuery {
  return {
    state: query.state ?? null,
    member: query.member ?? null,
    stale: query.stale === "true",
    neverUsed: query.neverUsed === "true",
    expiresWithinDays: query.expiresWithinDays ?? null,
    query: query.query ?? null,
    order: { by: query.sort, direction: query.order },
  };
}
