// The decision of a person in a browser about a login from a terminal: open it, then approve or deny it.
import { z } from "@hono/zod-openapi";
import { approveLogin, claimLogin, denyLogin } from "../../../use-cases/device/decide.ts";
import { openLoopback } from "../../../use-cases/device/login.ts";
import { DeviceDecision, DeviceLogin, presentDecision, presentDeviceLogin } from "../../../wire/device.ts";
import { idOf } from "../../../wire/schema.ts";
import { ExpiryChoice, MINT_REFUSALS, PermissionsChoice } from "../../../wire/token.ts";
import { defineOperation, type Operation } from "../../operation.ts";

const claimDeviceOperation = defineOperation({
  operationId: "claimDevice",
  method: "post",
  path: "/api/device/claim",
  tag: "Device login",
  summary: "Open a login by its code",
  description:
    "Takes the code as a person typed it, in any case, with or without the hyphen. Only the session that opens a login first can decide about it. After five wrong codes, a session has to wait.",
  credentials: ["session", "hand-off"],
  body: z.strictObject({ userCode: z.string().max(100).openapi({ example: "WDJB-MJHT" }) }),
  status: 200,
  response: DeviceLogin,
  refusals: ["device_code_unknown", "device_login_claimed", "device_login_over", "rate_limited"],
  handle: async ({ deps, actor, body, origin }) => ({
    body: presentDeviceLogin(await claimLogin(deps, actor, body.userCode), origin.ip),
  }),
});

const openLoopbackOperation = defineOperation({
  operationId: "openLoopback",
  method: "post",
  path: "/api/device/loopback",
  tag: "Device login",
  summary: "Open the login of a command on this machine",
  description:
    "The page `/cli/authorize` calls this with the parameters of the link from `mintmark login`. The person's decision goes only to a loopback address.",
  credentials: ["session", "hand-off"],
  body: z.strictObject({
    redirectUri: z.string().max(200).openapi({ example: "http://127.0.0.1:49152/callback" }),
    codeChallenge: z.string().max(200).openapi({ description: "PKCE, S256." }),
    deviceName: z.string().max(1000).optional(),
  }),
  status: 200,
  response: DeviceLogin,
  refusals: ["rate_limited"],
  handle: async ({ deps, actor, body, origin }) => ({
    body: presentDeviceLogin(await openLoopback(deps, actor, body), origin.ip),
  }),
});

const ApproveBody = z.strictObject({
  id: idOf("deviceLogin"),
  name: z.string().openapi({ description: "The token's name.", example: "MacBook CLI" }),
  organizationId: idOf("organization"),
  ...ExpiryChoice,
  ...PermissionsChoice,
});

const approveDeviceOperation = defineOperation({
  operationId: "approveDevice",
  method: "post",
  path: "/api/device/approve",
  tag: "Device login",
  summary: "Approve a login",
  description:
    "Grants the device a token with this name, organization, expiry and permissions, by the rules of minting. No secret exists yet: the device gets it when it redeems the grant, if the grant is still valid then.",
  credentials: ["session", "hand-off"],
  recentPassword: "long-lifetime",
  permission: "tokens:create",
  body: ApproveBody,
  status: 200,
  response: DeviceDecision,
  refusals: [...MINT_REFUSALS, "device_login_over"],
  handle: async ({ deps, actor, body }) => ({ body: presentDecision(await approveLogin(deps, actor, body)) }),
});

const denyDeviceOperation = defineOperation({
  operationId: "denyDevice",
  method: "post",
  path: "/api/device/deny",
  tag: "Device login",
  summary: "Deny a login",
  description: "Ends the login. The device is notified, and no token is created.",
  credentials: ["session", "hand-off"],
  body: z.strictObject({ id: idOf("deviceLogin") }),
  status: 200,
  response: DeviceDecision,
  refusals: ["not_found", "device_login_over"],
  handle: async ({ deps, actor, body }) => ({ body: presentDecision(await denyLogin(deps, actor, body.id)) }),
});

export const deviceDecisionOperations: readonly Operation[] = [
  claimDeviceOperation,
  openLoopbackOperation,
  approveDeviceOperation,
  denyDeviceOperation,
];
