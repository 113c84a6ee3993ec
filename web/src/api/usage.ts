// Usage: of one credential, of a list, of an organization, and of this instance now.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { apiKeysKey } from "./api-key.ts";
import { dataOf, api } from "./client.ts";
import { organizationTokensKey } from "./token.ts";

/** How many days back a history goes. */
export type Span = 30 | 90;

const spanOf = (days: Span) => ({ days: days === 90 ? ("90" as const) : ("30" as const) });

export function tokenUsageQuery(id: string, days: Span) {
  return queryOptions({
    queryKey: ["tokens", id, "usage", days],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      dataOf(
        api.GET("/api/personal-access-tokens/{id}/usage", {
          params: { path: { id }, query: spanOf(days) },
          signal,
        }),
      ),
  });
}

export type UsageQuery = ReturnType<typeof tokenUsageQuery>;

export function organizationTokenUsageQuery(organizationId: string, tokenId: string, days: Span): UsageQuery {
  return queryOptions({
    queryKey: [...organizationTokensKey(organizationId), tokenId, "usage", days],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      dataOf(
        api.GET("/api/organizations/{id}/personal-access-tokens/{tokenId}/usage", {
          params: { path: { id: organizationId, tokenId }, query: spanOf(days) },
          signal,
        }),
      ),
  });
}

export function apiKeyUsageQuery(organizationId: string, keyId: string, days: Span): UsageQuery {
  return queryOptions({
    queryKey: [...apiKeysKey(organizationId), keyId, "usage", days],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      dataOf(
        api.GET("/api/organizations/{id}/api-keys/{keyId}/usage", {
          params: { path: { id: organizationId, keyId }, query: spanOf(days) },
          signal,
        }),
      ),
  });
}

/** Thirty days of uses of these tokens, by id. */
export function tokenUsesQuery(ids: readonly string[]) {
  return queryOptions({
    queryKey: ["tokens", "uses", ids],
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const query = { ids: ids.join(",") };
      const { items } = await dataOf(api.GET("/api/personal-access-tokens/usage", { params: { query }, signal }));
      return items;
    },
  });
}

export type UsesQuery = ReturnType<typeof tokenUsesQuery>;

/** The same for the tokens of an organization's members. */
export function organizationTokenUsesQuery(organizationId: string, ids: readonly string[]): UsesQuery {
  return queryOptions({
    queryKey: [...organizationTokensKey(organizationId), "uses", ids],
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const params = { path: { id: organizationId }, query: { ids: ids.join(",") } };
      const path = "/api/organizations/{id}/personal-access-tokens/usage";
      return (await dataOf(api.GET(path, { params, signal }))).items;
    },
  });
}

/** The same for an organization's API keys. */
export function apiKeyUsesQuery(organizationId: string, ids: readonly string[]): UsesQuery {
  return queryOptions({
    queryKey: [...apiKeysKey(organizationId), "uses", ids],
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const params = { path: { id: organizationId }, query: { ids: ids.join(",") } };
      return (await dataOf(api.GET("/api/organizations/{id}/api-keys/usage", { params, signal }))).items;
    },
  });
}

export function overviewQuery(organizationId: string, days: Span) {
  return queryOptions({
    queryKey: ["organizations", organizationId, "overview", days],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      dataOf(
        api.GET("/api/organizations/{id}/overview", {
          params: { path: { id: organizationId }, query: spanOf(days) },
          signal,
        }),
      ),
  });
}

export const instanceMetricsQuery = queryOptions({
  queryKey: ["admin", "metrics"],
  staleTime: 0,
  queryFn: ({ signal }) => dataOf(api.GET("/api/admin/metrics", { signal })),
});
