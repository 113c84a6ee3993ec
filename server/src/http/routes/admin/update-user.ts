import { z } from "@hono/zod-openapi";
import { setInstanceAdmin } from "../../../service/admin/set-instance-admin.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { presentUserChange, UserChange, UserPath } from "./user-path.ts";

export const updateUser: Operation = defineOperation({
  operationId: "updateUser",
  method: "patch",
  path: "/api/admin/users/{id}",
  tag: "Instance administration",
  summary: "Appoint or dismiss an instance admin",
  description:
    "Needs a password given within the last 15 minutes. When a dismissal is answered, the person can administer nothing any more. The last instance admin who is not suspended stays one.",
  credentials: ["instance-admin"],
  recentPassword: "always",
  params: UserPath,
  body: z.strictObject({ instanceAdmin: z.boolean() }),
  status: 200,
  answer: UserChange,
  refusals: ["not_found", "last_instance_admin", "person_suspended"],
  handle: async ({ deps, actor, params, body }) => ({
    body: presentUserChange(await setInstanceAdmin(deps, actor, { ...params, ...body })),
  }),
});
