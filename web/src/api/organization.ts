// Organizations and their token policy.
import { queryOptions } from "@tanstack/react-query";
import { dataOf, api, collectPages, done } from "./client.ts";
import type { OrganizationMembership, Session } from "./types.ts";

/** All organizations of the person. The session names only the first ones. */
export function ownOrganizationsQuery({ user, organizationCount, organizationsNextCursor }: Session) {
  return queryOptions({
    // The key changes with the person and the number of organizations.
    queryKey: ["own-organizations", user.id, organizationCount, organizationsNextCursor],
    queryFn: ({ signal }) =>
      collectPages((query) => dataOf(api.GET("/api/organizations", { params: { query }, signal }))),
    enabled: organizationsNextCursor !== null,
    staleTime: 30_000,
  });
}

export function createOrganization(name: string): Promise<OrganizationMembership> {
  return dataOf(api.POST("/api/organizations", { body: { name } }));
}

export function renameOrganization(id: string, name: string): Promise<void> {
  return done(api.PATCH("/api/organizations/{id}", { params: { path: { id } }, body: { name } }));
}

/** `name` is the organization's name as the person typed it. */
export function deleteOrganization(id: string, name: string): Promise<void> {
  return done(api.DELETE("/api/organizations/{id}", { params: { path: { id } }, body: { name } }));
}
