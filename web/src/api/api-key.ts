// An organization's API keys.
import { queryOptions } from "@tanstack/react-query";
import { dataOf, api, collectPages } from "./client.ts";
import type { ApiKey, Receipt } from "./types.ts";

export function apiKeysKey(organizationId: string): readonly string[] {
  return ["organizations", organizationId, "api-keys"];
}

export function apiKeysQuery(organizationId: string) {
  const path = { id: organizationId };
  return queryOptions({
    queryKey: apiKeysKey(organizationId),
    queryFn: ({ signal }) =>
      collectPages((query) => dataOf(api.GET("/api/organizations/{id}/api-keys", { params: { path, query }, signal }))),
  });
}

export function apiKeyQuery(organizationId: string, keyId: string) {
  return queryOptions({
    queryKey: [...apiKeysKey(organizationId), keyId],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET("/api/organizations/{id}/api-keys/{keyId}", {
          params: { path: { id: organizationId, keyId } },
          signal,
        }),
      ),
  });
}

interface ApiKeyInput {
  readonly name: string;
  readonly role: string;
  readonly expiresAt?: string;
  readonly expiresInDays?: number;
}

export function createApiKey(organizationId: string, body: ApiKeyInput): Promise<{ apiKey: ApiKey; secret: string }> {
  return dataOf(api.POST("/api/organizations/{id}/api-keys", { params: { path: { id: organizationId } }, body }));
}

export function revokeApiKey(organizationId: string, keyId: string): Promise<Receipt> {
  const path = { id: organizationId, keyId };
  return dataOf(api.DELETE("/api/organizations/{id}/api-keys/{keyId}", { params: { path } }));
}
