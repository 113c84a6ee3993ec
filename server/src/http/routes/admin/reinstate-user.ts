import { reinstateUser as reinstate } from "../../../service/admin/reinstate-user.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { presentUserChange, UserChange, UserPath } from "./user-path.ts";

export const reinstateUser: Operation = defineOperation({
  operationId: "reinstateUser",
  method: "post",
  path: "/api/admin/users/{id}/reinstate",
  tag: "Instance administration",
  summary: "Reinstate an account",
  description: "Its tokens that rested work again. Sessions that were ended stay ended.",
  credentials: ["instance-admin"],
  recentPassword: "always",
  params: UserPath,
  status: 200,
  answer: UserChange,
  refusals: ["not_found"],
  handle: async ({ deps, actor, params }) => ({ body: presentUserChange(await reinstate(deps, actor, params.id)) }),
});
