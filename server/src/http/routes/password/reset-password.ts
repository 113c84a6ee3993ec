import { z } from "@hono/zod-openapi";
import { resetPassword as reset } from "../../../service/password/reset-password.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { PasswordChanged } from "../account/change-password.ts";
import { EndedOrNull } from "../../presenters/user.ts";
import { PasswordInput } from "../session/credential-input.ts";

export const resetPassword: Operation = defineOperation({
  operationId: "resetPassword",
  method: "post",
  path: "/api/password/reset",
  tag: "Account",
  summary: "Set a new password by the link in an email",
  description:
    "Ends every session of the account and every other reset link before the answer. Tokens stay unless `revokeTokens` is set. If the address was not confirmed, the link confirms it and ends everything made in the account before; `ended` counts it. The request signs nobody in.",
  credentials: ["public"],
  body: z.strictObject({
    token: z.string().max(1000).openapi({ description: "What follows `#token=` in the email's link." }),
    password: PasswordInput,
    revokeTokens: z.boolean().optional(),
  }),
  status: 200,
  answer: PasswordChanged.extend({ ended: EndedOrNull }).openapi("PasswordReset"),
  refusals: ["link_invalid", "link_expired", "password_weak", "server_busy"],
  handle: async ({ deps, body, origin }) => ({ body: await reset(deps, body, origin) }),
});
