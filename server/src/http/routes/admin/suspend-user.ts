import { suspendUser as suspend } from "../../../service/admin/suspend-user.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { presentUserChange, UserChange, UserPath } from "./user-path.ts";

export const suspendUser: Operation = defineOperation({
  operationId: "suspendUser",
  method: "post",
  path: "/api/admin/users/{id}/suspend",
  tag: "Instance administration",
  summary: "Suspend an account",
  description:
    "When this is answered its sessions have ended and its tokens are refused everywhere. They rest until it is reinstated, unless an organization's `revokeOnSuspend` ends them. Repeating it answers the first instant.",
  credentials: ["instance-admin"],
  params: UserPath,
  status: 200,
  answer: UserChange,
  refusals: ["not_found", "last_instance_admin", "self_suspension"],
  handle: async ({ deps, actor, params }) => ({ body: presentUserChange(await suspend(deps, actor, params.id)) }),
});
