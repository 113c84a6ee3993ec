import { z } from "@hono/zod-openapi";
import { describeInstance, setUpInstance } from "../../../use-cases/admin/set-up.ts";
import { describeSession } from "../../../use-cases/session/session.ts";
import { Instance, presentInstance } from "../../../wire/admin.ts";
import { presentSession, Session } from "../../../wire/session.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { EmailInput, NameInput, PasswordInput, signedIn } from "../../session-cookie.ts";

const describeInstanceOperation = defineOperation({
  operationId: "describeInstance",
  method: "get",
  path: "/api/instance",
  tag: "Instance",
  summary: "What this instance is like",
  description: "Whether it is set up, how accounts are made, and its permissions and roles. Nothing about anyone.",
  credentials: ["public"],
  status: 200,
  answer: Instance,
  refusals: [],
  handle: async ({ deps }) => ({ body: presentInstance(await describeInstance(deps)) }),
});

const setUpOperation = defineOperation({
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

export const instanceOperations: readonly Operation[] = [describeInstanceOperation, setUpOperation];
