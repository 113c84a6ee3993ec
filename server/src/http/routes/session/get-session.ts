import { describeSession } from "../../../service/session/describe-session.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { presentSession, Session } from "../../presenters/session.ts";

export const getSession: Operation = defineOperation({
  operationId: "getSession",
  method: "get",
  path: "/api/session",
  tag: "Session",
  summary: "Get my session",
  description: "The signed-in user, the active organization, and the first 20 of the user's organizations.",
  credentials: ["session"],
  status: 200,
  answer: Session,
  refusals: [],
  handle: async ({ deps, actor }) => ({ body: presentSession(await describeSession(deps, actor)) }),
});
