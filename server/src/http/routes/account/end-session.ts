import { z } from "@hono/zod-openapi";
import { endSession as end } from "../../../service/session/end-session.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { idOf } from "../../presenters/id.ts";

export const endSession: Operation = defineOperation({
  operationId: "endSession",
  method: "delete",
  path: "/api/account/sessions/{id}",
  tag: "Account",
  summary: "End one of my sessions",
  description: "It is signed out when this is answered. Ending the session that asks is signing out.",
  credentials: ["session"],
  params: z.strictObject({ id: idOf("session") }),
  status: 204,
  refusals: ["not_found"],
  handle: async ({ deps, actor, params }) => {
    await end(deps, actor, params.id);
    return { body: undefined, ...(params.id === actor.session.id ? { session: "clear" as const } : {}) };
  },
});
