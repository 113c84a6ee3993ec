// The session, sign-in and sign-out, and the browsers in which the person is signed in.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { NewAccount } from "./account.ts";
import type { AuditFilter } from "./audit.ts";
import { dataOf, api, done, PAGED } from "./client.ts";
import type {
  AdminOrganizationDetail,
  AdminUser,
  AdminUserDetail,
  Member,
  ResetLink,
  RevokedTokens,
  Session,
} from "./types.ts";

export const instanceQuery = queryOptions({
  queryKey: ["instance"],
  queryFn: ({ signal }) => dataOf(api.GET("/api/instance", { signal })),
  staleTime: 5 * 60_000,
});

export function setUpInstance(body: NewAccount & { readonly code: string }): Promise<Session> {
  return dataOf(api.POST("/api/setup", { body }));
}

// Requests about the whole instance: the audit log, accounts, organizations and tokens.

const EVENTS_A_PAGE = 50;

export function instanceEventsQuery(filter: AuditFilter) {
  return infiniteQueryOptions({
    queryKey: ["admin", "audit-events", filter],
    queryFn: ({ signal, pageParam }) => {
      const query = { ...filter, limit: EVENTS_A_PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) };
      return dataOf(api.GET("/api/admin/audit-events", { params: { query }, signal }));
    },
    ...PAGED,
  });
}

// People's accounts, as an instance admin sees and changes them.

export interface AdminUserFilter {
  readonly query?: string;
  readonly state?: "active" | "suspended";
  readonly instanceAdmin?: boolean;
}

/** The prefix of every query about accounts. A change invalidates all of them. */
export const ADMIN_USERS = ["admin", "users"] as const;

const USERS_A_PAGE = 50;
const MATCHES = 8;

export function adminUsersQuery(filter: AdminUserFilter) {
  return infiniteQueryOptions({
    queryKey: [...ADMIN_USERS, "list", filter],
    queryFn: ({ signal, pageParam }) => {
      const query = { ...filter, limit: USERS_A_PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) };
      return dataOf(api.GET("/api/admin/users", { params: { query }, signal }));
    },
    ...PAGED,
  });
}

/** The first few whose name or address contains these words, with or without suspended ones. */
export function adminUserMatchesQuery(words: string, state?: "active") {
  const query = { limit: MATCHES, ...(state && { state }), ...(words === "" ? {} : { query: words }) };
  return queryOptions({
    queryKey: [...ADMIN_USERS, "matches", state ?? "all", words],
    queryFn: ({ signal }) => dataOf(api.GET("/api/admin/users", { params: { query }, signal })),
  });
}

export function adminUserQuery(id: string) {
  return queryOptions({
    queryKey: [...ADMIN_USERS, "one", id],
    queryFn: ({ signal }): Promise<AdminUserDetail> =>
      dataOf(api.GET("/api/admin/users/{id}", { params: { path: { id } }, signal })),
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
  return (await dataOf(api.PATCH("/api/admin/users/{id}", { params, body: { instanceAdmin } }))).user;
}

/** Returns how many browsers were signed out. */
export async function endUserSessions(id: string): Promise<number> {
  const params = { path: { id } };
  return (await dataOf(api.POST("/api/admin/users/{id}/end-sessions", { params }))).endedSessions;
}

/** The response holds the link, which is shown only once. */
export function createResetLink(id: string): Promise<ResetLink> {
  return dataOf(api.POST("/api/admin/users/{id}/reset-link", { params: { path: { id } } }));
}

export function revokeUserTokens(id: string, organizationIds: string[]): Promise<RevokedTokens> {
  const params = { path: { id } };
  return dataOf(api.POST("/api/admin/users/{id}/revoke-tokens", { params, body: { organizationIds } }));
}

// Organizations from outside, as an instance admin sees them.

export interface AdminOrganizationFilter {
  readonly query?: string;
  readonly state: "active" | "deleted" | "all";
  readonly personal?: boolean;
  readonly withoutOwner?: boolean;
}

export const ADMIN_ORGANIZATIONS = ["admin", "organizations"] as const;

const ORGANIZATIONS_A_PAGE = 50;

export function adminOrganizationsQuery(filter: AdminOrganizationFilter) {
  return infiniteQueryOptions({
    queryKey: [...ADMIN_ORGANIZATIONS, "list", filter],
    queryFn: ({ signal, pageParam }) => {
      const query = { ...filter, limit: ORGANIZATIONS_A_PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) };
      return dataOf(api.GET("/api/admin/organizations", { params: { query }, signal }));
    },
    ...PAGED,
  });
}

/** The first few whose name contains these words, including personal and deleted ones. */
export function adminOrganizationMatchesQuery(words: string) {
  const query = { limit: MATCHES, state: "all" as const, ...(words === "" ? {} : { query: words }) };
  return queryOptions({
    queryKey: [...ADMIN_ORGANIZATIONS, "matches", words],
    queryFn: ({ signal }) => dataOf(api.GET("/api/admin/organizations", { params: { query }, signal })),
  });
}

export function adminOrganizationQuery(id: string) {
  return queryOptions({
    queryKey: [...ADMIN_ORGANIZATIONS, "one", id],
    queryFn: ({ signal }): Promise<AdminOrganizationDetail> =>
      dataOf(api.GET("/api/admin/organizations/{id}", { params: { path: { id } }, signal })),
  });
}

export function appointOwner(id: string, userId: string): Promise<Member> {
  const params = { path: { id } };
  return dataOf(api.POST("/api/admin/organizations/{id}/owners", { params, body: { userId } }));
}

// All personal access tokens, as an instance admin lists and revokes them. No secret is among them.

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
      return dataOf(api.GET("/api/admin/personal-access-tokens", { params: { query }, signal }));
    },
    ...PAGED,
  });
}

export function revokeTokensAsAdmin(ids: string[]): Promise<RevokedTokens> {
  return dataOf(api.POST("/api/admin/personal-access-tokens/revoke", { body: { ids } }));
}
