// Organizations from outside, as an instance admin sees them.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "./client.ts";
import { PAGED } from "./pages.ts";
import type { AdminOrganizationDetail, Member } from "./types.ts";

export interface AdminOrganizationFilter {
  readonly query?: string;
  readonly state: "active" | "deleted" | "all";
  readonly personal?: boolean;
  readonly withoutOwner?: boolean;
}

export const ADMIN_ORGANIZATIONS = ["admin", "organizations"] as const;

const ORGANIZATIONS_A_PAGE = 50;
const MATCHES = 8;

export function adminOrganizationsQuery(filter: AdminOrganizationFilter) {
  return infiniteQueryOptions({
    queryKey: [...ADMIN_ORGANIZATIONS, "list", filter],
    queryFn: ({ signal, pageParam }) => {
      const query = { ...filter, limit: ORGANIZATIONS_A_PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) };
      return answerOf(api.GET("/api/admin/organizations", { params: { query }, signal }));
    },
    ...PAGED,
  });
}

/** The first few whose name has these words in it, personal and deleted ones too. */
export function adminOrganizationMatchesQuery(words: string) {
  const query = { limit: MATCHES, state: "all" as const, ...(words === "" ? {} : { query: words }) };
  return queryOptions({
    queryKey: [...ADMIN_ORGANIZATIONS, "matches", words],
    queryFn: ({ signal }) => answerOf(api.GET("/api/admin/organizations", { params: { query }, signal })),
  });
}

export function adminOrganizationQuery(id: string) {
  return queryOptions({
    queryKey: [...ADMIN_ORGANIZATIONS, "one", id],
    queryFn: ({ signal }): Promise<AdminOrganizationDetail> =>
      answerOf(api.GET("/api/admin/organizations/{id}", { params: { path: { id } }, signal })),
  });
}

export function appointOwner(id: string, userId: string): Promise<Member> {
  const params = { path: { id } };
  return answerOf(api.POST("/api/admin/organizations/{id}/owners", { params, body: { userId } }));
}
