// Invitations: an organization's pending ones, and the one a person holds the link of.
import { queryOptions } from "@tanstack/react-query";
import { request, segment } from "./client.ts";
import { collectPages, PAGE_SIZE } from "./page.ts";
import type { Invitation, InvitationPreview, Page, Session } from "./types.ts";

export function invitationsQuery(organizationId: string) {
  return queryOptions({
    queryKey: ["organizations", organizationId, "invitations"],
    queryFn: ({ signal }) =>
      collectPages((cursor) =>
        request<Page<Invitation>>("GET", invitationsPath(organizationId), {
          query: { limit: PAGE_SIZE, cursor },
          signal,
        }),
      ),
  });
}

export function inviteMember(
  organizationId: string,
  input: { readonly email: string; readonly role: string },
): Promise<Invitation> {
  return request("POST", invitationsPath(organizationId), { body: input });
}

export function withdrawInvitation(organizationId: string, invitationId: string): Promise<void> {
  return request("DELETE", `${invitationsPath(organizationId)}/${segment(invitationId)}`);
}

/** Makes a new link; the one sent before no longer works. */
export function resendInvitation(organizationId: string, invitationId: string): Promise<Invitation> {
  return request("POST", `${invitationsPath(organizationId)}/${segment(invitationId)}/resend`);
}

export function previewInvitation(token: string): Promise<InvitationPreview> {
  return request("POST", "/invitations/preview", { body: { token } });
}

export function acceptInvitation(token: string): Promise<Session> {
  return request("POST", "/invitations/accept", { body: { token } });
}

function invitationsPath(organizationId: string): string {
  return `/organizations/${segment(organizationId)}/invitations`;
}
