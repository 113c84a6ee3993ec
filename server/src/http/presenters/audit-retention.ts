import { z } from "@hono/zod-openapi";
import type { AuditRetention as RetentionValue } from "../../service/audit/get-retention.ts";
import { Instant, presentInstantOrNull } from "./time.ts";

const days = (description: string): z.ZodNullable<z.ZodInt> => z.int().nullable().openapi({ description });

export const AuditRetention = z
  .object({
    days: days("What the organization asked for; `null`: it follows the instance."),
    inForceDays: days("For how long events are kept now; `null`: for ever."),
    effectiveAt: Instant.nullable().openapi({
      description: "From when on what was asked for holds: a shorter time, seven days later. `null`: never set.",
    }),
    instanceDays: days("What the instance does where an organization did not say; `null`: for ever."),
  })
  .openapi("AuditRetention");

export function presentRetention(retention: RetentionValue): z.infer<typeof AuditRetention> {
  const { setting, inForce, instanceDefault } = retention;
  return {
    days: setting.days,
    inForceDays: inForce,
    effectiveAt: presentInstantOrNull(setting.effectiveAt),
    instanceDays: instanceDefault,
  };
}
