import type { Operation } from "../../operation.ts";
import { exportOrganizationTokens } from "./export-organization-tokens.ts";
import { getOrganizationToken } from "./get-organization-token.ts";
import { listOrganizationTokens } from "./list-organization-tokens.ts";
import { revokeOrganizationToken } from "./revoke-organization-token.ts";
import { revokeOrganizationTokens } from "./revoke-organization-tokens.ts";

export const oversightOperations: readonly Operation[] = [
  listOrganizationTokens,
  exportOrganizationTokens,
  revokeOrganizationTokens,
  getOrganizationToken,
  revokeOrganizationToken,
];
