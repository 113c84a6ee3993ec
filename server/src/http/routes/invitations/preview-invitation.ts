import { previewInvitation as preview } from "../../../service/invitation/preview-invitation.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { InvitationPreview, presentInvitationPreview } from "../../presenters/invitation.ts";
import { LinkBody } from "./invitation-path.ts";

export const previewInvitation: Operation = defineOperation({
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
  handle: async ({ deps, body }) => ({ body: presentInvitationPreview(await preview(deps, body.token)) }),
});
