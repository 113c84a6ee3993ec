import { z } from "@hono/zod-openapi";
import type { RequestOrigin } from "../../../service/actor.ts";
import type { Deps } from "../../../service/deps.ts";
import { redeemDeviceCode, redeemHandedCode } from "../../../service/device/redeem-login.ts";
import { Refusal } from "../../../service/refusal.ts";
import type { MintedByLogin } from "../../../service/device/mint-granted.ts";
import { defineOperation, type Operation } from "../../operation.ts";

const DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";
/** RFC 7636 §4.1. */
const VERIFIER = /^[A-Za-z0-9\-._~]{43,128}$/;

// What is missing is said below, by the grant's own rules; unknown fields are ignored (RFC 6749 §3.2).
const Body = z.object({
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

export const issueToken: Operation = defineOperation({
  operationId: "issueToken",
  method: "post",
  path: "/oauth2/token",
  tag: "Device login",
  summary: "Redeem an approved login (RFC 8628, RFC 6749)",
  description:
    "A device polls with its device code; a command on the browser's own machine sends the code it was handed, with its PKCE verifier. The one request that succeeds mints the token, after judging again whoever approved, their membership and role and the organization's policy. A code that comes back after that ends the token.",
  credentials: ["public"],
  crossSite: true,
  body: Body,
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

async function redeem(deps: Deps, body: z.infer<typeof Body>, origin: RequestOrigin): Promise<MintedByLogin> {
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
