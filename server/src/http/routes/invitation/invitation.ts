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
import { idOf, pageOf, pageQuery, parsePage, presentPage } from "../../../wire/fields.ts";
import {
  Invitation,
  InvitationPreview,
  IssuedInvitation,
  presentInvitation,
  presentInvitationPreview,
  presentIssuedInvitation,
} from "../../../wire/invitation.ts";
import { presentSession, Session } from "../../../wire/session.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { OrganizationPath } from "../organization.ts";

const InvitationPath = z.strictObject({ id: idOf("organization"), invitationId: idOf("invitation") });

function invitationPathOf(params: {
  readonly id: OrganizationId;
  readonly invitationId: InvitationId;
}): InvitationPathValue {
  return { organizationId: params.id, invitationId: params.invitationId };
}

/** Whether a letter is to be sent. */
const MailChoice: z.ZodOptional<z.ZodBoolean> = z.boolean().optional().openapi({
  description: "`false`: send no email even where mail is configured; the link is handed over by hand.",
});

/** What the holder of a link sends: the part of it behind `#token=`. */
const LinkBody = z.strictObject({
  token: z.string().max(1000).openapi({ description: "The part of the invitation's link behind `#token=`." }),
});

const listInvitationsOperation = defineOperation({
  operationId: "listInvitations",
  method: "get",
  path: "/api/organizations/{id}/invitations",
  tag: "Invitations",
  summary: "List invitations",
  description:
    "Invitations that were neither accepted nor withdrawn, newest first. `state` tells which of them can no longer be accepted.",
  credentials: ["session", "pat", "api-key"],
  permission: "invitations:read",
  params: OrganizationPath,
  query: z.strictObject(pageQuery),
  status: 200,
  answer: pageOf(Invitation),
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
    "Where mail is configured, the address gets an email; `mailed` says whether it was sent. The answer also has a link to hand over. Both links work once, for 7 days, and for that address only. They stop working when the issuer may no longer give the role: an invitation issued through a token or key ends with it.",
  credentials: ["session", "pat", "api-key"],
  recentPassword: "powerful-role",
  permission: "invitations:write",
  params: OrganizationPath,
  body: z.strictObject({
    email: z.string().max(1000).openapi({ example: "ada@example.com" }),
    role: z.string().max(100).openapi({ example: "member" }),
    mail: MailChoice,
  }),
  status: 201,
  answer: IssuedInvitation,
  refusals: [
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
  description: "When this is answered, its link is dead. Repeating it changes nothing.",
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
    "Mails and answers new links, good for another 7 days; the old ones, mailed and handed over, are dead when this is answered.",
  credentials: ["session", "pat", "api-key"],
  recentPassword: "powerful-role",
  permission: "invitations:write",
  params: InvitationPath,
  body: z.strictObject({ mail: MailChoice }),
  status: 200,
  answer: IssuedInvitation,
  refusals: ["permission_denied", "role_exceeds_caller", "already_member", "invitation_invalid", "not_found"],
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
  summary: "Look at an invitation before accepting it",
  description: "Whoever holds the link may see where it leads. Nothing changes.",
  credentials: ["public"],
  body: LinkBody,
  status: 200,
  answer: InvitationPreview,
  refusals: ["invitation_invalid", "invitation_expired"],
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
  answer: Session.extend({ ended: EndedOrNull }).openapi("AcceptedInvitation"),
  refusals: [
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
