// The JSON of the history of use: UTC days as dates, and counts.
import { z } from "@hono/zod-openapi";
import { DAY_MS, STALE_RULE, USES_AT_ONCE } from "@mintmark/core";
import type { FacetUse, OutcomeDay } from "../store/store.ts";
import { AGE_BOUNDS, type Overview } from "../use-cases/usage/overview.ts";
import type { CredentialUsage, UsesOfCredential } from "../use-cases/usage/usage.ts";
import { Instant, presentInstant, presentInstantOrNull } from "./schema.ts";

/** A UTC day on the wire. */
const Day: z.ZodString = z.string().openapi({ format: "date", example: "2026-11-22" });

function presentDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** The time span of a history. Spread it into the operation's query object. */
export const spanQuery = {
  days: z
    .enum(["30", "90"])
    .default("30")
    .transform(Number)
    .openapi({ type: "string", enum: ["30", "90"], description: "How many UTC days, today included." }),
};

const facetFields = { firstUsedAt: Instant, lastUsedAt: Instant, uses: z.int() };
const others = z.int().openapi({ description: "Uses outside this list: unknown or old ones." });

export const CredentialUsageSchema = z
  .object({
    id: z.string(),
    firstUsedAt: Instant.nullable(),
    lastUsedAt: Instant.nullable(),
    useCount: z.int(),
    days: z
      .array(z.object({ date: Day, uses: z.int(), denied: z.int() }))
      .openapi({ description: "Every UTC day of the time span, oldest first." }),
    addresses: z
      .array(z.object({ address: z.string(), ...facetFields }))
      .openapi({ description: "The 100 most recent ones, the most used first." }),
    otherAddresses: others,
    routes: z.array(z.object({ route: z.string(), ...facetFields })).openapi({
      description:
        "The 50 most recent ones, the most used first: a method and the words of a path, or `mintmark` and an operation.",
    }),
    otherRoutes: others,
  })
  .openapi("CredentialUsage");

export function presentUsage(usage: CredentialUsage): z.infer<typeof CredentialUsageSchema> {
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

/** The query of a list of uses: the credentials and the time span. */
export const UsesQuery = z.strictObject({
  ids: z
    .string()
    .max(USES_AT_ONCE * 40)
    .transform((text) => text.split(",").filter((id) => id !== ""))
    .refine((ids) => ids.length <= USES_AT_ONCE, { message: `At most ${USES_AT_ONCE} ids at once.` })
    .openapi({ type: "string", description: "Ids, separated by commas: at most 100." }),
  ...spanQuery,
});

export const UsesSchema = z
  .object({
    items: z.array(
      z.object({
        id: z.string(),
        uses: z
          .array(z.int())
          .openapi({ description: "For every UTC day of the time span, oldest first; the last is today." }),
      }),
    ),
  })
  .openapi("CredentialUses");

export function presentUses(items: readonly UsesOfCredential[]): z.infer<typeof UsesSchema> {
  return { items: items.map(({ id, uses }) => ({ id, uses: [...uses] })) };
}

const CodeCount = z.object({ code: z.string(), count: z.int() });

export const OrganizationOverview = z
  .object({
    at: Instant,
    tokens: z.object({
      live: z.int().openapi({ description: "Neither revoked nor expired." }),
      neverUsed: z.int(),
      withoutExpiry: z.int(),
      stale: z.int().openapi({ description: `Tokens that were ${STALE_RULE}.` }),
    }),
    ages: z.array(
      z.object({
        fromDays: z.int(),
        toDays: z.int().nullable().openapi({ description: "Exclusive; `null` for the oldest." }),
        tokens: z.int(),
      }),
    ),
    expiries: z
      .array(z.object({ date: Day, tokens: z.int() }))
      .openapi({ description: "The days within the next 90 on which active tokens end, by expiry or policy." }),
    staleTokens: z
      .array(
        z.object({
          id: z.string(),
          name: z.string(),
          prefix: z.string(),
          user: z.object({ id: z.string(), name: z.string() }),
          createdAt: Instant,
          expiresAt: Instant.nullable(),
          lastUsedAt: Instant.nullable(),
        }),
      )
      .nullable()
      .openapi({
        description:
          "The longest unused first, at most 50. `null`: the policy's `oversight` hides members' tokens from admins.",
      }),
    days: z
      .array(z.object({ date: Day, uses: z.int(), denied: z.array(CodeCount) }))
      .openapi({ description: "Every UTC day of the time span, oldest first: tokens and API keys together." }),
  })
  .openapi("OrganizationOverview");

export function presentOverview(overview: Overview): z.infer<typeof OrganizationOverview> {
  const { counts, span, outcomes, staleTokens } = overview;
  return {
    at: presentInstant(overview.at),
    tokens: {
      live: counts.live,
      neverUsed: counts.neverUsed,
      withoutExpiry: counts.withoutExpiry,
      stale: counts.stale,
    },
    ages: counts.byAge.map((tokens, index) => ({
      fromDays: AGE_BOUNDS[index - 1] ?? 0,
      toDays: AGE_BOUNDS[index] ?? null,
      tokens,
    })),
    expiries: counts.expiries.map(({ day, tokens }) => ({ date: presentDay(day), tokens })),
    staleTokens:
      staleTokens?.map((token) => ({
        id: token.id,
        name: token.name,
        prefix: token.prefix,
        user: { id: token.user.id, name: token.user.name },
        createdAt: presentInstant(token.createdAt),
        expiresAt: presentInstantOrNull(token.expiresAt),
        lastUsedAt: presentInstantOrNull(token.lastUsedAt),
      })) ?? null,
    days: presentDays(span, outcomes),
  };
}

function presentDays(
  { from, to }: Overview["span"],
  outcomes: readonly OutcomeDay[],
): z.infer<typeof OrganizationOverview>["days"] {
  const days = Array.from({ length: to - from + 1 }, (_, index) => ({
    date: presentDay(from + index),
    uses: 0,
    denied: [] as z.infer<typeof CodeCount>[],
  }));
  for (const { day, outcome, count } of outcomes) {
    const entry = days[day - from];
    if (entry === undefined) continue;
    if (outcome === "ok") entry.uses = count;
    else entry.denied.push({ code: outcome, count });
  }
  return days;
}
