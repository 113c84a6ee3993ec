import { z } from "@hono/zod-openapi";
import type { RequestOrigin } from "../../use-cases/actor.ts";
import type { Deps } from "../../use-cases/deps.ts";
import { approveLogin, claimLogin, denyLogin } from "../../use-cases/device/decide.ts";
import { openLoopback, requestLogin } from "../../use-cases/device/login.ts";
import { type MintedByLogin, redeemDeviceCode, redeemHandedCode } from "../../use-cases/device/redeem.ts";
import { Refusal } from "../../use-cases/refusal.ts";
import { DeviceDecision, DeviceLogin, presentDecision, presentDeviceLogin } from "../../wire/device.ts";
import { idOf } from "../../wire/fields.ts";
import { ExpiryChoice, MINT_REFUSALS, PermissionsChoice } from "../../wire/token.ts";
import { defineOperation, type Operation } from "../operation.ts";

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
const DeviceRequestBody = z.object({
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

const requestDeviceOperation = defineOperation({
  operationId: "requestDevice",
  method: "post",
  path: "/oauth2/device_authorization",
  tag: "Device login",
  summary: "Begin a login (RFC 8628)",
  description:
    "For a device without a browser. Somebody types the code on the page `/device`, chooses organization, permissions and expiry there, and approves. There is no `verification_uri_complete`: a code that comes with a link is how people are tricked.",
  credentials: ["public"],
  crossSite: true,
  body: DeviceRequestBody,
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

const DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";
/** RFC 7636 §4.1. */
const VERIFIER = /^[A-Za-z0-9\-._~]{43,128}$/;

// What is missing is said below, by the grant's own rules; unknown fields are ignored (RFC 6749 §3.2).
const TokenRequestBody = z.object({
  grant_type: z
    .string()
    .max(200)
    .optional()
    .openapi({ description: `\`${DEVICE_CODE}\` or \`authorization_code\`.` }),
  device_code: z.string().max(200).optional(),
  code: z.string().max(200).optional(),
  code_verifier: z.string().max(200).optional().openapi({ description: "PKCE, S256." }),
  redirect_uri: z.string().max(200).optional(),
  client_id: z.string().max(200).optional(),
});

const IssuedToken = z
  .object({
    access_token: z.string().openapi({ description: "The secret of a new personal access token, shown this once." }),
    token_type: z.literal("Bearer"),
    expires_in: z.int().optional().openapi({ description: "Seconds; absent when it has no expiry." }),
    scope: z.string().openapi({
      description:
        "The token's present permissions, separated by spaces, as granted on the page (§5.1). A token for the whole role follows the role.",
    }),
  })
  .openapi("IssuedToken");

const issueTokenOperation = defineOperation({
  operationId: "issueToken",
  method: "post",
  path: "/oauth2/token",
  tag: "Device login",
  summary: "Redeem an approved login (RFC 8628, RFC 6749)",
  description:
    "A device polls with its device code; a command on the browser's own machine sends the code it was handed, with its PKCE verifier. The one request that succeeds mints the token, after judging again whoever approved, their membership and role and the organization's policy. A code that comes back after that ends the token.",
  credentials: ["public"],
  crossSite: true,
  body: TokenRequestBody,
  bodyType: "form",
  errorType: "oauth",
  status: 200,
  answer: IssuedToken,
  refusals: [
    "invalid_request",
    "unsupported_grant_type",
    "invalid_grant",
    "authorization_pending",
    "slow_down",
    "access_denied",
    "expired_token",
  ],
  handle: async ({ deps, body, origin }) => {
    const { token, secret, scope } = await redeem(deps, body, origin);
    return {
      body: {
        access_token: secret.expose(),
        token_type: "Bearer" as const,
        ...(token.expiresAt === null ? {} : { expires_in: Math.floor((token.expiresAt - deps.clock()) / 1000) }),
        scope: scope.join(" "),
      },
    };
  },
});

async function redeem(
  deps: Deps,
  body: z.infer<typeof TokenRequestBody>,
  origin: RequestOrigin,
): Promise<MintedByLogin> {
  switch (body.grant_type) {
    case DEVICE_CODE:
      return redeemDeviceCode(deps, required("device_code", body.device_code), origin);
    case "authorization_code": {
      const codeVerifier = required("code_verifier", body.code_verifier);
      if (!VERIFIER.test(codeVerifier)) throw invalid("code_verifier has 43 to 128 unreserved characters.");
      const code = required("code", body.code);
      const redirectUri = required("redirect_uri", body.redirect_uri);
      return redeemHandedCode(deps, { code, codeVerifier, redirectUri }, origin);
    }
    case undefined:
      throw invalid("grant_type is missing.");
    default:
      throw new Refusal("unsupported_grant_type", `Use ${DEVICE_CODE} or authorization_code.`);
  }
}

function required(name: string, value: string | undefined): string {
  if (value === undefined || value === "") throw invalid(`${name} is missing.`);
  return value;
}

function invalid(detail: string): Refusal {
  return new Refusal("invalid_request", detail);
}

const claimDeviceOperation = defineOperation({
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

const openLoopbackOperation = defineOperation({
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
    body: presentDeviceLogin(await openLoopback(deps, actor, body), origin.ip),
  }),
});

const ApproveBody = z.strictObject({
  id: idOf("deviceLogin"),
  name: z.string().openapi({ description: "Of the token.", example: "MacBook CLI" }),
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

const denyDeviceOperation = defineOperation({
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

export const deviceOperations: readonly Operation[] = [
  requestDeviceOperation,
  issueTokenOperation,
  claimDeviceOperation,
  openLoopbackOperation,
  approveDeviceOperation,
  denyDeviceOperation,
];
