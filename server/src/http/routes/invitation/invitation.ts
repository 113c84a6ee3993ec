// Invitations: issue, list, withdraw, send again, read and accept them. Rule: an invitation is a grant, evaluated again
// when somebody accepts it. Its link appears only in the response that creates it.
import { z } from "@hono/zod-openapi";
import type { InvitationId, OrganizationId } from "@mintmark/core";
import { listInvitations, previewInvitation } from "../../../use-cases/invitation/invitation.ts";
import {
  createInvitation,
  type InvitationPath as InvitationPathValue,
  resendInvitation,
  withdrawInvitation,
} from "../../../use-cases/invitation/invite.ts";
import { acceptInvitation } from "../../../use-cases/invitation/join.ts";
import { describeSession } from "../../../use-cases/session/session.ts";
import { EndedOrNull } from "../../../wire/account.ts";
import { idOf, pageOf, pageQuery, parsePage, presentPage } from "../../../wire/schema.ts";
import {
  Invitation,
  InvitationPreview,
  IssuedInvitation,
  presentInvitation,
  presentInvitationPreview,
  presentIssuedInvitation,
} from "../../../wire/invitation.ts";
import { presentSession, Session } from "../../../wire/session.ts";
import { EmailInput } from "../../browser.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { OrganizationPath } from "../organization.ts";

const InvitationPath = z.strictObject({ id: idOf("organization"), invitationId: idOf("invitation") });

function invitationPathOf(params: {
  readonly id: OrganizationId;
  readonly invitationId: InvitationId;
}): InvitationPathValue {
  return { organizationId: params.id, invitationId: params.invitationId };
}

/** Whether to send an email. */
const MailChoice: z.ZodOptional<z.ZodBoolean> = z.boolean().optional().openapi({
  description: "`false`: send no email, even where email is configured. The caller passes on the link.",
});

/** The body with an invitation's link: its part after `#token=`. */
const LinkBody = z.strictObject({
  token: z.string().max(1000).openapi({ description: "The part of the invitation's link after `#token=`." }),
});

const listInvitationsOperation = defineOperation({
  operationId: "listInvitations",
  method: "get",
  path: "/api/organizations/{id}/invitations",
  tag: "Invitations",
  summary: "List invitations",
  description:
    "Invitations that were neither accepted nor withdrawn, newest first. `state` shows which of them nobody can accept any more.",
  credentials: ["session", "pat", "api-key"],
  permission: "invitations:read",
  params: OrganizationPath,
  query: z.strictObject(pageQuery),
  status: 200,
  response: pageOf(Invitation),
  refusals: ["cursor_invalid", "permission_denied", "not_found"],
  handle: async ({ deps, actor, params, query }) => ({
    body: presentPage(await listInvitations(deps, actor, params.id, parsePage(query)), presentInvitation),
  }),
});

const createInvitationOperation = defineOperation({
  operationId: "createInvitation",
  method: "post",
  path: "/api/organizations/{id}/invitations",
  tag: "Invitations",
  summary: "Invite someone",
  description:
    "Where email is configured, an email to the address is queued, unless `mailProblem` says why not; `delivery` in the list shows how far it has come. The response also has a link to pass on. Both links work once, for 7 days and only for that address. They stop working when the issuer may no longer give the role. An invitation that was issued through a token or key ends with it.",
  credentials: ["session", "pat", "api-key"],
  recentPassword: "powerful-role",
  permission: "invitations:write",
  params: OrganizationPath,
  body: z.strictObject({
    email: EmailInput,
    role: z.string().max(100).openapi({ example: "member" }),
    mail: MailChoice,
  }),
  status: 201,
  response: IssuedInvitation,
  refusals: [
    "directory_external",
    "email_invalid",
    "role_unknown",
    "permission_denied",
    "role_exceeds_caller",
    "personal_organization",
    "already_member",
    "already_invited",
    "limit_reached",
    "not_found",
  ],
  handle: async ({ deps, actor, params, body }) => {
    const issued = await createInvitation(deps, actor, { organizationId: params.id, ...body });
    return { body: presentIssuedInvitation(issued, deps.settings.baseUrl) };
  },
});

