import { z } from "@hono/zod-openapi";
import { denyLogin } from "../../../service/device/decide-login.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { DeviceDecision, presentDecision } from "../../presenters/device-login.ts";
import { idOf } from "../../presenters/id.ts";

export const denyDevice: Operation = defineOperation({
  operationId: "denyDevice",
  method: "post",
  path: "/api/device/deny",
  tag: "Device login",
  summary: "Deny a login",
  description: "Ends the login: the device is told, and no token is made.",
  credentials: ["session"],
  body: z.strictObject({ id: idOf("deviceLogin") }),
  status: 200,
  answer: DeviceDecision,
  refusals: ["not_found", "device_login_over"],
  handle: async ({ deps, actor, body }) => ({ body: presentDecision(await denyLogin(deps, actor, body.id)) }),
});
