import { z } from "@hono/zod-openapi";
import { openLoopback as open } from "../../../service/device/open-loopback.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { DeviceLogin, presentDeviceLogin } from "../../presenters/device-login.ts";

export const openLoopback: Operation = defineOperation({
  operationId: "openLoopback",
  method: "post",
  path: "/api/device/loopback",
  tag: "Device login",
  summary: "Open the login of a command on this machine",
  description:
    "Called by the page `/cli/authorize` with what `mintmark login` put into its link. The answer of the person goes to a loopback address and to no other place.",
  credentials: ["session"],
  body: z.strictObject({
    redirectUri: z.string().max(200).openapi({ example: "http://127.0.0.1:49152/callback" }),
    codeChallenge: z.string().max(200).openapi({ description: "PKCE, S256." }),
    deviceName: z.string().max(1000).optional(),
  }),
  status: 200,
  answer: DeviceLogin,
  refusals: ["rate_limited"],
  handle: async ({ deps, actor, body, origin }) => ({
    body: presentDeviceLogin(await open(deps, actor, body), origin.ip),
  }),
});
