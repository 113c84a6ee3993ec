// Joining an organization by an address of its domain.
import { queryOptions } from "@tanstack/react-query";
import { answerOf, api, done } from "./client.ts";
import { collectPages } from "./pages.ts";
import type { Session } from "./types.ts";

export const joinableQuery = queryOptions({
  queryKey: ["account", "joinable-organizations"],
  queryFn: ({ signal }) =>
    collectPages((query) => answerOf(api.GET("/api/account/joinable-organizations", { params: { query }, signal }))),
});

export function joinOrganization(id: string): Promise<Session> {
  return answerOf(api.POST("/api/organizations/{id}/join", { params: { path: { id } } }));
}

export function domainJoiningQuery(organizationId: string) {
  const path = { id: organizationId };
  return queryOptions({
    queryKey: ["organizations", organizationId, "domain-joining"],
    queryFn: async ({ signal }) =>
      (await answerOf(api.GET("/api/organizations/{id}/domain-joining", { params: { path }, signal }))).joining,
  });
}

export function setDomainJoining(
  organizationId: string,
  body: { readonly domain: string; readonly role: string },
): Promise<void> {
  return done(api.PUT("/api/organizations/{id}/domain-joining", { params: { path: { id: organizationId } }, body }));
}

export function clearDomainJoining(organizationId: string): Promise<void> {
  return done(api.DELETE("/api/organizations/{id}/domain-joining", { params: { path: { id: organizationId } } }));
}
