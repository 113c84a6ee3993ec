import { z } from "@hono/zod-openapi";
import { describeSession } from "../../../service/session/describe-session.ts";
import { reauthenticate as authenticateAgain } from "../../../service/session/reauthenticate.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { presentSession, Session } from "../../presenters/session.ts";
import { PasswordInput } from "./credential-input.ts";

export const reauthenticate: Operation = defineOperation({
  operationId: "reauthenticate",
  method: "post",
  path: "/api/session/reauthenticate",
  tag: "Session",
  summary: "Give my password again",
  description: "For 15 minutes from then this session may do the irreversible.",
  credentials: ["session"],
  body: z.strictObject({ password: PasswordInput }),
  status: 200,
  answer: Session,
  refusals: ["password_wrong", "rate_limited", "server_busy"],
  handle: async ({ deps, actor, body }) => ({
    body: presentSession(await describeSession(deps, await authenticateAgain(deps, actor, body.password))),
  }),
});
