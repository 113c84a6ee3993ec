import { z } from "@hono/zod-openapi";
import { describeSession } from "../../../service/session/describe-session.ts";
import { signIn as signInWithPassword } from "../../../service/session/sign-in.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { presentSession, Session } from "../../presenters/session.ts";
import { EmailInput, PasswordInput, signedIn } from "./credential-input.ts";

export const signIn: Operation = defineOperation({
  operationId: "signIn",
  method: "post",
  path: "/api/sign-in",
  tag: "Session",
  summary: "Sign in",
  description:
    "An unknown address, a wrong password and a suspended account answer alike. After 5 failures the next try waits, 60 s at most (`Retry-After`); nobody is locked out.",
  credentials: ["public"],
  body: z.strictObject({ email: EmailInput, password: PasswordInput }),
  status: 200,
  answer: Session,
  refusals: ["sign_in_failed", "rate_limited", "server_busy"],
  handle: async ({ deps, body, origin }) => {
    const started = await signInWithPassword(deps, body, origin);
    return signedIn(started, presentSession(await describeSession(deps, started.actor)));
  },
});
