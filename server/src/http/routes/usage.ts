import { hostname } from "node:os";
import { pid, uptime } from "node:process";
import { z } from "@hono/zod-openapi";
import { LATENCY_SPAN_S } from "../../metrics/recent.ts";
import { getOverview } from "../../use-cases/usage/overview.ts";
import {
  getApiKeyUsage,
  getOrganizationTokenUsage,
  getOwnTokenUsage,
  listApiKeyUses,
  listOrganizationTokenUses,
  listOwnTokenUses,
} from "../../use-cases/usage/usage.ts";
import { idOf, Instant, presentInstant } from "../../wire/fields.ts";
import {
  CredentialUsageAnswer,
  OrganizationOverview,
  presentOverview,
  presentUsage,
  presentUses,
  spanQuery,
  UsesAnswer,
  UsesQuery,
} from "../../wire/usage.ts";
import { defineOperation, type Operation } from "../operation.ts";
import { OrganizationPath } from "./organization.ts";
import { TokenPath } from "./token/token.ts";

const listTokenUsesOperation = defineOperation({
  operationId: "listTokenUses",
  method: "get",
  path: "/api/personal-access-tokens/usage",
  tag: "Personal access tokens",
  summary: "Uses of my tokens, day by day",
  description: "For a list with a small picture in each row. Ids that are none of the caller's tokens are left out.",
  credentials: ["session", "pat"],
  query: UsesQuery,
  status: 200,
  answer: UsesAnswer,
  refusals: ["personal_credential_required"],
  handle: async ({ deps, actor, query }) => ({ body: presentUses(await listOwnTokenUses(deps, actor, query)) }),
});

const getTokenUsageOperation = defineOperation({
  operationId: "getTokenUsage",
  method: "get",
  path: "/api/personal-access-tokens/{id}/usage",
  tag: "Personal access tokens",
  summary: "How one of my tokens was used",
  description: "By day, by address and by route. Written half a minute late; days and addresses are kept for 400 days.",
  credentials: ["session", "pat"],
  params: TokenPath,
  query: z.strictObject(spanQuery),
  status: 200,
  answer: CredentialUsageAnswer,
  refusals: ["not_found", "personal_credential_required"],
  handle: async ({ deps, actor, params, query }) => ({
    body: presentUsage(await getOwnTokenUsage(deps, actor, { id: params.id, days: query.days })),
  }),
});

const listOrganizationTokenUsesOperation = defineOperation({
  operationId: "listOrganizationTokenUses",
  method: "get",
  path: "/api/organizations/{id}/personal-access-tokens/usage",
  tag: "Oversight",
  summary: "Uses of members' tokens, day by day",
  description:
    "Ids that are no token of the organization are left out. The policy's `oversight` must be `list` or more.",
  credentials: ["session", "pat", "api-key"],
  permission: "tokens:read",
  params: OrganizationPath,
  query: UsesQuery,
  status: 200,
  answer: UsesAnswer,
  refusals: ["permission_denied", "policy_oversight", "not_found"],
  handle: async ({ deps, actor, params, query }) => ({
    body: presentUses(await listOrganizationTokenUses(deps, actor, { organizationId: params.id, ...query })),
  }),
});

const getOrganizationTokenUsageOperation = defineOperation({
  operationId: "getOrganizationTokenUsage",
  method: "get",
  path: "/api/organizations/{id}/personal-access-tokens/{tokenId}/usage",
  tag: "Oversight",
  summary: "How a member's token was used",
  description: "The policy's `oversight` must be `list` or more.",
  credentials: ["session", "pat", "api-key"],
  permission: "tokens:read",
  params: z.strictObject({ id: idOf("organization"), tokenId: idOf("token") }),
  query: z.strictObject(spanQuery),
  status: 200,
  answer: CredentialUsageAnswer,
  refusals: ["permission_denied", "policy_oversight", "not_found"],
  handle: async ({ deps, actor, params: { id: organizationId, tokenId }, query: { days } }) => ({
    body: presentUsage(await getOrganizationTokenUsage(deps, actor, { organizationId, tokenId, days })),
  }),
});

const listApiKeyUsesOperation = defineOperation({
  operationId: "listApiKeyUses",
  method: "get",
  path: "/api/organizations/{id}/api-keys/usage",
  tag: "API keys",
  summary: "Uses of API keys, day by day",
  description: "Ids that are no key of the organization are left out.",
  credentials: ["session", "pat", "api-key"],
  permission: "api-keys:read",
  params: OrganizationPath,
  query: UsesQuery,
  status: 200,
  answer: UsesAnswer,
  refusals: ["permission_denied", "not_found"],
  handle: async ({ deps, actor, params, query }) => ({
    body: presentUses(await listApiKeyUses(deps, actor, { organizationId: params.id, ...query })),
  }),
});

