import { z } from "@hono/zod-openapi";
import { revokeOrganizationTokens as revoke } from "../../../service/oversight/revoke-organization-tokens.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { idOf } from "../../presenters/id.ts";
import { presentReceipt, Receipt } from "../../presenters/receipt.ts";
import { Instant, presentInstant } from "../../presenters/time.ts";
import { OrganizationPath } from "../organizations/organization-path.ts";

export const revokeOrganizationTokens: Operation = defineOperation({
  operationId: "revokeOrganizationTokens",
  method: "post",
  path: "/api/organizations/{id}/personal-access-tokens/revoke",
  tag: "Oversight",
  summary: "Revoke many members' tokens at once",
  description:
    "In one transaction, all or none. When this is answered, they are dead everywhere. The policy's `oversight` must be `list-and-revoke`. A token that is none of this organization's is `not_found`, and nothing is revoked; those revoked before keep their instant.",
  credentials: ["session", "pat", "api-key"],
  permission: "tokens:revoke",
  params: OrganizationPath,
  body: z.strictObject({ ids: z.array(idOf("token")).min(1).max(200) }),
  status: 200,
  answer: Receipt.extend({
    tokens: z.array(z.object({ id: z.string(), name: z.string(), at: Instant })),
  }).openapi("BulkReceipt"),
  refusals: ["permission_denied", "policy_oversight", "not_found"],
  handle: async ({ deps, actor, params, body }) => {
    const { receipt, tokens } = await revoke(deps, actor, { organizationId: params.id, ids: body.ids });
    return {
      body: {
        ...presentReceipt(receipt),
        tokens: tokens.map(({ at, ...token }) => ({ ...token, at: presentInstant(at) })),
      },
    };
  },
});
