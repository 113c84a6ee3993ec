import { z } from "@hono/zod-openapi";
import { forgotPassword as forgot } from "../../../service/password/forgot-password.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { EmailInput } from "../session/credential-input.ts";

export const forgotPassword: Operation = defineOperation({
  operationId: "forgotPassword",
  method: "post",
  path: "/api/password/forgot",
  tag: "Account",
  summary: "Ask for a letter to set a new password",
  description:
    "The answer is the same whether the address has an account. If it has, a letter goes there; its link works once, for one hour. One address gets a few letters an hour, and one network may ask a few times an hour.",
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
