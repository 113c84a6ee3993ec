// The history of use on the wire: UTC days as dates, and counts.
import { DAY_MS } from "@mintmark/core";
import { z } from "@hono/zod-openapi";
import type { CredentialUsage, UsesOfCredential } from "../../service/usage/credential-usage.ts";
import type { FacetUse } from "../../store/store.ts";
import { Instant, presentInstant, presentInstantOrNull } from "./time.ts";

/** A UTC day on the wire. */
export const Day: z.ZodString = z.string().openapi({ format: "date", example: "2026-11-22" });

export function presentDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** The span of a history: spread it into the operation's own query object. */
export const spanQuery = {
  days: z
    .enum(["30", "90"])
    .default("30")
    .transform(Number)
    .openapi({ type: "string", enum: ["30", "90"], description: "How many UTC days, today included." }),
};

const facetFields = { firstUsedAt: Instant, lastUsedAt: Instant, uses: z.int() };
const others = z.int().openapi({ description: "Uses that none of these tells: unknown, or of long ago." });

export const CredentialUsageAnswer = z
  .object({
    id: z.string(),
    firstUsedAt: Instant.nullable(),
    lastUsedAt: Instant.nullable(),
    useCount: z.int(),
    days: z
      .array(z.object({ date: Day, uses: z.int(), denied: z.int() }))
      .openapi({ description: "Every UTC day that was asked for, oldest first." }),
    addresses: z
      .array(z.object({ address: z.string(), ...facetFields }))
      .openapi({ description: "The most recent 100, the most used first." }),
    otherAddresses: others,
    routes: z.array(z.object({ route: z.string(), ...facetFields })).openapi({
      description:
        "The most recent 50, the most used first: a method and the words of a path, or `mintmark` and an operation.",
    }),
    otherRoutes: others,
  })
  .openapi("CredentialUsage");

export function presentUsage(usage: CredentialUsage): z.infer<typeof CredentialUsageAnswer> {
  const facet = ({ firstAt, lastAt, uses }: FacetUse) => ({
    firstUsedAt: presentInstant(firstAt),
    lastUsedAt: presentInstant(lastAt),
    uses,
  });
  return {
    id: usage.credentialId,
    firstUsedAt: presentInstantOrNull(usage.firstUsedAt),
    lastUsedAt: presentInstantOrNull(usage.lastUsedAt),
    useCount: usage.useCount,
    days: usage.days.map(({ day, uses, denied }) => ({ date: presentDay(day), uses, denied })),
    addresses: usage.addresses.kept.map((use) => ({ address: use.value, ...facet(use) })),
    otherAddresses: usage.addresses.others,
    routes: usage.routes.kept.map((use) => ({ route: use.value, ...facet(use) })),
    otherRoutes: usage.routes.others,
  };
}

const IDS_AT_ONCE = 100;

/** Which credentials, and the span: the query of every list of uses. */
export const UsesQuery = z.strictObject({
  ids: z
    .string()
    .max(IDS_AT_ONCE * 40)
    .transform((text) => text.split(",").filter((id) => id !== ""))
    .refine((ids) => ids.length <= IDS_AT_ONCE, { message: `No more than ${IDS_AT_ONCE} ids at once.` })
    .openapi({ type: "string", description: "Ids, separated by commas: no more than 100." }),
  ...spanQuery,
});

export const UsesAnswer = z
  .object({
    items: z.array(
      z.object({
        id: z.string(),
        uses: z
          .array(z.int())
          .openapi({ description: "For every UTC day of the span, oldest first; the last is today." }),
      }),
    ),
  })
  .openapi("CredentialUses");

export function presentUses(items: readonly UsesOfCredential[]): z.infer<typeof UsesAnswer> {
  return { items: items.map(({ id, uses }) => ({ id, uses: [...uses] })) };
}
