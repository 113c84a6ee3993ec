// The JSON of a user's own account. admin.ts has the account as an instance admin sees it.
import { z } from "@hono/zod-openapi";
import type { UserRecord } from "../store/store.ts";
import { ExternalId, Instant, presentInstant } from "./schema.ts";

export const Account = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    emailVerified: z.boolean(),
    confirmingEnds: z.boolean().openapi({
      description:
        "Whether confirming the address ends everything created in the account before: tokens, keys, invitations, other sessions and more. True until the account first confirms an address.",
    }),
    instanceAdmin: z.boolean(),
    externalId: ExternalId,
    createdAt: Instant,
  })
  .openapi("Account");

const EndedByProof = z
  .object({
    sessions: z.int().openapi({ description: "Sessions, not counting the one that made the request." }),
    tokens: z.int(),
    apiKeys: z.int(),
    invitations: z.int(),
    domainJoinings: z.int(),
    deviceLogins: z.int(),
    calendarFeeds: z.int(),
  })
  .openapi("EndedByProof", {
    description:
      "Counts of what the first confirmation of the address ended: everything created in the account before, because somebody else may have opened it.",
  });

/** `null`: the address had been confirmed before, or nothing had to end. */
export const EndedOrNull = z.union([EndedByProof, z.null()]).openapi({
  description: "Counts of what the first confirmation of the address ended; `null` if nothing had to end.",
});

export function presentAccount(user: UserRecord): z.infer<typeof Account> {
  return {
    id: user.id,
    name: user.name,
    email: user.email,
    emailVerified: user.emailVerifiedAt !== null,
    confirmingEnds: user.addressProvedAt === null,
    instanceAdmin: user.instanceAdminAt !== null,
    externalId: user.externalId,
    createdAt: presentInstant(user.createdAt),
  };
}
