import { z } from "@hono/zod-openapi";
import { deleteAccount as end } from "../../../service/account/delete-account.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { presentReceipt, Receipt } from "../../presenters/receipt.ts";
import { PasswordInput } from "../session/credential-input.ts";

export const deleteAccount: Operation = defineOperation({
  operationId: "deleteAccount",
  method: "delete",
  path: "/api/account",
  tag: "Account",
  summary: "Delete my account",
  description:
    "When this is answered every token of the caller is dead, every session has ended, and the personal organization is gone. API keys the caller created in shared organizations work on. With `last_owner` the detail names the organizations that need another owner first.",
  credentials: ["session"],
  body: z.strictObject({ password: PasswordInput }),
  status: 200,
  answer: Receipt,
  refusals: ["password_wrong", "last_owner", "last_instance_admin", "rate_limited", "server_busy"],
  handle: async ({ deps, actor, body }) => ({
    body: presentReceipt(await end(deps, actor, body.password)),
    session: "clear",
  }),
});
