import { reinstateMember as reinstate } from "../../../service/member/reinstate-member.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { MemberChange, presentMemberChange } from "../../presenters/member.ts";
import { MemberPath, memberPathOf } from "./member-path.ts";

export const reinstateMember: Operation = defineOperation({
  operationId: "reinstateMember",
  method: "post",
  path: "/api/organizations/{id}/members/{membershipId}/reinstate",
  tag: "Members",
  summary: "Reinstate a suspended member",
  description: "Tokens that rested work again; revoked ones stay dead.",
  credentials: ["session", "pat", "api-key"],
  recentPassword: "powerful-role",
  permission: "members:write",
  params: MemberPath,
  status: 200,
  answer: MemberChange,
  refusals: ["permission_denied", "role_exceeds_caller", "personal_organization", "not_found"],
  handle: async ({ deps, actor, params }) => ({
    body: presentMemberChange(await reinstate(deps, actor, memberPathOf(params))),
  }),
});
