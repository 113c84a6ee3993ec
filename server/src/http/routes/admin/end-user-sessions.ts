import { z } from "@hono/zod-openapi";
import { endUserSessions as end } from "../../../service/admin/end-user-sessions.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { presentReceipt, Receipt } from "../../presenters/receipt.ts";
import { UserPath } from "./user-path.ts";

const EndedUserSessions = z
  .object({
    receipt: Receipt,
    endedSessions: z.int().openapi({ description: "Browsers that were signed in." }),
  })
  .openapi("EndedUserSessions");

export const endUserSessions: Operation = defineOperation({
  operationId: "endUserSessions",
  method: "post",
  path: "/api/admin/users/{id}/end-sessions",
  tag: "Instance administration",
  summary: "Sign a person out everywhere",
  description:
    "When this is answered, no browser of theirs is signed in. They may sign in again, and their tokens work on. Of one's own sessions the one that asks stays.",
  credentials: ["instance-admin"],
  params: UserPath,
  status: 200,
  answer: EndedUserSessions,
  refusals: ["not_found"],
  handle: async ({ deps, actor, params }) => {
    const { receipt, endedSessions } = await end(deps, actor, params.id);
    return { body: { receipt: presentReceipt(receipt), endedSessions } };
  },
});
