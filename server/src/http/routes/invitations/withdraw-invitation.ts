import { withdrawInvitation as withdraw } from "../../../service/invitation/withdraw-invitation.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { InvitationPath, invitationPathOf } from "./invitation-path.ts";

export const withdrawInvitation: Operation = defineOperation({
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
    await withdraw(deps, actor, invitationPathOf(params));
    return { body: undefined };
  },
});
