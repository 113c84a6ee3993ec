import { z } from "@hono/zod-openapi";
import { getOrganizationTokenUsage as get } from "../../../service/usage/organization-usage.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { idOf } from "../../presenters/id.ts";
import { CredentialUsageAnswer, presentUsage, spanQuery } from "../../presenters/usage.ts";

export const getOrganizationTokenUsage: Operation = defineOperation({
  operationId: "getOrganizationTokenUsage",
  method: "get",
  path: "/api/organizations/{id}/personal-access-tokens/{tokenId}/usage",
  tag: "Oversight",
  summary: "How a member's token was used",
  description: "The policy's `oversight` must be `list` or more.",
  credentials: ["session", "pat", "api-key"],
  permission: "tokens:read",
  params: z.strictObject({ id: idOf("organization"), tokenId: idOf("token") }),
  query: z.strictObject(spanQuery),
  status: 200,
  answer: CredentialUsageAnswer,
  refusals: ["permission_denied", "policy_oversight", "not_found"],
  handle: async ({ deps, actor, params: { id: organizationId, tokenId }, query: { days } }) => ({
    body: presentUsage(await get(deps, actor, { organizationId, tokenId, days })),
  }),
});
