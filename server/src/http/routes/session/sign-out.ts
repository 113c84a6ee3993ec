import { signOut as end } from "../../../service/session/sign-out.ts";
import { defineOperation, type Operation } from "../../operation.ts";

export const signOut: Operation = defineOperation({
  operationId: "signOut",
  method: "post",
  path: "/api/sign-out",
  tag: "Session",
  summary: "Sign out",
  description: "Ends this session and clears its cookie.",
  credentials: ["session"],
  status: 204,
  refusals: [],
  handle: async ({ deps, actor }) => {
    await end(deps, actor);
    return { body: undefined, session: "clear" };
  },
});
