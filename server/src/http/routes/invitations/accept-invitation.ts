import { acceptInvitation as accept } from "../../../service/invitation/accept-invitation.ts";
import { describeSession } from "../../../service/session/describe-session.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { presentSession, Session } from "../../presenters/session.ts";
import { EndedOrNull } from "../../presenters/user.ts";
import { LinkBody } from "./invitation-path.ts";

export const acceptInvitation: Operation = defineOperation({
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
    const accepted = await accept(deps, actor, body.token);
    return { body: { ...presentSession(await describeSession(deps, accepted.actor)), ended: accepted.ended } };
  },
});
