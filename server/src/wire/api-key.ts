// The JSON of an API key. Only this function turns its record into JSON.
import { z } from "@hono/zod-openapi";
import { CREDENTIAL_STATES, credentialState } from "@mintmark/core";
import type { ApiKeyRecord } from "../store/store.ts";
import type { Deps } from "../use-cases/use-case.ts";
import { ActorReference, endFields, Instant, presentEnd, presentInstant, presentInstantOrNull } from "./schema.ts";

export const ApiKey = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string().openapi({ description: "The first 10 characters of the secret. A hint, not a key." }),
    organization: z.object({ id: z.string(), name: z.string() }),
    role: z.string().openapi({ description: "Fixed. Its permissions follow the catalogue." }),
    permissions: z.array(z.string()).nullable().openapi({ description: "`null`: the whole role." }),
    state: z.enum(CREDENTIAL_STATES),
    blockedBy: z.string().nullable().openapi({ description: "With `blocked`: the code of the rule that refuses it." }),
    createdBy: z.object({ id: z.string(), name: z.string() }),
    createdAt: Instant,
    expiresAt: Instant.nullable(),
    ...endFields,
    lastUsedAt: Instant.nullable(),
    lastUsedIp: z.string().nullable(),
    lastUsedUserAgent: z.string().nullable(),
    useCount: z.int(),
    revokedAt: Instant.nullable(),
    revokedBy: z.union([ActorReference, z.null()]),
    revokedReason: z.string().nullable(),
  })
  .openapi("ApiKey");

export function presentApiKey(deps: Pick<Deps, "clock" | "settings">, key: ApiKeyRecord): z.infer<typeof ApiKey> {
  const { organization, createdBy } = key;
  const now = deps.clock();
  const { state, blockedBy } = credentialState(key, {
    now,
    allowPersonal: deps.settings.allowPersonalTokens,
  });
  return {
    id: key.id,
    name: key.name,
    prefix: key.prefix,
    organization: { id: organization.id, name: organization.name },
    role: key.role,
    permissions: key.permissions === null ? null : [...key.permissions],
    state,
    blockedBy,
    createdBy: { id: createdBy.id, name: createdBy.name },
    createdAt: presentInstant(key.createdAt),
    expiresAt: presentInstantOrNull(key.expiresAt),
    ...presentEnd(key, now),
    lastUsedAt: presentInstantOrNull(key.lastUsedAt),
    lastUsedIp: key.lastUsedIp,
    lastUsedUserAgent: key.lastUsedUserAgent,
    useCount: key.useCount,
    revokedAt: presentInstantOrNull(key.revokedAt),
    revokedBy: key.revokedBy,
    revokedReason: key.revokedReason,
  };
}
