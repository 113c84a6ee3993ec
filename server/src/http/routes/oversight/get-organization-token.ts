import { z } from "@hono/zod-openapi";
import { getOrganizationToken as get } from "../../../service/oversight/get-organization-token.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { idOf } from "../../presenters/id.ts";
import { PersonalAccessToken, presentToken } from "../../presenters/token.ts";

export const getOrganizationToken: Operation = defineOperation({
  operationId: "getOrganizationToken",
  method: "get",
  path: "/api/organizations/{id}/personal-access-tokens/{tokenId}",
  tag: "Oversight",
  summary: "Read a member's token",
  description: "The policy's `oversight` must be `list` or more.",
  credentials: ["session", "pat", "api-key"],
  permission: "tokens:read",
  params: z.strictObject({ id: idOf("organization"), tokenId: idOf("token") }),
  status: 200,
  answer: PersonalAccessToken,
  refusals: ["permission_denied", "policy_oversight", "not_found"],
  handle: async ({ deps, actor, params: { id: organizationId, tokenId } }) => ({
    body: presentToken(deps, await get(deps, actor, { organizationId, tokenId })),
  }),
});
