import { z } from "@hono/zod-openapi";
import { forgotPassword as forgot } from "../../../service/password/forgot-password.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { EmailInput } from "../session/credential-input.ts";

export const forgotPassword: Operation = defineOperation({
  operationId: "forgotPassword",
  method: "post",
  path: "/api/password/forgot",
  tag: "Account",
  summary: "Ask for an email to set a new password",
  description:
    "The answer is the same whether the address has an account. If it has, it gets an email whose link works once, for one hour. One address gets a few emails an hour, and the requests of one network are limited too.",
  credentials: ["public"],
  body: z.strictObject({ email: EmailInput }),
  status: 202,
  answer: z.object({ accepted: z.literal(true) }),
  refusals: ["email_invalid", "mail_off", "rate_limited"],
  handle: async ({ deps, body, origin }) => {
    await forgot(deps, body, origin);
    return { body: { accepted: true as const } };
  },
});
