import { z } from "@hono/zod-openapi";
import { resendInvitation as resend } from "../../../service/invitation/resend-invitation.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { IssuedInvitation, presentIssuedInvitation } from "../../presenters/invitation.ts";
import { InvitationPath, invitationPathOf, MailChoice } from "./invitation-path.ts";

export const resendInvitation: Operation = defineOperation({
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
    const issued = await resend(deps, actor, { ...invitationPathOf(params), ...body });
    return { body: presentIssuedInvitation(issued, deps.settings.baseUrl) };
  },
});
