import { z } from "@hono/zod-openapi";
import { requestLogin } from "../../../service/device/request-login.ts";
import { defineOperation, type Operation } from "../../operation.ts";

const DeviceAuthorization = z
  .object({
    device_code: z.string().openapi({ description: "For the device alone." }),
    user_code: z.string().openapi({ description: "For the person to type.", example: "WDJB-MJHT" }),
    verification_uri: z
      .string()
      .openapi({ description: "Where to type it.", example: "https://mintmark.example.com/device" }),
    expires_in: z.int().openapi({ description: "Seconds." }),
    interval: z.int().openapi({ description: "Seconds between two polls." }),
  })
  .openapi("DeviceAuthorization");

// Unknown fields are ignored, as RFC 6749 §3.2 wants it.
const Body = z.object({
  client_id: z
    .string()
    .max(200)
    .optional()
    .openapi({ description: "Not judged: whoever approves chooses everything." }),
  device_name: z
    .string()
    .max(1000)
    .optional()
    .openapi({ description: "Shown as unverified text, cut to 60 characters." }),
  scope: z.string().max(5000).optional().openapi({ description: "Ignored: permissions are chosen on the page." }),
});

export const requestDevice: Operation = defineOperation({
  operationId: "requestDevice",
  method: "post",
  path: "/oauth2/device_authorization",
  tag: "Device login",
  summary: "Begin a login (RFC 8628)",
  description:
    "For a device without a browser. Somebody types the code on the page `/device`, chooses organization, permissions and expiry there, and approves. There is no `verification_uri_complete`: a code that comes with a link is how people are tricked.",
  credentials: ["public"],
  crossSite: true,
  body: Body,
  bodyType: "form",
  errorType: "oauth",
  status: 200,
  answer: DeviceAuthorization,
  refusals: ["invalid_request", "rate_limited"],
  handle: async ({ deps, body, origin }) => {
    const login = await requestLogin(deps, { deviceName: body.device_name }, origin);
    const code = login.userCode.expose();
    return {
      body: {
        device_code: login.deviceCode.expose(),
        user_code: `${code.slice(0, 4)}-${code.slice(4)}`,
        verification_uri: `${deps.settings.baseUrl}/device`,
        expires_in: login.expiresInMs / 1000,
        interval: login.pollIntervalMs / 1000,
      },
    };
  },
});
