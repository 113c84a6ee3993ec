import type { Operation } from "../../operation.ts";
import { getApiKeyUsage } from "./get-api-key-usage.ts";
import { getInstanceMetrics } from "./get-instance-metrics.ts";
import { getOrganizationTokenUsage } from "./get-organization-token-usage.ts";
import { getOverview } from "./get-overview.ts";
import { getTokenUsage } from "./get-token-usage.ts";
import { listApiKeyUses } from "./list-api-key-uses.ts";
import { listOrganizationTokenUses } from "./list-organization-token-uses.ts";
import { listTokenUses } from "./list-token-uses.ts";

export const usageOperations: readonly Operation[] = [
  listTokenUses,
  getTokenUsage,
  listOrganizationTokenUses,
  getOrganizationTokenUsage,
  listApiKeyUses,
  getApiKeyUsage,
  getOverview,
  getInstanceMetrics,
];
