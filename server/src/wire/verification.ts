// The JSON of an identity: who a credential belongs to and what it may do now.
import { z } from "@hono/zod-openapi";
import { END_CAUSES, type Principal } from "@mintmark/core";
import type { Identity as IdentityValue } from "../use-cases/verification.ts";
import { endFields, Instant, presentInstantOrNull } from "./schema.ts";

/**
 * A credential in a body, with any text around it. The bound exceeds the length of our secrets: gateways also ask about
 * tokens of other issuers, and those are refused as tokens, not as fields.
 */
export const CredentialText: z.ZodString = z.string().max(16_384);

const HostId = z.string().nullable().openapi({
  description: "The id by which the host product knows it; `null` without one. Ids of other sources are never here.",
  example: "user_8f2c",
});

const identityShape = {
  user: z
    .object({
      id: z.string(),
      name: z.string(),
      email: z.string(),
      emailVerified: z.boolean(),
      externalId: HostId,
    })
    .nullable()
    .openapi({ description: "`null` for an API key: it belongs to the organization." }),
  organization: z.object({ id: z.string(), name: z.string(), personal: z.boolean(), externalId: HostId }),
  role: z.string(),
  permissions: z
    .array(z.string())
    .openapi({ description: "Effective permissions now: role ∩ the credential's list ∩ the policy's ceiling." }),
};

export const Identity = z
  .object({
    credential: z.object({
      type: z.enum(["session", "pat", "api_key"]),
      id: z.string(),
      name: z.string(),
      prefix: z.string(),
      expiresAt: Instant.nullable(),
      endsAt: endFields.endsAt,
      endsBecause: z.enum(END_CAUSES).nullable(),
    }),
    ...identityShape,
  })
  .openapi("Identity");

export function presentIdentity(identity: IdentityValue): z.infer<typeof Identity> {
  const { credential, user, organization, role, permissions } = identity;
  const { end, ...shown } = credential;
  return {
    credential: {
      ...shown,
      expiresAt: presentInstantOrNull(credential.expiresAt),
      endsAt: presentInstantOrNull(end?.at ?? null),
      endsBecause: end?.because ?? null,
    },
    user,
    organization,
    role,
    permissions: [...permissions],
  };
}

/** An active credential as a service sees it: the same fields as `whoami`. */
export function presentPrincipal(principal: Principal): z.infer<typeof Identity> {
  const { kind, id, name, prefix, expiresAt, end } = principal.credential;
  return presentIdentity({ ...principal, credential: { type: kind, id, name, prefix, expiresAt, end } });
}
