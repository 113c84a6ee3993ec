// Every member's tokens of an organization, for oversight: searched and sorted by the server, page by page.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "./client.ts";
import type { paths } from "./openapi.generated.ts";

type Query = NonNullable<paths["/api/organizations/{id}/personal-access-tokens"]["get"]["parameters"]["query"]>;

/** What the tokens are filtered and sorted by. */
export type TokenQuery = Omit<Query, "limit" | "cursor">;

const TOKENS_A_PAGE = 50;

export function organizationTokensKey(organizationId: string): readonly string[] {
  return ["organizations", organizationId, "personal-access-tokens"];
}

export function organizationTokensQuery(organizationId: string, filter: TokenQuery) {
  const path = { id: organizationId };
  return infiniteQueryOptions({
    queryKey: [...organizationTokensKey(organizationId), filter],
    queryFn: ({ signal, pageParam }) => {
      const query = { ...filter, limit: TOKENS_A_PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) };
      return answerOf(api.GET("/api/organizations/{id}/personal-access-tokens", { params: { path, query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
}

export function organizationTokenQuery(organizationId: string, tokenId: string) {
  return queryOptions({
    queryKey: [...organizationTokensKey(organizationId), tokenId],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET("/api/organizations/{id}/personal-access-tokens/{tokenId}", {
          params: { path: { id: organizationId, tokenId } },
          signal,
        }),
      ),
  });
}

/** Revokes all of them or none. */
export async function revokeOrganizationTokens(organizationId: string, ids: readonly string[]): Promise<number> {
  const params = { path: { id: organizationId } };
  const path = "/api/organizations/{id}/personal-access-tokens/revoke";
  const { tokens } = await answerOf(api.POST(path, { params, body: { ids: [...ids] } }));
  return tokens.length;
}

/** Where the browser gets the CSV file from: it saves it while the server still reads. */
export function tokensExportUrl(organizationId: string, filter: TokenQuery): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) query.set(name, String(value));
  return `/api/organizations/${encodeURIComponent(organizationId)}/personal-access-tokens/export?${query.toString()}`;
}
