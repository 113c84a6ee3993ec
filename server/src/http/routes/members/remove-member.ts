import { removeMember as remove } from "../../../service/member/remove-member.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { OffboardingReceipt, presentOffboardingReceipt } from "../../presenters/offboarding.ts";
import { MemberPath, memberPathOf } from "./member-path.ts";
import { OffboardingBody } from "./offboarding-body.ts";

export const removeMember: Operation = defineOperation({
  operationId: "removeMember",
  method: "delete",
  path: "/api/organizations/{id}/members/{membershipId}",
  tag: "Members",
  summary: "Remove a member, or leave",
  description:
    "When this is answered, every token they minted here is dead everywhere; joining again revives none. API keys stay, but for those named in `revokeApiKeys`: one that is unknown, another organization's or revoked already is refused, and nothing happens. One's own membership is left: that needs a session and no permission.",
  credentials: ["session", "pat", "api-key"],
  permission: "members:write",
  params: MemberPath,
  body: OffboardingBody,
  status: 200,
  answer: OffboardingReceipt,
  refusals: [
    "permission_denied",
    "role_exceeds_caller",
    "personal_organization",
    "session_required",
    "last_owner",
    "credential_not_active",
    "not_found",
  ],
  handle: async ({ deps, actor, params, body }) => ({
    body: presentOffboardingReceipt(await remove(deps, actor, { ...memberPathOf(params), ...body })),
  }),
});
