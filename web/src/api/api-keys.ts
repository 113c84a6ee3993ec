// An organization's API keys.
import { queryOptions } from "@tanstack/react-query";
import { request, segment } from "./client.ts";
import { collectPages, PAGE_SIZE } from "./page.ts";
import type { ApiKey, Page, Receipt } from "./types.ts";

export function apiKeysQuery(organizationId: string) {
  return queryOptions({
    queryKey: ["organizations", organizationId, "api-keys"],
    queryFn: ({ signal }) =>
      collectPages((cursor) =>
        request<Page<ApiKey>>("GET", apiKeysPath(organizationId), { query: { limit: PAGE_SIZE, cursor }, signal }),
      ),
  });
}

export interface ApiKeyInput {
  readonly name: string;
  readonly role: string;
  readonly expiresAt?: string;
  readonly expiresInDays?: number;
}

export function createApiKey(organizationId: string, input: ApiKeyInput): Promise<{ apiKey: ApiKey; secret: string }> {
  return request("POST", apiKeysPath(organizationId), { body: input });
}

export function revokeApiKey(organizationId: string, keyId: string): Promise<Receipt> {
  return request("DELETE", `${apiKeysPath(organizationId)}/${segment(keyId)}`);
}

function apiKeysPath(organizationId: string): string {
  return `/organizations/${segment(organizationId)}/api-keys`;
}
