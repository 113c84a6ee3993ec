// An organization's API keys.
import { queryOptions } from "@tanstack/react-query";
import { answerOf, api, done } from "./client.ts";
import { collectPages } from "./pages.ts";
import type { ApiKey } from "./types.ts";

export function apiKeysQuery(organizationId: string) {
  const path = { id: organizationId };
  return queryOptions({
    queryKey: ["organizations", organizationId, "api-keys"],
    queryFn: ({ signal }) =>
      collectPages((query) =>
        answerOf(api.GET("/api/organizations/{id}/api-keys", { params: { path, query }, signal })),
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
  return answerOf(api.POST("/api/organizations/{id}/api-keys", { params: { path: { id: organizationId } }, body }));
}

export function revokeApiKey(organizationId: string, keyId: string): Promise<void> {
  const path = { id: organizationId, keyId };
  return done(api.DELETE("/api/organizations/{id}/api-keys/{keyId}", { params: { path } }));
}
