import type { z } from "@hono/zod-openapi";
import type { PersonalAccessToken } from "../http/presenters/token.ts";
import { instantOrNever, quoted } from "./text.ts";

/** One token on one line. */
export function tokenLine(token: z.infer<typeof PersonalAccessToken>): string {
  const blocked = token.blockedBy === null ? "" : ` by ${token.blockedBy}`;
  return [
    `${quoted(token.name)} (${token.id}, ${token.prefix}…) of ${quoted(token.user.name)}: ${token.state}${blocked}`,
    `made ${token.createdAt}`,
    `expires ${instantOrNever(token.expiresAt)}`,
    `last used ${instantOrNever(token.lastUsedAt)}`,
    `may ${token.permissions === null ? "do what its owner's role may" : token.permissions.join(", ")}`,
  ].join("; ");
}
