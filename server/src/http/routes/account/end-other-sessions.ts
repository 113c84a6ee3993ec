import { z } from "@hono/zod-openapi";
import { endOtherSessions as endOthers } from "../../../service/session/end-session.ts";
import { defineOperation, type Operation } from "../../operation.ts";

const SessionsEnded = z.object({ endedSessions: z.int() }).openapi("SessionsEnded");

export const endOtherSessions: Operation = defineOperation({
  operationId: "endOtherSessions",
  method: "delete",
  path: "/api/account/sessions",
  tag: "Account",
  summary: "End all my other sessions",
  description: "Every session but the one that asks is signed out when this is answered.",
  credentials: ["session"],
  status: 200,
  answer: SessionsEnded,
  refusals: [],
  handle: async ({ deps, actor }) => ({ body: { endedSessions: await endOthers(deps, actor) } }),
});
