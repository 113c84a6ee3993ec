import { z } from "@hono/zod-openapi";
import { revokeApiKey as revoke } from "../../../service/api-key/revoke-api-key.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { idOf } from "../../presenters/id.ts";
import { presentReceipt, Receipt } from "../../presenters/receipt.ts";

export const revokeApiKey: Operation = defineOperation({
  operationId: "revokeApiKey",
  method: "delete",
  path: "/api/organizations/{id}/api-keys/{keyId}",
  tag: "API keys",
  summary: "Revoke an API key",
  description:
    "When this is answered, the key is dead everywhere. A key may always revoke itself. Repeating it answers the first receipt.",
  credentials: ["session", "pat", "api-key"],
  permission: "api-keys:write",
  params: z.strictObject({ id: idOf("organization"), keyId: idOf("apiKey") }),
  status: 200,
  answer: Receipt,
  refusals: ["permission_denied", "not_found"],
  handle: async ({ deps, actor, params }) => {
    const receipt = await revoke(deps, actor, { organizationId: params.id, keyId: params.keyId });
    return { body: presentReceipt(receipt) };
  },
});
