// The description of the instance and its first account. Both are public, because a new instance has no account.
import { z } from "@hono/zod-openapi";
import { describeInstance, setUpInstance } from "../../../use-cases/admin/set-up.ts";
import { describeSession } from "../../../use-cases/session/session.ts";
import { Instance, presentInstance } from "../../../wire/admin.ts";
import { presentSession, Session } from "../../../wire/session.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { EmailInput, NewPasswordInput, signedIn } from "../../browser.ts";
import { nameInput } from "../../../wire/schema.ts";

const describeInstanceOperation = defineOperation({
  operationId: "describeInstance",
  method: "get",
  path: "/api/instance",
  tag: "Instance",
  summary: "Describe this instance",
  description:
    "Returns whether the instance is set up, how people get accounts, and its permissions and roles. Contains no personal data.",
  credentials: ["public"],
  status: 200,
  response: Instance,
  refusals: [],
  handle: async ({ deps }) => ({ body: presentInstance(await describeInstance(deps)) }),
});

const setUpOperation = defineOperation({
  operationId: "setUp",
  method: "post",
  path: "/api/setup",
  tag: "Instance",
  summary: "Create the first account",
  description:
    "The first account is the instance admin. The code is in the link that the server printed. It is valid for 24 hours and allows 10 wrong attempts. Of two simultaneous requests, one succeeds.",
  credentials: ["public"],
  body: z.strictObject({
    code: z.string().max(1000).openapi({ description: "The part of the link after `#code=`." }),
    name: nameInput("Ada Lovelace"),
    email: EmailInput,
    password: NewPasswordInput,
  }),
  setsCookie: true,
  status: 201,
  response: Session,
  refusals: ["name_invalid", "email_invalid", "password_weak", "setup_code_invalid", "setup_done", "server_busy"],
  handle: async ({ deps, body, origin }) => {
    const started = await setUpInstance(deps, body, origin);
    return signedIn(started, presentSession(await describeSession(deps, started.actor)));
  },
});

export const instanceOperations: readonly Operation[] = [describeInstanceOperation, setUpOperation];
