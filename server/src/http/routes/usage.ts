// The history of use: daily uses and details of tokens and API keys, the overview of an organization, and recent
// verifications for instance admins. Rule: it informs people and decides nothing.
import { hostname } from "node:os";
import { pid, uptime } from "node:process";
import { z } from "@hono/zod-openapi";
import { LATENCY_SPAN_S } from "../../metrics/metrics.ts";
import { getOverview } from "../../use-cases/usage/overview.ts";
import {
  getApiKeyUsage,
  getOrganizationTokenUsage,
  getOwnTokenUsage,
  listApiKeyUses,
  listOrganizationTokenUses,
  listOwnTokenUses,
} from "../../use-cases/usage/usage.ts";
import { idOf, Instant, presentInstant } from "../../wire/schema.ts";
import {
  CredentialUsageSchema,
  OrganizationOverview,
  presentOverview,
  presentUsage,
  presentUses,
  spanQuery,
  UsesSchema,
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
  summary: "Show daily uses of my tokens",
  description: "For lists with a small chart in each row. Ids that are not tokens of the caller are omitted.",
  credentials: ["session", "hand-off", "pat"],
  query: UsesQuery,
  status: 200,
  response: UsesSchema,
  refusals: ["personal_credential_required"],
  handle: async ({ deps, actor, query }) => ({ body: presentUses(await listOwnTokenUses(deps, actor, query)) }),
});

const getTokenUsageOperation = defineOperation({
  operationId: "getTokenUsage",
  method: "get",
  path: "/api/personal-access-tokens/{id}/usage",
  tag: "Personal access tokens",
  summary: "Show how one of my tokens was used",
  description:
    "By day, by address and by route. Uses appear within half a minute. Days and addresses are kept for 400 days.",
  credentials: ["session", "hand-off", "pat"],
  params: TokenPath,
  query: z.strictObject(spanQuery),
  status: 200,
  response: CredentialUsageSchema,
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
  summary: "Show daily uses of members' tokens",
  description:
    "Ids that are not tokens of the organization are omitted. The policy's `oversight` must be `list` or more.",
  credentials: ["session", "pat", "api-key"],
  permission: "tokens:read",
  params: OrganizationPath,
  query: UsesQuery,
  status: 200,
  response: UsesSchema,
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
  summary: "Show how a member's token was used",
  description: "The policy's `oversight` must be `list` or more.",
  credentials: ["session", "pat", "api-key"],
  permission: "tokens:read",
  params: z.strictObject({ id: idOf("organization"), tokenId: idOf("token") }),
  query: z.strictObject(spanQuery),
  status: 200,
  response: CredentialUsageSchema,
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
  summary: "Show daily uses of API keys",
  description: "Ids that are not keys of the organization are omitted.",
  credentials: ["session", "pat", "api-key"],
  permission: "api-keys:read",
  params: OrganizationPath,
  query: UsesQuery,
  status: 200,
  response: UsesSchema,
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
  summary: "Show how an API key was used",
  description: "Counts of uses and refusals over time, and the routes and addresses of the last uses.",
  credentials: ["session", "pat", "api-key"],
  permission: "api-keys:read",
  params: z.strictObject({ id: idOf("organization"), keyId: idOf("apiKey") }),
  query: z.strictObject(spanQuery),
  status: 200,
  response: CredentialUsageSchema,
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
  summary: "Show an overview of the organization's tokens",
  description:
    "Active tokens by age, their expiries, stale tokens, and the uses and refusals of each day. A refusal counts only when the whole secret matched.",
  credentials: ["session", "pat", "api-key"],
  permission: "tokens:read",
  params: OrganizationPath,
  query: z.strictObject(spanQuery),
  status: 200,
  response: OrganizationOverview,
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
      .openapi({ description: "The process that responded. Each replica has separate numbers." }),
    verificationsPerSecond: z
      .array(z.int())
      .openapi({ description: "The number of verifications in every second of the last minutes, oldest first." }),
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

/** Rounded for reading, to the precision of the numbers. */
function rounded(ms: number): number {
  return Number(ms.toPrecision(3));
}

const getInstanceMetricsOperation = defineOperation({
  operationId: "getInstanceMetrics",
  method: "get",
  path: "/api/admin/metrics",
  tag: "Instance administration",
  summary: "Show the verifications of the last minutes",
  description:
    "Numbers of the one process that responds, from its memory. For longer times, Prometheus reads `/metrics`.",
  credentials: ["instance-admin"],
  status: 200,
  response: InstanceMetrics,
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
