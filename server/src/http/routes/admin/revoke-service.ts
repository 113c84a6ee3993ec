import { z } from "@hono/zod-openapi";
import { revokeService as revoke } from "../../../service/admin/revoke-service.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { idOf } from "../../presenters/id.ts";
import { presentReceipt, Receipt } from "../../presenters/receipt.ts";

export const revokeService: Operation = defineOperation({
  operationId: "revokeService",
  method: "delete",
  path: "/api/admin/services/{id}",
  tag: "Instance administration",
  summary: "Revoke a service's key",
  description: "When this is answered, the service can verify nothing. Repeating it answers the first receipt.",
  credentials: ["instance-admin"],
  params: z.strictObject({ id: idOf("service") }),
  status: 200,
  answer: Receipt,
  refusals: ["not_found"],
  handle: async ({ deps, actor, params }) => ({ body: presentReceipt(await revoke(deps, actor, params.id)) }),
});
