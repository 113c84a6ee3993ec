import { suspendMember as suspend } from "../../../service/member/suspend-member.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { presentSuspendedMember, SuspendedMember } from "../../presenters/offboarding.ts";
import { MemberPath, memberPathOf } from "./member-path.ts";
import { OffboardingBody } from "./offboarding-body.ts";

export const suspendMember: Operation = defineOperation({
  operationId: "suspendMember",
  method: "post",
  path: "/api/organizations/{id}/members/{membershipId}/suspend",
  tag: "Members",
  summary: "Suspend a member",
  description:
    "When this is answered, their tokens of this organization are refused everywhere. They rest until the member is reinstated, unless the policy's `revokeOnSuspend` ends them. API keys named in `revokeApiKeys` die in the same transaction: one that is unknown, another organization's or revoked already is refused, and nothing happens.",
  credentials: ["session", "pat", "api-key"],
  permission: "members:write",
  params: MemberPath,
  body: OffboardingBody,
  status: 200,
  answer: SuspendedMember,
  refusals: [
    "permission_denied",
    "role_exceeds_caller",
    "personal_organization",
    "self_suspension",
    "already_suspended",
    "last_owner",
    "credential_not_active",
    "not_found",
  ],
  handle: async ({ deps, actor, params, body }) => ({
    body: presentSuspendedMember(await suspend(deps, actor, { ...memberPathOf(params), ...body })),
  }),
});
