import { z } from "@hono/zod-openapi";
import { approveLogin } from "../../../service/device/decide-login.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { DeviceDecision, presentDecision } from "../../presenters/device-login.ts";
import { idOf } from "../../presenters/id.ts";
import { ExpiryChoice, MINT_REFUSALS, PermissionsChoice } from "../tokens/mint-choice.ts";

const ApproveBody = z.strictObject({
  id: idOf("deviceLogin"),
  name: z.string().openapi({ description: "Of the token.", example: "MacBook CLI" }),
  organizationId: idOf("organization"),
  ...ExpiryChoice,
  ...PermissionsChoice,
});

export const approveDevice: Operation = defineOperation({
  operationId: "approveDevice",
  method: "post",
  path: "/api/device/approve",
  tag: "Device login",
  summary: "Approve a login",
  description:
    "Grants the device a token with this name, organization, expiry and permissions, by the rules of minting. No secret is made yet: the device gets it when it redeems the grant, and only if it still holds then.",
  credentials: ["session"],
  recentPassword: "long-lifetime",
  permission: "tokens:create",
  body: ApproveBody,
  status: 200,
  answer: DeviceDecision,
  refusals: [...MINT_REFUSALS, "device_login_over"],
  handle: async ({ deps, actor, body }) => ({ body: presentDecision(await approveLogin(deps, actor, body)) }),
});
