// Tools for invitations. Rule: no result contains the link of an invitation.
import { z } from "@hono/zod-openapi";
import type { InvitationId } from "@mintmark/core";
import { listInvitations as list } from "../../use-cases/invitation/invitation.ts";
import { createInvitation as create, withdrawInvitation as withdraw } from "../../use-cases/invitation/invite.ts";
import { pageOf, parsePage, presentPage } from "../../wire/schema.ts";
import { Invitation, MAIL_PROBLEMS, presentInvitation } from "../../wire/invitation.ts";
import { defineTool, idInput, pageInput, pageText, quoted, type Tool } from "../tool.ts";

export const listInvitations: Tool = defineTool({
  name: "list_invitations",
  title: "List invitations",
  description:
    "Returns the invitations to the organization that were neither accepted nor withdrawn, newest first. The state shows which of them nobody can accept any more.",
  access: "read",
  permission: "invitations:read",
  input: z.strictObject(pageInput),
  output: pageOf(Invitation),
  run: async (deps, actor, input) =>
    presentPage(await list(deps, actor, actor.principal.organization.id, parsePage(input)), presentInvitation),
  text: (page) =>
    pageText(
      "invitations",
      page,
      ({ id, email, role, state, invitedBy, expiresAt }) =>
        `${quoted(email)} (${id}) as ${role}, ${state}, invited by ${quoted(invitedBy.name)}, valid until ${expiresAt}`,
    ),
});

// The result omits the invitation's link. It is a secret, and the model and every reader of its transcript would see
// it. The person gets the link by email, or someone creates a new one in the web app.

export const createInvitation: Tool = defineTool({
  name: "create_invitation",
  title: "Invite someone",
  description:
    "Invites an email address to the organization for 7 days, with a role up to your own. The person gets an email if the instance sends email. The result does not contain the link. First ask the person you act for.",
  access: "write",
  permission: "invitations:write",
  needsSharedOrganization: true,
  needsOwnDirectory: true,
  input: z.strictObject({
    email: z.string().max(1000).describe("The email address to invite."),
    role: z.string().max(100).describe("The role of the new member, such as member or viewer."),
  }),
  output: Invitation.extend({
    mailProblem: z.enum(MAIL_PROBLEMS).nullable(),
  }),
  run: async (deps, actor, { email, role }) => {
    const organizationId = actor.principal.organization.id;
    const { invitation, mailProblem } = await create(deps, actor, { organizationId, email, role });
    return { ...presentInvitation(invitation), mailProblem };
  },
  text: ({ id, email, role, expiresAt, mailProblem }) =>
    `Invited ${quoted(email)} as ${role} (${id}), valid until ${expiresAt}. ${
      mailProblem === null
        ? "An email with the link was queued."
        : "No email was sent. To get a link to pass on, a person can choose Send again on the members page of the web app."
    }`,
});

export const withdrawInvitation: Tool = defineTool({
  name: "withdraw_invitation",
  title: "Withdraw an invitation",
  description: "Withdraws a pending invitation. Its links stop working at once. A repeated call changes nothing.",
  access: "write",
  isDestructive: true,
  permission: "invitations:write",
  needsSharedOrganization: true,
  input: z.strictObject({ invitation: idInput<InvitationId>("The invitation's id (inv_…).") }),
  output: z.object({ withdrawn: z.literal(true) }),
  run: async (deps, actor, { invitation }) => {
    const organizationId = actor.principal.organization.id;
    await withdraw(deps, actor, { organizationId, invitationId: invitation });
    return { withdrawn: true as const };
  },
  text: () => "Withdrawn. Its links no longer work.",
});
