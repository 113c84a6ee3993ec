// Organizations and their token policy.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { dataOf, api } from "./client.ts";
import type { PolicyChange, TokenPolicy } from "./types.ts";

export function policyQuery(organizationId: string) {
  return queryOptions({
    queryKey: ["organizations", organizationId, "policy"],
    queryFn: ({ signal }) =>
      dataOf(api.GET("/api/organizations/{id}/token-policy", { params: { path: { id: organizationId } }, signal })),
  });
}

/** The rules for a new token or API key. Everyone who may create one may read them. */
export function mintingRulesQuery(organizationId: string) {
  const params = { path: { id: organizationId } };
  return queryOptions({
    queryKey: ["organizations", organizationId, "policy", "minting"],
    queryFn: ({ signal }) => dataOf(api.GET("/api/organizations/{id}/token-policy/minting", { params, signal })),
  });
}

/** When this returns, every replica enforces the policy. */
export function replacePolicy(organizationId: string, policy: TokenPolicy): Promise<PolicyChange> {
  return dataOf(
    api.PUT("/api/organizations/{id}/token-policy", { params: { path: { id: organizationId } }, body: policy }),
  );
}

const PREVIEWED_AT_ONCE = 20;

/** A preview of what the policy would break. */
export function policyPreviewQuery(organizationId: string, policy: TokenPolicy) {
  const path = { id: organizationId };
  return infiniteQueryOptions({
    queryKey: ["organizations", organizationId, "policy-preview", policy],
    queryFn: ({ signal, pageParam: cursor }) => {
      const query = { limit: PREVIEWED_AT_ONCE, ...(cursor === null ? {} : { cursor }) };
      return dataOf(
        api.POST("/api/organizations/{id}/token-policy/preview", { params: { path, query }, body: { policy }, signal }),
      );
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    // Tokens are minted and used all the time, so the counts go out of date quickly.
    staleTime: 10_000,
    gcTime: 60_000,
  });
}
