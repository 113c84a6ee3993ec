// People's accounts, as an instance admin sees and changes them.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answerOf, api, done } from "./client.ts";
import { PAGED } from "./pages.ts";
import type { AdminUser, AdminUserDetail, RevokedTokens } from "./types.ts";

export interface AdminUserFilter {
  readonly query?: string;
  readonly state?: "active" | "suspended";
  readonly instanceAdmin?: boolean;
}

/** Whatever is read of accounts: everything of it is read anew after a change. */
export const ADMIN_USERS = ["admin", "users"] as const;

const USERS_A_PAGE = 50;
const MATCHES = 8;

export function adminUsersQuery(filter: AdminUserFilter) {
  return infiniteQueryOptions({
    queryKey: [...ADMIN_USERS, "list", filter],
    queryFn: ({ signal, pageParam }) => {
      const query = { ...filter, limit: USERS_A_PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) };
      return answerOf(api.GET("/api/admin/users", { params: { query }, signal }));
    },
    ...PAGED,
  });
}

/** The first few whose name or address has these words in it; of everybody, or only of those who are not suspended. */
export function adminUserMatchesQuery(words: string, state?: "active") {
  const query = { limit: MATCHES, ...(state && { state }), ...(words === "" ? {} : { query: words }) };
  return queryOptions({
    queryKey: [...ADMIN_USERS, "matches", state ?? "all", words],
    queryFn: ({ signal }) => answerOf(api.GET("/api/admin/users", { params: { query }, signal })),
  });
}

export function adminUserQuery(id: string) {
  return queryOptions({
    queryKey: [...ADMIN_USERS, "one", id],
    queryFn: ({ signal }): Promise<AdminUserDetail> =>
      answerOf(api.GET("/api/admin/users/{id}", { params: { path: { id } }, signal })),
  });
}

export function suspendUser(id: string): Promise<void> {
  return done(api.POST("/api/admin/users/{id}/suspend", { params: { path: { id } } }));
}

export function reinstateUser(id: string): Promise<void> {
  return done(api.POST("/api/admin/users/{id}/reinstate", { params: { path: { id } } }));
}

export async function setInstanceAdmin(id: string, instanceAdmin: boolean): Promise<AdminUser> {
  const params = { path: { id } };
  return (await answerOf(api.PATCH("/api/admin/users/{id}", { params, body: { instanceAdmin } }))).user;
}

/** How many browsers were signed out. */
export async function endUserSessions(id: string): Promise<number> {
  const params = { path: { id } };
  return (await answerOf(api.POST("/api/admin/users/{id}/end-sessions", { params }))).endedSessions;
}

export function revokeUserTokens(id: string, organizationIds: string[]): Promise<RevokedTokens> {
  const params = { path: { id } };
  return answerOf(api.POST("/api/admin/users/{id}/revoke-tokens", { params, body: { organizationIds } }));
}
