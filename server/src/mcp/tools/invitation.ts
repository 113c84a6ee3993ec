import { z } from "@hono/zod-openapi";
import type { InvitationId } from "@mintmark/core";
import { listInvitations as list } from "../../use-cases/invitation/invitation.ts";
import { createInvitation as create, withdrawInvitation as withdraw } from "../../use-cases/invitation/invite.ts";
import { pageOf, parsePage, presentPage } from "../../wire/fields.ts";
import { Invitation, presentInvitation } from "../../wire/invitation.ts";
import { defineTool, idInput, pageInput, pageText, quoted, type Tool } from "../tool.ts";

export const listInvitations: Tool = defineTool({
  name: "list_invitations",
  title: "List invitations",
  description:
    "Invitations to the organization that were neither accepted nor withdrawn, newest first. Some can no longer be accepted: see their state.",
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
        `${quoted(email)} (${id}) as ${role}, ${state}, invited by ${quoted(invitedBy.name)}, good until ${expiresAt}`,
    ),
});

// The invitation's link is a secret, and an answer here is read by a model and whoever sees its transcript: it is
// left out. What remains is the letter, or a new link that a person makes in the web app.

export const createInvitation: Tool = defineTool({
  name: "create_invitation",
  title: "Invite someone",
  description:
    "Invites an email address to the organization with a role, at most your own, for 7 days. The person gets an email where the instance sends mail. The link is not in this answer. Ask the person you act for before.",
  access: "write",
  permission: "invitations:write",
  needsSharedOrganization: true,
  input: z.strictObject({
    email: z.string().max(1000).describe("Whom to invite."),
    role: z.string().max(100).describe("The role they will have, such as member or viewer."),
  }),
  output: Invitation.extend({
    mailed: z.boolean(),
    mailProblem: z.enum(["off", "not_wanted", "too_many", "not_taken"]).nullable(),
  }),
  run: async (deps, actor, { email, role }) => {
    const organizationId = actor.principal.organization.id;
    const { invitation, delivery } = await create(deps, actor, { organizationId, email, role });
    return { ...presentInvitation(invitation), ...delivery };
  },
  text: ({ id, email, role, expiresAt, mailed }) =>
    `Invited ${quoted(email)} as ${role} (${id}), good until ${expiresAt}. ${
      mailed
        ? "The email with the link is on its way."
        : "No email was sent: a person makes a link to hand over on the members page of the web app, with Send again."
    }`,
});

export const withdrawInvitation: Tool = defineTool({
  name: "withdraw_invitation",
  title: "Withdraw an invitation",
  description:
    "Ends an invitation that was not accepted yet: its links are dead at once. Repeating it changes nothing.",
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
  text: () => "Withdrawn. Its links are dead.",
});
