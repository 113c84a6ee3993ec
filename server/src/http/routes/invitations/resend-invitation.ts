import { resendInvitation as resend } from "../../../service/invitation/resend-invitation.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { IssuedInvitation, presentIssuedInvitation } from "../../presenters/invitation.ts";
import { InvitationPath, invitationPathOf } from "./invitation-path.ts";

export const resendInvitation: Operation = defineOperation({
  operationId: "resendInvitation",
  method: "post",
  path: "/api/organizations/{id}/invitations/{invitationId}/resend",
  tag: "Invitations",
  summary: "Make a new link for an invitation",
  description: "Answers a new link, good for another 7 days; the old one is dead when this is answered.",
  credentials: ["session", "pat", "api-key"],
  permission: "invitations:write",
  params: InvitationPath,
  status: 200,
  answer: IssuedInvitation,
  refusals: ["permission_denied", "role_exceeds_caller", "already_member", "invitation_invalid", "not_found"],
  handle: async ({ deps, actor, params }) => {
    const issued = await resend(deps, actor, invitationPathOf(params));
    return { body: presentIssuedInvitation(issued, deps.settings.baseUrl) };
  },
});
