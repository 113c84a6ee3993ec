import { z } from "@hono/zod-openapi";
import { createInvitation as create } from "../../../service/invitation/create-invitation.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { IssuedInvitation, presentIssuedInvitation } from "../../presenters/invitation.ts";
import { MailChoice } from "./invitation-path.ts";
import { OrganizationPath } from "../organizations/organization-path.ts";

export const createInvitation: Operation = defineOperation({
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
    const issued = await create(deps, actor, { organizationId: params.id, ...body });
    return { body: presentIssuedInvitation(issued, deps.settings.baseUrl) };
  },
});
