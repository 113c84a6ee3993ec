import { suspendMember as suspend } from "../../../service/member/suspend-member.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { MemberChange, presentMemberChange } from "../../presenters/member.ts";
import { MemberPath, memberPathOf } from "./member-path.ts";

export const suspendMember: Operation = defineOperation({
  operationId: "suspendMember",
  method: "post",
  path: "/api/organizations/{id}/members/{membershipId}/suspend",
  tag: "Members",
  summary: "Suspend a member",
  description:
    "When this is answered, their tokens of this organization are refused everywhere. They rest until the member is reinstated, unless the policy's `revokeOnSuspend` ends them.",
  credentials: ["session", "pat", "api-key"],
  permission: "members:write",
  params: MemberPath,
  status: 200,
  answer: MemberChange,
  refusals: [
    "permission_denied",
    "role_exceeds_caller",
    "personal_organization",
    "self_suspension",
    "last_owner",
    "not_found",
  ],
  handle: async ({ deps, actor, params }) => ({
    body: presentMemberChange(await suspend(deps, actor, memberPathOf(params))),
  }),
});
