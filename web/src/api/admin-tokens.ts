// Everybody's personal access tokens, as an instance admin sees and ends them: never a secret.
import { infiniteQueryOptions } from "@tanstack/react-query";
import { answerOf, api } from "./client.ts";
import { PAGED } from "./pages.ts";
import type { RevokedTokens } from "./types.ts";

export interface AdminTokenFilter {
  readonly query?: string;
  readonly user?: string;
  readonly organization?: string;
  readonly state?: "live" | "expired" | "revoked" | "suspended";
  readonly stale?: boolean;
  readonly neverUsed?: boolean;
}

export const ADMIN_TOKENS = ["admin", "tokens"] as const;

const TOKENS_A_PAGE = 50;

export function adminTokensQuery(filter: AdminTokenFilter) {
  return infiniteQueryOptions({
    queryKey: [...ADMIN_TOKENS, filter],
    queryFn: ({ signal, pageParam }) => {
      const query = { ...filter, limit: TOKENS_A_PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) };
      return answerOf(api.GET("/api/admin/personal-access-tokens", { params: { query }, signal }));
    },
    ...PAGED,
  });
}

/** What the server takes in one request. */
export const MOST_TOKENS_AT_ONCE = 200;

export function revokeTokensAsAdmin(ids: string[]): Promise<RevokedTokens> {
  return answerOf(api.POST("/api/admin/personal-access-tokens/revoke", { body: { ids } }));
}
