import { z } from "@hono/zod-openapi";
import { requestVerification } from "../../../service/email/request-verification.ts";
import { defineOperation, type Operation } from "../../operation.ts";

export const requestEmailVerification: Operation = defineOperation({
  operationId: "requestEmailVerification",
  method: "post",
  path: "/api/account/email/verification",
  tag: "Account",
  summary: "Send me an email to confirm my address",
  description:
    "Answers when the mail server has accepted the email. Its link works once, for one hour. One address gets a few emails an hour.",
  credentials: ["session"],
  status: 202,
  answer: z.object({ email: z.string().openapi({ description: "The address that the email was sent to." }) }),
  refusals: ["email_verified", "mail_off", "rate_limited", "mail_unavailable"],
  handle: async ({ deps, actor }) => {
    await requestVerification(deps, actor);
    return { body: { email: actor.user.email } };
  },
});
