import type { Operation } from "../../operation.ts";
import { createApiKey } from "./create-api-key.ts";
import { getApiKey } from "./get-api-key.ts";
import { listApiKeys } from "./list-api-keys.ts";
import { revokeApiKey } from "./revoke-api-key.ts";

export const apiKeyOperations: readonly Operation[] = [listApiKeys, createApiKey, getApiKey, revokeApiKey];
