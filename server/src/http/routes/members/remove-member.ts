import { removeMember as remove } from "../../../service/member/remove-member.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { presentReceipt, Receipt } from "../../presenters/receipt.ts";
import { MemberPath, memberPathOf } from "./member-path.ts";

export const removeMember: Operation = defineOperation({
  operationId: "removeMember",
  method: "delete",
  path: "/api/organizations/{id}/members/{membershipId}",
  tag: "Members",
  summary: "Remove a member, or leave",
  description:
    "When this is answered, every token they minted here is dead everywhere; joining again revives none. One's own membership is left: that needs a session and no permission.",
  credentials: ["session", "pat", "api-key"],
  permission: "members:write",
  params: MemberPath,
  status: 200,
  answer: Receipt,
  refusals: [
    "permission_denied",
    "role_exceeds_caller",
    "personal_organization",
    "session_required",
    "last_owner",
    "not_found",
  ],
  handle: async ({ deps, actor, params }) => ({
    body: presentReceipt(await remove(deps, actor, memberPathOf(params))),
  }),
});
