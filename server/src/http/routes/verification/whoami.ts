import { whoami as identify } from "../../../service/verification/whoami.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { Identity, presentIdentity } from "../../presenters/identity.ts";

export const whoami: Operation = defineOperation({
  operationId: "whoami",
  method: "get",
  path: "/api/whoami",
  tag: "Verification",
  summary: "Who am I",
  description: "Who the request is and what it may do now. Every live credential may ask.",
  credentials: ["session", "pat", "api-key"],
  status: 200,
  answer: Identity,
  refusals: [],
  handle: async ({ deps, actor }) => ({ body: presentIdentity(await identify(deps, actor)) }),
});
