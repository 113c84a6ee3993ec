// The invitation's link is a secret, and an answer here is read by a model and whoever sees its transcript: it is
// left out. What remains is the letter, or a new link that a person makes in the web app.
import { z } from "@hono/zod-openapi";
import { Invitation, presentInvitation } from "../../http/presenters/invitation.ts";
import { createInvitation as create } from "../../service/invitation/create-invitation.ts";
import { quoted } from "../text.ts";
import { defineTool, type Tool } from "../tool.ts";

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
