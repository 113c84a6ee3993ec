import { z } from "@hono/zod-openapi";
import { setUpInstance } from "../../../service/instance/set-up.ts";
import { describeSession } from "../../../service/session/describe-session.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { presentSession, Session } from "../../presenters/session.ts";
import { EmailInput, NameInput, PasswordInput, signedIn } from "../session/credential-input.ts";

export const setUp: Operation = defineOperation({
  operationId: "setUp",
  method: "post",
  path: "/api/setup",
  tag: "Instance",
  summary: "Make the first account",
  description:
    "The first account is the instance admin. The code is the one in the link that the server printed; it lasts 24 hours and 10 wrong tries. Of two at once one wins.",
  credentials: ["public"],
  body: z.strictObject({
    code: z.string().max(1000).openapi({ description: "What follows `#code=` in the link." }),
    name: NameInput,
    email: EmailInput,
    password: PasswordInput,
  }),
  status: 201,
  answer: Session,
  refusals: ["name_invalid", "email_invalid", "password_weak", "setup_code_invalid", "setup_done", "server_busy"],
  handle: async ({ deps, body, origin }) => {
    const started = await setUpInstance(deps, body, origin);
    return signedIn(started, presentSession(await describeSession(deps, started.actor)));
  },
});
