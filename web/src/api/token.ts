// The signed-in person's personal access tokens, in all organizations.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { dataOf, api, collectPages, done } from "./client.ts";
import type { paths } from "./openapi.generated.ts";
import type { MintedToken, PersonalAccessToken, Receipt } from "./types.ts";

export const tokensQuery = queryOptions({
  queryKey: ["tokens"],
  // Programs use tokens, and tokens expire, while the page is closed. So a return to the list reads it again.
  staleTime: 0,
  queryFn: ({ signal }) =>
    collectPages((query) => dataOf(api.GET("/api/personal-access-tokens", { params: { query }, signal }))),
});

export function tokenQuery(id: string) {
  return queryOptions({
    queryKey: ["tokens", id],
    queryFn: ({ signal }) => dataOf(api.GET("/api/personal-access-tokens/{id}", { params: { path: { id } }, signal })),
  });
}

export interface MintInput {
  readonly name: string;
  readonly organizationId: string;
  readonly expiresAt?: string;
  readonly expiresInDays?: number;
  /** Absent: all permissions of the role, now and later. */
  readonly permissions?: string[];
}

export function mintToken(body: MintInput): Promise<MintedToken> {
  return dataOf(api.POST("/api/personal-access-tokens", { body }));
}

export function renameToken(id: string, name: string): Promise<PersonalAccessToken> {
  return dataOf(api.PATCH("/api/personal-access-tokens/{id}", { params: { path: { id } }, body: { name } }));
}

/** When this returns, the token is refused everywhere. */
export function revokeToken(id: string): Promise<Receipt> {
  return dataOf(api.DELETE("/api/personal-access-tokens/{id}", { params: { path: { id } } }));
}

export function replaceToken(id: string): Promise<MintedToken> {
  return dataOf(api.POST("/api/personal-access-tokens/{id}/replace", { params: { path: { id } } }));
}

export function dismissToken(id: string): Promise<void> {
  return done(api.POST("/api/personal-access-tokens/{id}/dismiss", { params: { path: { id } } }));
}

// The tokens of all members of an organization. The server searches and sorts them, page by page.

type Query = NonNullable<paths["/api/organizations/{id}/personal-access-tokens"]["get"]["parameters"]["query"]>;

/** The filter and the order of the tokens. */
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
      return dataOf(api.GET("/api/organizations/{id}/personal-access-tokens", { params: { path, query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
}

export function organizationTokenQuery(organizationId: string, tokenId: string) {
  return queryOptions({
    queryKey: [...organizationTokensKey(organizationId), tokenId],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET("/api/organizations/{id}/personal-access-tokens/{tokenId}", {
          params: { path: { id: organizationId, tokenId } },
          signal,
        }),
      ),
  });
}

/** Revokes all of the tokens or none. */
export async function revokeOrganizationTokens(organizationId: string, ids: readonly string[]): Promise<Receipt> {
  const params = { path: { id: organizationId } };
  const path = "/api/organizations/{id}/personal-access-tokens/revoke";
  return await dataOf(api.POST(path, { params, body: { ids: [...ids] } }));
}

/** The address of the CSV file. The browser saves it while the server still reads the tokens. */
export function tokensExportUrl(organizationId: string, filter: TokenQuery): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) query.set(name, String(value));
  return `/api/organizations/${encodeURIComponent(organizationId)}/personal-access-tokens/export?${query.toString()}`;
}
