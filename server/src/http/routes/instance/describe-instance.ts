import { describeInstance as describe } from "../../../service/instance/describe-instance.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { Instance, presentInstance } from "../../presenters/instance.ts";

export const describeInstance: Operation = defineOperation({
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
  handle: async ({ deps }) => ({ body: presentInstance(await describe(deps)) }),
});
