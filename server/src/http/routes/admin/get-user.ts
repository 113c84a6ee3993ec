import { getUser as get } from "../../../service/admin/get-user.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { AdminUserDetail, presentAdminUserDetail } from "../../presenters/admin-user.ts";
import { UserPath } from "./user-path.ts";

export const getUser: Operation = defineOperation({
  operationId: "getUser",
  method: "get",
  path: "/api/admin/users/{id}",
  tag: "Instance administration",
  summary: "Read an account",
  description: "Where the person is a member, and how much of theirs is alive. Never a secret.",
  credentials: ["instance-admin"],
  params: UserPath,
  status: 200,
  answer: AdminUserDetail,
  refusals: ["not_found"],
  handle: async ({ deps, params }) => ({ body: presentAdminUserDetail(await get(deps, params.id)) }),
});
