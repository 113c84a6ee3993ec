import { z } from "@hono/zod-openapi";
import { STALE_DAYS } from "@mintmark/core";
import type { Overview } from "../../service/overview/get-overview.ts";
import { AGE_BOUNDS } from "../../service/overview/token-tally.ts";
import type { OutcomeDay } from "../../store/store.ts";
import { Instant, presentInstant, presentInstantOrNull } from "./time.ts";
import { Day, presentDay } from "./usage.ts";

const CodeCount = z.object({ code: z.string(), count: z.int() });

export const OrganizationOverview = z
  .object({
    at: Instant,
    tokens: z.object({
      live: z.int().openapi({ description: "Neither revoked nor expired." }),
      neverUsed: z.int(),
      withoutExpiry: z.int(),
      stale: z.int().openapi({ description: `Not used for ${STALE_DAYS} days, or never since minted so long ago.` }),
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
      .openapi({ description: "The days of the next 90 on which live tokens expire." }),
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
          "The longest unused first, no more than 50. `null`: the policy's `oversight` does not let admins see members' tokens.",
      }),
    days: z
      .array(z.object({ date: Day, uses: z.int(), denied: z.array(CodeCount) }))
      .openapi({ description: "Every UTC day that was asked for, oldest first: of tokens and API keys together." }),
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
