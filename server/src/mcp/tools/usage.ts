// The tool that gives an overview of the tokens of the organization.
import { z } from "@hono/zod-openapi";
import { getOverview } from "../../use-cases/usage/overview.ts";
import { OrganizationOverview, presentOverview } from "../../wire/usage.ts";
import { defineTool, quoted, type Tool } from "../tool.ts";

export const getOrganizationOverview: Tool = defineTool({
  name: "get_organization_overview",
  title: "Organization overview",
  description:
    "Returns an overview of the organization's tokens: how many are active, never used, without expiry or stale, their ages and expiries, and the uses and refusals of the last days.",
  access: "read",
  permission: "tokens:read",
  input: z.strictObject({
    days: z
      .union([z.literal(30), z.literal(90)])
      .default(30)
      .describe("The number of UTC days of uses, including today."),
  }),
  output: OrganizationOverview,
  run: async (deps, actor, { days }) => {
    const organizationId = actor.principal.organization.id;
    return presentOverview(await getOverview(deps, actor, { organizationId, days }));
  },
  text: (overview) => {
    const { tokens, days, expiries, staleTokens } = overview;
    const uses = days.reduce((sum, day) => sum + day.uses, 0);
    const refused = new Map<string, number>();
    for (const { denied } of days)
      for (const { code, count } of denied) refused.set(code, (refused.get(code) ?? 0) + count);
    const refusals = [...refused].map(([code, count]) => `${code} ${count}`).join(", ");
    return [
      `Active tokens: ${tokens.live}; never used: ${tokens.neverUsed}; without expiry: ${tokens.withoutExpiry}; stale: ${tokens.stale}.`,
      `Expiring within 90 days: ${expiries.reduce((sum, day) => sum + day.tokens, 0)}.`,
      `In the last ${days.length} days: ${uses} uses; refused: ${refusals === "" ? "none" : refusals}.`,
      ...(staleTokens ?? [])
        .slice(0, 5)
        .map((token) => `Stale: ${quoted(token.name)} (${token.id}) of ${quoted(token.user.name)}`),
    ].join("\n");
  },
});
