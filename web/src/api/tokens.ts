// Personal access tokens: the signed-in person's own, across organizations.
import { queryOptions } from "@tanstack/react-query";
import { answerOf, api, done } from "./client.ts";
import { collectPages } from "./pages.ts";
import type { MintedToken, PersonalAccessToken } from "./types.ts";

export const tokensQuery = queryOptions({
  queryKey: ["tokens"],
  // Tokens are used, and end, without this page's doing: coming back to the list reads it again.
  staleTime: 0,
  queryFn: ({ signal }) =>
    collectPages((query) => answerOf(api.GET("/api/personal-access-tokens", { params: { query }, signal }))),
});

export function tokenQuery(id: string) {
  return queryOptions({
    queryKey: ["tokens", id],
    queryFn: ({ signal }) =>
      answerOf(api.GET("/api/personal-access-tokens/{id}", { params: { path: { id } }, signal })),
  });
}

export interface MintInput {
  readonly name: string;
  readonly organizationId: string;
  readonly expiresAt?: string;
  readonly expiresInDays?: number;
  /** Absent: the whole role. */
  readonly permissions?: string[];
}

export function mintToken(body: MintInput): Promise<MintedToken> {
  return answerOf(api.POST("/api/personal-access-tokens", { body }));
}

export function renameToken(id: string, name: string): Promise<PersonalAccessToken> {
  return answerOf(api.PATCH("/api/personal-access-tokens/{id}", { params: { path: { id } }, body: { name } }));
}

/** When this returns, nothing accepts the token any more. */
export function revokeToken(id: string): Promise<void> {
  return done(api.DELETE("/api/personal-access-tokens/{id}", { params: { path: { id } } }));
}

export function replaceToken(id: string): Promise<MintedToken> {
  return answerOf(api.POST("/api/personal-access-tokens/{id}/replace", { params: { path: { id } } }));
}

export function dismissToken(id: string): Promise<void> {
  return done(api.POST("/api/personal-access-tokens/{id}/dismiss", { params: { path: { id } } }));
}
