// What a change of policy would break, on the wire.
import { z } from "@hono/zod-openapi";
import type { AffectedCredential, PolicyPreview as PreviewValue } from "../../service/policy/preview-policy.ts";
import { presentPage } from "./page.ts";
import { Instant, presentInstant, presentInstantOrNull } from "./time.ts";

const EffectCounts = z
  .object({
    live: z.int().openapi({ description: "That work today." }),
    stop: z.int().openapi({ description: "That would be refused." }),
    narrow: z.int().openapi({ description: "That would lose permissions." }),
    becomeReadOnly: z
      .int()
      .openapi({ description: "Of the narrowed: that could change something and would only read." }),
    resume: z.int().openapi({ description: "That the present policy refuses and this one would not." }),
    networkUnknown: z.int().openapi({
      description: "Live ones that were never used, so that nobody can say from which network they will be.",
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
      description: "A token's owner; of an API key, who created it.",
    }),
    createdAt: Instant,
    expiresAt: Instant.nullable(),
    lastUsedAt: Instant.nullable(),
    lastUsedIp: z.string().nullable(),
    useCount: z.int(),
    effect: z.enum(["stops", "narrows"]),
    blockedBy: z.string().nullable().openapi({ description: "With `stops`: the code it would be refused with." }),
    losesPermissions: z.array(z.string()).openapi({ description: "With `narrows`: what it can do today and no more." }),
    becomesReadOnly: z.boolean(),
    losesAll: z.boolean().openapi({ description: "Whether no permission would be left." }),
  })
  .openapi("AffectedCredential");

export const PolicyPreview = z
  .object({
    counts: z
      .object({ tokens: EffectCounts, apiKeys: EffectCounts })
      .nullable()
      .openapi({ description: "Of all credentials; `null` on further pages." }),
    tokensListed: z.boolean().openapi({
      description: "`false`: the present policy keeps members' tokens from admins, so they are only counted.",
    }),
    items: z.array(AffectedCredential),
    nextCursor: z.string().nullable(),
  })
  .openapi("PolicyPreview");

export function presentPolicyPreview(preview: PreviewValue): z.infer<typeof PolicyPreview> {
  const { counts, tokensListed, affected } = preview;
  return { counts, tokensListed, ...presentPage(affected, presentAffected) };
}

function presentAffected({ credential, effect }: AffectedCredential): z.infer<typeof AffectedCredential> {
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