const getApiKeyUsageOperation = defineOperation({
  operationId: "getApiKeyUsage",
  method: "get",
  path: "/api/organizations/{id}/api-keys/{keyId}/usage",
  tag: "API keys",
  summary: "How an API key was used",
  credentials: ["session", "pat", "api-key"],
  permission: "api-keys:read",
  params: z.strictObject({ id: idOf("organization"), keyId: idOf("apiKey") }),
  query: z.strictObject(spanQuery),
  status: 200,
  answer: CredentialUsageAnswer,
  refusals: ["permission_denied", "not_found"],
  handle: async ({ deps, actor, params: { id: organizationId, keyId }, query: { days } }) => ({
    body: presentUsage(await getApiKeyUsage(deps, actor, { organizationId, keyId, days })),
  }),
});

const getOverviewOperation = defineOperation({
  operationId: "getOverview",
  method: "get",
  path: "/api/organizations/{id}/overview",
  tag: "Oversight",
  summary: "The organization's tokens at a glance",
  description:
    "Live tokens by age, when they expire, which are stale, and uses and refusals of every day. A refusal counts when the full secret matched.",
  credentials: ["session", "pat", "api-key"],
  permission: "tokens:read",
  params: OrganizationPath,
  query: z.strictObject(spanQuery),
  status: 200,
  answer: OrganizationOverview,
  refusals: ["permission_denied", "not_found"],
  handle: async ({ deps, actor, params, query }) => ({
    body: presentOverview(await getOverview(deps, actor, { organizationId: params.id, days: query.days })),
  }),
});

const Latency = z
  .object({ p50: z.number(), p90: z.number(), p99: z.number() })
  .openapi("Latency", { description: "Percentiles in milliseconds, exact to a twelfth." });

const InstanceMetrics = z
  .object({
    at: Instant,
    replica: z
      .object({ id: z.string(), startedAt: Instant })
      .openapi({ description: "The process that answered: the numbers are its own. Another replica has others." }),
    verificationsPerSecond: z
      .array(z.int())
      .openapi({ description: "For every second of the last minutes, oldest first." }),
    latency: z.object({
      spanSeconds: z.int(),
      spans: z.array(Latency.nullable()).openapi({ description: "Oldest first; `null` where nothing was verified." }),
      overall: Latency.nullable(),
    }),
    outcomes: z
      .array(z.object({ outcome: z.string(), count: z.int() }))
      .openapi({ description: "`ok`, the code of a refusal, or `unavailable`; the most frequent first." }),
  })
  .openapi("InstanceMetrics");

/** Long enough to be readable, and no finer than the numbers are. */
function rounded(ms: number): number {
  return Number(ms.toPrecision(3));
}

const getInstanceMetricsOperation = defineOperation({
  operationId: "getInstanceMetrics",
  method: "get",
  path: "/api/admin/metrics",
  tag: "Instance administration",
  summary: "Verifications of the last minutes",
  description: "Of the one process that answers, from its memory. Prometheus reads the long run at `/metrics`.",
  credentials: ["instance-admin"],
  status: 200,
  answer: InstanceMetrics,
  refusals: [],
  handle: async ({ deps }) => {
    const { perSecond, latency, overall, outcomes } = deps.metrics.recent();
    const present = (of: (typeof latency)[number]): z.infer<typeof Latency> | null =>
      of === null ? null : { p50: rounded(of.p50), p90: rounded(of.p90), p99: rounded(of.p99) };
    const now = deps.clock();
    return {
      body: {
        at: presentInstant(now),
        replica: { id: `${hostname()}:${pid}`, startedAt: presentInstant(now - Math.round(uptime() * 1000)) },
        verificationsPerSecond: [...perSecond],
        latency: { spanSeconds: LATENCY_SPAN_S, spans: latency.map(present), overall: present(overall) },
        outcomes: outcomes.map(({ outcome, count }) => ({ outcome, count })),
      },
    };
  },
});

export const usageOperations: readonly Operation[] = [
  listTokenUsesOperation,
  getTokenUsageOperation,
  listOrganizationTokenUsesOperation,
  getOrganizationTokenUsageOperation,
  listApiKeyUsesOperation,
  getApiKeyUsageOperation,
  getOverviewOperation,
  getInstanceMetricsOperation,
];
