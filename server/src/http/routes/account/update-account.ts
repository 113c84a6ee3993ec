import { z } from "@hono/zod-openapi";
import { updateAccount as update } from "../../../service/account/update-account.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { Account, presentAccount } from "../../presenters/user.ts";
import { EmailInput, NameInput, PasswordInput } from "../session/credential-input.ts";

export const updateAccount: Operation = defineOperation({
  operationId: "updateAccount",
  method: "patch",
  path: "/api/account",
  tag: "Account",
  summary: "Change my name or email address",
  description: "Another email address needs the password, and counts as unverified.",
  credentials: ["session"],
  body: z.strictObject({
    name: NameInput.optional(),
    email: EmailInput.optional(),
    password: PasswordInput.optional().openapi({ description: "Needed to change the email address." }),
  }),
  status: 200,
  answer: Account,
  refusals: ["name_invalid", "email_invalid", "password_wrong", "email_taken", "rate_limited", "server_busy"],
  handle: async ({ deps, actor, body }) => ({ body: presentAccount(await update(deps, actor, body)) }),
});
