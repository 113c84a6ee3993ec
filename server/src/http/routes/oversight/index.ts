import type { Operation } from "../../operation.ts";
import { listOrganizationTokens } from "./list-organization-tokens.ts";
import { revokeOrganizationToken } from "./revoke-organization-token.ts";

export const oversightOperations: readonly Operation[] = [listOrganizationTokens, revokeOrganizationToken];
