import { z } from "@hono/zod-openapi";
import { changeRole as change } from "../../../service/member/change-role.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { MemberChange, presentMemberChange } from "../../presenters/member.ts";
import { MemberPath, memberPathOf } from "./member-path.ts";

export const changeRole: Operation = defineOperation({
  operationId: "changeRole",
  method: "patch",
  path: "/api/organizations/{id}/members/{membershipId}",
  tag: "Members",
  summary: "Change a member's role",
  description:
    "Their tokens follow at once. The caller must hold every permission of the present and the new role, so nobody raises their own.",
  credentials: ["session", "pat", "api-key"],
  recentPassword: "powerful-role",
  permission: "members:write",
  params: MemberPath,
  body: z.strictObject({ role: z.string().max(100).openapi({ example: "viewer" }) }),
  status: 200,
  answer: MemberChange,
  refusals: [
    "role_unknown",
    "permission_denied",
    "role_exceeds_caller",
    "personal_organization",
    "last_owner",
    "not_found",
  ],
  handle: async ({ deps, actor, params, body }) => ({
    body: presentMemberChange(await change(deps, actor, { ...memberPathOf(params), ...body })),
  }),
});
