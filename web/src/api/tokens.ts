// Personal access tokens: the signed-in person's own, across organizations.
import { queryOptions } from "@tanstack/react-query";
import { request, segment } from "./client.ts";
import { collectPages, PAGE_SIZE } from "./page.ts";
import type { MintedToken, Page, PersonalAccessToken, Receipt } from "./types.ts";

export const tokensQuery = queryOptions({
  queryKey: ["tokens"],
  queryFn: ({ signal }) =>
    collectPages((cursor) =>
      request<Page<PersonalAccessToken>>("GET", "/personal-access-tokens", {
        query: { limit: PAGE_SIZE, cursor },
        signal,
      }),
    ),
});

export function tokenQuery(id: string) {
  return queryOptions({
    queryKey: ["tokens", id],
    queryFn: ({ signal }) => request<PersonalAccessToken>("GET", `/personal-access-tokens/${segment(id)}`, { signal }),
  });
}

export interface MintInput {
  readonly name: string;
  readonly organizationId: string;
  readonly expiresAt?: string;
  readonly expiresInDays?: number;
  /** Absent: the whole role. */
  readonly permissions?: readonly string[];
}

export function mintToken(input: MintInput): Promise<MintedToken> {
  return request("POST", "/personal-access-tokens", { body: input });
}

export function renameToken(id: string, name: string): Promise<PersonalAccessToken> {
  return request("PATCH", `/personal-access-tokens/${segment(id)}`, { body: { name } });
}

export function revokeToken(id: string): Promise<Receipt> {
  return request("DELETE", `/personal-access-tokens/${segment(id)}`);
}

export function replaceToken(id: string): Promise<MintedToken & { replaced: PersonalAccessToken }> {
  return request("POST", `/personal-access-tokens/${segment(id)}/replace`);
}

export function dismissToken(id: string): Promise<PersonalAccessToken> {
  return request("POST", `/personal-access-tokens/${segment(id)}/dismiss`);
}
