// An organization's members.
import { queryOptions } from "@tanstack/react-query";
import { answerOf, api, done } from "./client.ts";
import { collectPages } from "./pages.ts";

export function membersQuery(organizationId: string) {
  const path = { id: organizationId };
  return queryOptions({
    queryKey: ["organizations", organizationId, "members"],
    queryFn: ({ signal }) =>
      collectPages((query) =>
        answerOf(api.GET("/api/organizations/{id}/members", { params: { path, query }, signal })),
      ),
  });
}

const SUGGESTIONS = 8;

/** The first members whose name or address contains the text. */
export function memberSearchQuery(organizationId: string, text: string) {
  const path = { id: organizationId };
  return queryOptions({
    queryKey: ["organizations", organizationId, "members", "search", text],
    queryFn: ({ signal }) => {
      const query = { limit: SUGGESTIONS, ...(text === "" ? {} : { query: text }) };
      return answerOf(api.GET("/api/organizations/{id}/members", { params: { path, query }, signal }));
    },
  });
}

export function changeRole(organizationId: string, membershipId: string, role: string): Promise<void> {
  const path = { id: organizationId, membershipId };
  return done(api.PATCH("/api/organizations/{id}/members/{membershipId}", { params: { path }, body: { role } }));
}

export function reinstateMember(organizationId: string, membershipId: string): Promise<void> {
  const path = { id: organizationId, membershipId };
  return done(api.POST("/api/organizations/{id}/members/{membershipId}/reinstate", { params: { path } }));
}

/** Ends one's own membership. Removing others is offboarding.ts. */
export function leaveOrganization(organizationId: string, membershipId: string): Promise<void> {
  const path = { id: organizationId, membershipId };
  return done(api.DELETE("/api/organizations/{id}/members/{membershipId}", { params: { path }, body: {} }));
}
