import { z } from "@hono/zod-openapi";
import { requestVerification } from "../../../service/email/request-verification.ts";
import { defineOperation, type Operation } from "../../operation.ts";

export const requestEmailVerification: Operation = defineOperation({
  operationId: "requestEmailVerification",
  method: "post",
  path: "/api/account/email/verification",
  tag: "Account",
  summary: "Send me a letter to confirm my address",
  description:
    "Answered when the mail server has taken the letter. Its link works once, for one hour. One address gets a few letters an hour.",
  credentials: ["session"],
  status: 202,
  answer: z.object({ email: z.string().openapi({ description: "Where the letter went." }) }),
  refusals: ["email_verified", "mail_off", "rate_limited", "mail_unavailable"],
  handle: async ({ deps, actor }) => {
    await requestVerification(deps, actor);
    return { body: { email: actor.user.email } };
  },
});
