// The pending invitations of an organization, and an invitation that a person opens by its link.
import { queryOptions } from "@tanstack/react-query";
import { dataOf, api, collectPages, done } from "./client.ts";
import type { AcceptedInvitation, InvitationPreview, IssuedInvitation, Session } from "./types.ts";

export function invitationsQuery(organizationId: string) {
  const path = { id: organizationId };
  return queryOptions({
    queryKey: ["organizations", organizationId, "invitations"],
    queryFn: ({ signal }) =>
      collectPages((query) =>
        dataOf(api.GET("/api/organizations/{id}/invitations", { params: { path, query }, signal })),
      ),
  });
}

export function inviteMember(
  organizationId: string,
  body: { readonly email: string; readonly role: string; readonly mail?: boolean },
): Promise<IssuedInvitation> {
  return dataOf(api.POST("/api/organizations/{id}/invitations", { params: { path: { id: organizationId } }, body }));
}

export function withdrawInvitation(organizationId: string, invitationId: string): Promise<void> {
  const path = { id: organizationId, invitationId };
  return done(api.DELETE("/api/organizations/{id}/invitations/{invitationId}", { params: { path } }));
}

/** Makes new links and revokes the earlier ones. With `mail` false, no email is sent. */
export function resendInvitation(
  organizationId: string,
  invitationId: string,
  body: { readonly mail?: boolean } = {},
): Promise<IssuedInvitation> {
  const path = { id: organizationId, invitationId };
  return dataOf(api.POST("/api/organizations/{id}/invitations/{invitationId}/resend", { params: { path }, body }));
}

export function previewInvitation(token: string): Promise<InvitationPreview> {
  return dataOf(api.POST("/api/invitations/preview", { body: { token } }));
}

export function acceptInvitation(token: string): Promise<AcceptedInvitation> {
  return dataOf(api.POST("/api/invitations/accept", { body: { token } }));
}

// Joining an organization with an address at its domain.

export const joinableQuery = queryOptions({
  queryKey: ["account", "joinable-organizations"],
  queryFn: ({ signal }) =>
    collectPages((query) => dataOf(api.GET("/api/account/joinable-organizations", { params: { query }, signal }))),
});

export function joinOrganization(id: string): Promise<Session> {
  return dataOf(api.POST("/api/organizations/{id}/join", { params: { path: { id } } }));
}

export function domainJoiningQuery(organizationId: string) {
  const path = { id: organizationId };
  return queryOptions({
    queryKey: ["organizations", organizationId, "domain-joining"],
    queryFn: async ({ signal }) =>
      (await dataOf(api.GET("/api/organizations/{id}/domain-joining", { params: { path }, signal }))).joining,
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
