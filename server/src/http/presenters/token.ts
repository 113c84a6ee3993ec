// The one place where a token's record becomes JSON.
import { z } from "@hono/zod-openapi";
import { credentialState } from "@mintmark/core";
import type { Deps } from "../../service/deps.ts";
import type { TokenRecord } from "../../store/store.ts";
import { ActorReference } from "./actor-reference.ts";
import { Instant, presentInstant, presentInstantOrNull } from "./time.ts";

export const PersonalAccessToken = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string().openapi({ description: "The first 10 characters of the secret. A hint, not a key." }),
    user: z.object({ id: z.string(), name: z.string(), email: z.string() }),
    organization: z.object({ id: z.string(), name: z.string(), personal: z.boolean() }),
    membershipId: z.string(),
    permissions: z
      .array(z.string())
      .nullable()
      .openapi({ description: "`null`: the whole role of its owner, whatever it is." }),
    state: z.enum(["active", "expired", "revoked", "suspended", "blocked"]),
    blockedBy: z.string().nullable().openapi({ description: "With `blocked`: the code of the rule that refuses it." }),
    createdAt: Instant,
    expiresAt: Instant.nullable(),
    lastUsedAt: Instant.nullable(),
    lastUsedIp: z.string().nullable(),
    lastUsedUserAgent: z.string().nullable(),
    lastUsedRoute: z.string().nullable().openapi({
      description:
        "What it was last used for: a method and the words of a path, or an operation of Mintmark itself; `mintmark mcp` is a call by an AI client.",
    }),
    mcp: z
      .enum(["read-write", "read-only", "off"])
      .openapi({ description: "What the policy of its organization lets AI clients do with it, at most." }),
    useCount: z.int(),
    revokedAt: Instant.nullable(),
    revokedBy: z.union([ActorReference, z.null()]),
    revokedReason: z.string().nullable(),
    replaces: z.string().nullable(),
    dismissedAt: Instant.nullable(),
  })
  .openapi("PersonalAccessToken");

export function presentToken(
  deps: Pick<Deps, "clock" | "settings">,
  token: TokenRecord,
): z.infer<typeof PersonalAccessToken> {
  const { state, blockedBy } = credentialState(token, {
    now: deps.clock(),
    allowPersonal: deps.settings.allowPersonalTokens,
  });
  const { user, organization } = token;
  return {
    id: token.id,
    name: token.name,
    prefix: token.prefix,
    user: { id: user.id, name: user.name, email: user.email },
    organization: { id: organization.id, name: organization.name, personal: organization.personal },
    membershipId: token.membership.id,
    permissions: token.permissions === null ? null : [...token.permissions],
    state,
    blockedBy,
    createdAt: presentInstant(token.createdAt),
    expiresAt: presentInstantOrNull(token.expiresAt),
    lastUsedAt: presentInstantOrNull(token.lastUsedAt),
    lastUsedIp: token.lastUsedIp,
    lastUsedUserAgent: token.lastUsedUserAgent,
    lastUsedRoute: token.lastUsedRoute,
    mcp: organization.policy.mcp,
    useCount: token.useCount,
    revokedAt: presentInstantOrNull(token.revokedAt),
    revokedBy: token.revokedBy,
    revokedReason: token.revokedReason,
    replaces: token.replaces,
    dismissedAt: presentInstantOrNull(token.dismissedAt),
  };
}
