import { z } from "@hono/zod-openapi";
import { revokeOrganizationToken as revoke } from "../../../service/oversight/revoke-organization-token.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { idOf } from "../../presenters/id.ts";
import { presentReceipt, Receipt } from "../../presenters/receipt.ts";

export const revokeOrganizationToken: Operation = defineOperation({
  operationId: "revokeOrganizationToken",
  method: "delete",
  path: "/api/organizations/{id}/personal-access-tokens/{tokenId}",
  tag: "Oversight",
  summary: "Revoke a member's token",
  description:
    "When this is answered, the token is dead everywhere. The policy's `oversight` must be `list-and-revoke`. Repeating it answers the first receipt.",
  credentials: ["session", "pat", "api-key"],
  permission: "tokens:revoke",
  params: z.strictObject({ id: idOf("organization"), tokenId: idOf("token") }),
  status: 200,
  answer: Receipt,
  refusals: ["permission_denied", "policy_oversight", "not_found"],
  handle: async ({ deps, actor, params }) => {
    const receipt = await revoke(deps, actor, { organizationId: params.id, tokenId: params.tokenId });
    return { body: presentReceipt(receipt) };
  },
});
