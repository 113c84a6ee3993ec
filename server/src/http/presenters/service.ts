// The one place where a registered service becomes JSON.
import { z } from "@hono/zod-openapi";
import type { ServiceRecord } from "../../store/store.ts";
import { Instant, presentInstant, presentInstantOrNull } from "./time.ts";

export const Service = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string().openapi({ description: "The first 10 characters of its key. A hint, not a key." }),
    createdAt: Instant,
    createdBy: z.object({ id: z.string(), name: z.string() }),
    revokedAt: Instant.nullable(),
    lastUsedAt: Instant.nullable().openapi({ description: "When it last asked about a credential, to the minute." }),
  })
  .openapi("Service");

export function presentService(service: ServiceRecord): z.infer<typeof Service> {
  return {
    id: service.id,
    name: service.name,
    prefix: service.prefix,
    createdAt: presentInstant(service.createdAt),
    createdBy: service.createdBy,
    revokedAt: presentInstantOrNull(service.revokedAt),
    lastUsedAt: presentInstantOrNull(service.lastUsedAt),
  };
}
