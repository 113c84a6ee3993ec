import { z } from "@hono/zod-openapi";
import { updateAccount as update } from "../../../service/account/update-account.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { Account, presentAccount } from "../../presenters/user.ts";
import { EmailInput, NameInput, PasswordInput } from "../session/credential-input.ts";

const UpdatedAccount = Account.extend({
  confirmationSentTo: z
    .string()
    .nullable()
    .openapi({ description: "The new address, if the change waits until the link in the email to it is opened." }),
}).openapi("UpdatedAccount");

export const updateAccount: Operation = defineOperation({
  operationId: "updateAccount",
  method: "patch",
  path: "/api/account",
  tag: "Account",
  summary: "Change my name or email address",
  description:
    "Changing the email address needs the password. If the instance sends mail, it emails a link to the new address, and the address changes when the link is opened (`POST /api/email/verify`); the answer does not tell whether another account has the address. Without mail the address changes at once, unverified, or the request is refused with `email_taken`.",
  credentials: ["session"],
  body: z.strictObject({
    name: NameInput.optional(),
    email: EmailInput.optional(),
    password: PasswordInput.optional().openapi({ description: "Needed to change the email address." }),
  }),
  status: 200,
  answer: UpdatedAccount,
  refusals: ["name_invalid", "email_invalid", "password_wrong", "email_taken", "rate_limited", "server_busy"],
  handle: async ({ deps, actor, body }) => {
    const { user, confirmationSentTo } = await update(deps, actor, body);
    return { body: { ...presentAccount(user), confirmationSentTo } };
  },
});
