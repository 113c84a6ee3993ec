// The JSON of a token policy and of the preview of a change. Rule: a policy is sent and returned as a whole, in the
// same form.
import { z } from "@hono/zod-openapi";
import {
  MAX_EXPIRY_DAYS,
  NETWORKS_OF_POLICY,
  type MintingRules as RulesValue,
  type TokenPolicy as PolicyValue,
} from "@mintmark/core";
import type {
  AffectedCredential as AffectedValue,
  PolicyPreview as PreviewValue,
} from "../use-cases/policy/preview.ts";
import { Instant, presentInstant, presentInstantOrNull, presentPage } from "./schema.ts";

const Ceiling = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("role") }),
    z.strictObject({ kind: z.literal("read-only") }),
    z.strictObject({
      kind: z.literal("list"),
      permissions: z
        .array(z.string().max(100))
        .max(500)
        .openapi({ minItems: 1, example: ["members:read"] }),
    }),
  ])
  .openapi({ description: "The upper bound of every credential: its role, read-only, or a list." });

const days = (what: string): z.ZodNullable<z.ZodInt> =>
  z
    .int()
    .nullable()
    .openapi({
      minimum: 1,
      maximum: MAX_EXPIRY_DAYS,
      description: `${what}, 1–${MAX_EXPIRY_DAYS} days. \`null\`: no limit.`,
      example: 90,
    });

export const TokenPolicy = z
  .strictObject({
    maxLifetimeDays: days("The maximum age of a token, and the latest expiry that a person can choose"),
    allowNoExpiry: z.boolean().openapi({ description: "Whether tokens without an expiry may exist." }),
    ceiling: Ceiling,
    mintableBy: z.array(z.string().max(100)).max(200).openapi({ description: "The roles that may mint tokens." }),
    oversight: z.enum(["audit", "list", "list-and-revoke"]).openapi({
      description: "How much access admins have to members' tokens.",
    }),
    revokeOnSuspend: z.boolean().openapi({ description: "Whether suspending a member revokes their tokens." }),
    idleDays: days("How long a token may remain unused"),
    networks: z
      .array(z.string().max(60))
      .max(NETWORKS_OF_POLICY)
      .nullable()
      .openapi({
        minItems: 1,
        description: "The networks (CIDR) from which tokens may be used. `null`: any. An unknown address is refused.",
        example: ["203.0.113.0/24"],
      }),
    mcp: z.enum(["read-write", "read-only", "off"]),
  })
  .openapi("TokenPolicy", { description: "A stricter policy applies to existing tokens at once." });

export const MintingRules = TokenPolicy.omit({ oversight: true, revokeOnSuspend: true }).openapi("MintingRules", {
  description: "The part of the token policy that binds a new token or API key.",
});

export function presentMintingRules(rules: RulesValue): z.infer<typeof MintingRules> {
  const { maxLifetimeDays, allowNoExpiry, idleDays, mcp } = rules;
  return { maxLifetimeDays, allowNoExpiry, idleDays, mcp, ...presentLists(rules) };
}

export function presentPolicy(policy: PolicyValue): z.infer<typeof TokenPolicy> {
  return { ...policy, ...presentLists(policy) };
}

function presentLists({
  ceiling,
  mintableBy,
  networks,
}: Pick<PolicyValue, "ceiling" | "mintableBy" | "networks">): Pick<
  z.infer<typeof TokenPolicy>,
  "ceiling" | "mintableBy" | "networks"
> {
  return {
    ceiling: ceiling.kind === "list" ? { kind: "list", permissions: [...ceiling.permissions] } : ceiling,
    mintableBy: [...mintableBy],
    networks: networks === null ? null : [...networks],
  };
}

const EffectCounts = z
  .object({
    live: z.int().openapi({ description: "Credentials that work today." }),
    stop: z.int().openapi({ description: "Credentials that would be refused." }),
    stopInUse: z.int().openapi({ description: "How many of these were used within the last 24 hours." }),
    narrow: z.int().openapi({ description: "Credentials that would lose permissions." }),
    becomeReadOnly: z.int().openapi({ description: "How many of the narrowed ones would become read-only." }),
    resume: z.int().openapi({ description: "Credentials that the present policy refuses and this one would accept." }),
    networkUnknown: z.int().openapi({
      description: "Active ones that were never used, so that their network is unknown.",
    }),
  })
  .openapi("PolicyEffectCounts");

const AffectedCredential = z
  .object({
    kind: z.enum(["pat", "api_key"]),
    id: z.string(),
    name: z.string(),
    prefix: z.string(),
    owner: z.object({ id: z.string(), name: z.string() }).openapi({
      description: "The owner of a token, or the creator of an API key.",
    }),
    createdAt: Instant,
    expiresAt: Instant.nullable(),
    lastUsedAt: Instant.nullable(),
    lastUsedIp: z.string().nullable(),
    useCount: z.int(),
    effect: z.enum(["stops", "narrows"]),
    blockedBy: z.string().nullable().openapi({ description: "With `stops`: the code of the refusal." }),
    losesPermissions: z
      .array(z.string())
      .openapi({ description: "With `narrows`: the permissions that it would lose." }),
    becomesReadOnly: z.boolean(),
    losesAll: z.boolean().openapi({ description: "Whether it would have no permission left." }),
  })
  .openapi("AffectedCredential");

export const PolicyPreview = z
  .object({
    counts: z
      .object({ tokens: EffectCounts, apiKeys: EffectCounts })
      .nullable()
      .openapi({ description: "Counts of all credentials; `null` on further pages." }),
    tokensListed: z.boolean().openapi({
      description: "`false`: the present policy hides members' tokens from admins, so only their count is shown.",
    }),
    items: z.array(AffectedCredential),
    nextCursor: z.string().nullable(),
  })
  .openapi("PolicyPreview");

export function presentPolicyPreview(preview: PreviewValue): z.infer<typeof PolicyPreview> {
  const { counts, tokensListed, affected } = preview;
  return { counts, tokensListed, ...presentPage(affected, presentAffected) };
}

function presentAffected({ credential, effect }: AffectedValue): z.infer<typeof AffectedCredential> {
  const owner = credential.kind === "pat" ? credential.user : credential.createdBy;
  const narrows = effect.kind === "narrows" ? effect : null;
  return {
    kind: credential.kind,
    id: credential.id,
    name: credential.name,
    prefix: credential.prefix,
    owner: { id: owner.id, name: owner.name },
    createdAt: presentInstant(credential.createdAt),
    expiresAt: presentInstantOrNull(credential.expiresAt),
    lastUsedAt: presentInstantOrNull(credential.lastUsedAt),
    lastUsedIp: credential.lastUsedIp,
    useCount: credential.useCount,
    effect: effect.kind,
    blockedBy: effect.kind === "stops" ? effect.blockedBy : null,
    losesPermissions: [...(narrows?.loses ?? [])],
    becomesReadOnly: narrows?.becomesReadOnly ?? false,
    losesAll: narrows?.losesAll ?? false,
  };
}
