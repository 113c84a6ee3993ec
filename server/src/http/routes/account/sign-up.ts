import { z } from "@hono/zod-openapi";
import { signUp as openAccount } from "../../../service/account/sign-up.ts";
import { describeSession } from "../../../service/session/describe-session.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { presentSession, Session } from "../../presenters/session.ts";
import { EmailInput, NameInput, PasswordInput, signedIn } from "../session/credential-input.ts";

export const signUp: Operation = defineOperation({
  operationId: "signUp",
  method: "post",
  path: "/api/sign-up",
  tag: "Account",
  summary: "Open an account",
  description:
    "With an invitation, to the address it was sent to; without one only where sign-up is open. The account gets a personal organization, and the invitation's membership in the same transaction.",
  credentials: ["public"],
  body: z.strictObject({
    name: NameInput,
    email: EmailInput,
    password: PasswordInput,
    invitation: z
      .string()
      .max(1000)
      .optional()
      .openapi({ description: "What follows `#token=` in the invitation's link." }),
  }),
  status: 201,
  answer: Session,
  refusals: [
    "name_invalid",
    "email_invalid",
    "password_weak",
    "sign_up_closed",
    "invitation_invalid",
    "invitation_expired",
    "invitation_email_mismatch",
    "email_taken",
    "rate_limited",
    "server_busy",
    "limit_reached",
  ],
  handle: async ({ deps, body, origin }) => {
    const started = await openAccount(deps, body, origin);
    return signedIn(started, presentSession(await describeSession(deps, started.actor)));
  },
});
