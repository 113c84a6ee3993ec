// The OAuth endpoints of a login from a terminal: the request of a device (RFC 8628) and the exchange of a code for a
// token (RFC 6749 with PKCE). They are public and take forms. Unknown fields are ignored (RFC 6749 §3.2).
import { z } from "@hono/zod-openapi";
import { type Deps, Refusal, type RequestOrigin } from "../../../use-cases/use-case.ts";
import { requestLogin } from "../../../use-cases/device/login.ts";
import type { MintedByLogin } from "../../../use-cases/device/mint-granted.ts";
import { redeemDeviceCode, redeemHandedCode } from "../../../use-cases/device/redeem.ts";
import { defineOperation, type Operation } from "../../operation.ts";

const DeviceAuthorization = z
  .object({
    device_code: z.string().openapi({ description: "For the device only." }),
    user_code: z.string().openapi({ description: "The code that the person types.", example: "WDJB-MJHT" }),
    verification_uri: z
      .string()
      .openapi({ description: "The page where the person types it.", example: "https://mintmark.example.com/device" }),
    expires_in: z.int().openapi({ description: "Seconds." }),
    interval: z.int().openapi({ description: "Seconds between two polls." }),
  })
  .openapi("DeviceAuthorization");

const DeviceRequestBody = z.object({
  client_id: z
    .string()
    .max(200)
    .optional()
    .openapi({ description: "Not checked: the person who approves chooses everything." }),
  device_name: z
    .string()
    .max(1000)
    .optional()
    .openapi({ description: "Shown as unverified text of at most 60 characters." }),
  scope: z
    .string()
    .max(5000)
    .optional()
    .openapi({ description: "Ignored: the person chooses permissions on the page." }),
});

const requestDeviceOperation = defineOperation({
  operationId: "requestDevice",
  method: "post",
  path: "/oauth2/device_authorization",
  tag: "Device login",
  summary: "Start a login (RFC 8628)",
  description:
    "For a device without a browser. A person types the code on the page `/device`, chooses organization, permissions and expiry there, and approves. There is no `verification_uri_complete`, because attackers send links with a code to trick people.",
  credentials: ["public"],
  crossSite: true,
  body: DeviceRequestBody,
  bodyType: "form",
  errorType: "oauth",
  status: 200,
  response: DeviceAuthorization,
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

// The rules of each grant report missing fields below.
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
    access_token: z.string().openapi({ description: "The secret of a new personal access token, shown only once." }),
    token_type: z.literal("Bearer"),
    expires_in: z.int().optional().openapi({ description: "Seconds; absent when it has no expiry." }),
    scope: z.string().openapi({
      description:
        "The token's current permissions, separated by spaces, as granted on the page (§5.1). A token for the whole role follows the role.",
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
    "A device polls with its device code. A command on the browser's machine sends the code from the browser, with its PKCE verifier. One request succeeds and mints the token, after it evaluates again the person who approved, their membership and role, and the organization's policy. If the code is used again, the token is revoked.",
  credentials: ["public"],
  crossSite: true,
  body: TokenRequestBody,
  bodyType: "form",
  errorType: "oauth",
  status: 200,
  response: IssuedToken,
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

export const deviceTokenOperations: readonly Operation[] = [requestDeviceOperation, issueTokenOperation];
