import { z } from "@hono/zod-openapi";
import { revokeInstanceToken as revoke } from "../../../service/admin/revoke-instance-tokens.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { idOf } from "../../presenters/id.ts";
import { presentReceipt, Receipt } from "../../presenters/receipt.ts";

export const revokeInstanceToken: Operation = defineOperation({
  operationId: "revokeInstanceToken",
  method: "delete",
  path: "/api/admin/personal-access-tokens/{id}",
  tag: "Instance administration",
  summary: "Revoke any token of the instance",
  description:
    "When this is answered, it is over, everywhere. Its organization's audit log records it, and its holder sees who did it. Repeating it answers the first receipt.",
  credentials: ["instance-admin"],
  params: z.strictObject({ id: idOf("token") }),
  status: 200,
  answer: Receipt,
  refusals: ["not_found"],
  handle: async ({ deps, actor, params }) => ({ body: presentReceipt(await revoke(deps, actor, params.id)) }),
});