const withdrawInvitationOperation = defineOperation({
  operationId: "withdrawInvitation",
  method: "delete",
  path: "/api/organizations/{id}/invitations/{invitationId}",
  tag: "Invitations",
  summary: "Withdraw an invitation",
  description: "When the response arrives, its links no longer work. A repeated request changes nothing.",
  credentials: ["session", "pat", "api-key"],
  permission: "invitations:write",
  params: InvitationPath,
  status: 204,
  refusals: ["permission_denied", "already_member", "not_found"],
  handle: async ({ deps, actor, params }) => {
    await withdrawInvitation(deps, actor, invitationPathOf(params));
    return { body: undefined };
  },
});

const resendInvitationOperation = defineOperation({
  operationId: "resendInvitation",
  method: "post",
  path: "/api/organizations/{id}/invitations/{invitationId}/resend",
  tag: "Invitations",
  summary: "Send an invitation again",
  description:
    "Returns a new link to pass on and queues an email with another, both valid for another 7 days. When the response arrives, the old link to pass on no longer works. Earlier emailed links work until the mail server has accepted the new email; with `mail: false` they end at once.",
  credentials: ["session", "pat", "api-key"],
  recentPassword: "powerful-role",
  permission: "invitations:write",
  params: InvitationPath,
  body: z.strictObject({ mail: MailChoice }),
  status: 200,
  response: IssuedInvitation,
  refusals: [
    "directory_external",
    "permission_denied",
    "role_exceeds_caller",
    "already_member",
    "invitation_invalid",
    "not_found",
  ],
  handle: async ({ deps, actor, params, body }) => {
    const issued = await resendInvitation(deps, actor, { ...invitationPathOf(params), ...body });
    return { body: presentIssuedInvitation(issued, deps.settings.baseUrl) };
  },
});

const previewInvitationOperation = defineOperation({
  operationId: "previewInvitation",
  method: "post",
  path: "/api/invitations/preview",
  tag: "Invitations",
  summary: "Read an invitation before accepting it",
  description: "The holder of the link may see the organization and the role. Changes nothing.",
  credentials: ["public"],
  body: LinkBody,
  status: 200,
  response: InvitationPreview,
  refusals: ["directory_external", "invitation_invalid", "invitation_expired"],
  handle: async ({ deps, body }) => ({ body: presentInvitationPreview(await previewInvitation(deps, body.token)) }),
});

const acceptInvitationOperation = defineOperation({
  operationId: "acceptInvitation",
  method: "post",
  path: "/api/invitations/accept",
  tag: "Invitations",
  summary: "Accept an invitation",
  description:
    "The account's email address must be the invited one and, where mail is configured, verified; the link in the invitation's email verifies it, with the effects of `verifyEmail`. The session then switches to the organization.",
  credentials: ["session"],
  recentPassword: "first-proof",
  body: LinkBody,
  status: 200,
  response: Session.extend({ ended: EndedOrNull }).openapi("AcceptedInvitation"),
  refusals: [
    "directory_external",
    "invitation_invalid",
    "invitation_expired",
    "invitation_email_mismatch",
    "email_unverified",
    "already_member",
    "limit_reached",
  ],
  handle: async ({ deps, actor, body }) => {
    const accepted = await acceptInvitation(deps, actor, body.token);
    return { body: { ...presentSession(await describeSession(deps, accepted.actor)), ended: accepted.ended } };
  },
});

export const invitationOperations: readonly Operation[] = [
  listInvitationsOperation,
  createInvitationOperation,
  withdrawInvitationOperation,
  resendInvitationOperation,
  previewInvitationOperation,
  acceptInvitationOperation,
];
