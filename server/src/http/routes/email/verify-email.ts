import { z } from "@hono/zod-openapi";
import { verifyEmail as verify } from "../../../service/email/verify-email.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { Account, presentAccount } from "../../presenters/user.ts";

export const verifyEmail: Operation = defineOperation({
  operationId: "verifyEmail",
  method: "post",
  path: "/api/email/verify",
  tag: "Account",
  summary: "Confirm my address by the link in a letter",
  description:
    "It takes the session of the account that the letter was for. From then on tokens of the account carry the address as verified.",
  credentials: ["session"],
  body: z.strictObject({
    token: z.string().max(1000).openapi({ description: "What follows `#token=` in the letter's link." }),
  }),
  status: 200,
  answer: Account,
  refusals: ["link_invalid", "link_expired", "link_other_account"],
  handle: async ({ deps, actor, body }) => ({ body: presentAccount(await verify(deps, actor, body.token)) }),
});
