import { z } from "@hono/zod-openapi";
import { claimLogin } from "../../../service/device/claim-login.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { DeviceLogin, presentDeviceLogin } from "../../presenters/device-login.ts";

export const claimDevice: Operation = defineOperation({
  operationId: "claimDevice",
  method: "post",
  path: "/api/device/claim",
  tag: "Device login",
  summary: "Open the login that waits for a code",
  description:
    "By the code as a person typed it, in any case, with or without the hyphen. The session that opens a login first is the only one that can decide about it. After five wrong codes a session has to wait.",
  credentials: ["session"],
  body: z.strictObject({ userCode: z.string().max(100).openapi({ example: "WDJB-MJHT" }) }),
  status: 200,
  answer: DeviceLogin,
  refusals: ["device_code_unknown", "device_login_claimed", "device_login_over", "rate_limited"],
  handle: async ({ deps, actor, body, origin }) => ({
    body: presentDeviceLogin(await claimLogin(deps, actor, body.userCode), origin.ip),
  }),
});
