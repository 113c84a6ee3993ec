// Verification of credentials: the caller's identity, the questions of services, the revocation of leaked secrets, and
// the OAuth forms of both (RFC 7662, RFC 7009). Rule: a refused credential is a normal response, and the holder of a
// secret may always revoke it.
import { z } from "@hono/zod-openapi";
import { trimSecret } from "@mintmark/core";
import { readClientAddress } from "../../network/client-address.ts";
import { revokeBySecret } from "../../use-cases/token/revoke.ts";
import { whoami } from "../../use-cases/verification.ts";
import { routeOf } from "../../verify/request.ts";
import { CredentialText, Identity, presentIdentity, presentPrincipal } from "../../wire/verification.ts";
import { defineOperation, type Operation } from "../operation.ts";

const whoamiOperation = defineOperation({
  operationId: "whoami",
  method: "get",
  path: "/api/whoami",
  tag: "Verification",
  summary: "Who am I",
  description: "Returns the identity and the current permissions of the caller. Every active credential may call it.",
  credentials: ["session", "pat", "api-key"],
  status: 200,
  response: Identity,
  refusals: [],
  handle: async ({ deps, actor }) => ({ body: presentIdentity(await whoami(deps, actor)) }),
});

const VerifyBody = z.strictObject({
  token: CredentialText.openapi({ description: "The credential your client sent to you." }),
  permission: z.string().max(100).optional().openapi({ description: "Also require this permission." }),
  ip: z
    .string()
    .max(100)
    .refine((text) => readClientAddress(text) !== null, {
      message: "This is not an IP address. Send your client's, such as 203.0.113.7 or 2001:db8::7, or leave ip out.",
    })
    .optional()
    .openapi({
      description:
        "Your client's address, for network policies and the audit log. It may have a port or brackets. Without it, a policy with networks refuses the credential. Text that is not an address is an error.",
    }),
  userAgent: z.string().max(1000).optional(),
  method: z.string().max(20).optional().openapi({ description: "The request of your client, for the history of use." }),
  path: z
    .string()
    .max(2000)
    .optional()
    .openapi({ description: "Its path. Only its words are kept: ids become `:id`, and the query is dropped." }),
});

const VerifyResponse = z
  .union([
    z.object({ active: z.literal(true), ...Identity.shape }),
    z.object({ active: z.literal(false), code: z.string().openapi({ description: "The stable code of the reason." }) }),
  ])
  .openapi("VerifyAnswer");

const USER_AGENT_LENGTH = 300;

const verifyOperation = defineOperation({
  operationId: "verify",
  method: "post",
  path: "/api/verify",
  tag: "Verification",
  summary: "Verify a credential",
  description:
    "For a protected service: returns whether the credential is active, its owner and its permissions. The response for a refused credential is a normal response, not an error.",
  credentials: ["service"],
  body: VerifyBody,
  status: 200,
  response: VerifyResponse,
  refusals: [],
  handle: async ({ deps, body }) => {
    const client = {
      ip: body.ip === undefined ? null : readClientAddress(body.ip),
      userAgent: body.userAgent?.slice(0, USER_AGENT_LENGTH) ?? null,
      route: routeOf(body.method, body.path),
    };
    const verification = await deps.verifier.verify(trimSecret(body.token), client, body.permission);
    return {
      body: verification.ok
        ? { active: true as const, ...presentPrincipal(verification.principal) }
        : { active: false as const, code: verification.code },
    };
  },
});

const revokeLeakedOperation = defineOperation({
  operationId: "revokeLeakedCredentials",
  method: "post",
  path: "/api/credentials/revoke",
  tag: "Verification",
  summary: "Revoke leaked credentials",
  description:
    "For people and secret scanners that find leaked secrets. Send a secret, or text that contains it: a line of a log, a header, `TOKEN=…`. Every token and API key in the text is revoked before the response. The response does not reveal which of them were active.",
  credentials: ["public"],
  crossSite: true,
  body: z.strictObject({ credentials: z.array(CredentialText).min(1).max(100) }),
  status: 202,
  response: z.object({
    accepted: z.literal(true),
    found: z.int().openapi({
      description:
        "How many tokens and API keys in this instance's format the texts contain. It does not reveal which of them were active. 0: nothing was revoked.",
    }),
  }),
  refusals: [],
  handle: async ({ deps, body, origin }) => {
    const found = await revokeBySecret(deps, body.credentials, { origin, reason: "leaked" });
    return { body: { accepted: true as const, found } };
  },
});

const Introspection = z
  .union([
    z.object({
      active: z.literal(true),
      scope: z.string().openapi({ description: "Effective permissions, separated by spaces." }),
      client_id: z.string().openapi({ description: "The credential's id." }),
      sub: z.string().openapi({ description: "The id of the user or the API key." }),
      username: z.string().optional(),
      token_type: z.literal("Bearer"),
      exp: z.int().optional().openapi({ description: "Seconds since the epoch." }),
      iss: z.string(),
      organization: z.string(),
      role: z.string(),
    }),
    z.object({ active: z.literal(false) }),
  ])
  .openapi("Introspection");

const introspectOperation = defineOperation({
  operationId: "introspect",
  method: "post",
  path: "/oauth2/introspect",
  tag: "Standards",
  summary: "Token introspection (RFC 7662)",
  description:
    "For gateways that implement the standard. The service key authenticates as a bearer token, as the password of HTTP Basic, or as `client_secret`; `client_id` is ignored. The response for an inactive credential is only `{active:false}` (§2.2).",
  credentials: ["service"],
  clientAuthentication: true,
  // RFC 6749 §3.2: other fields are ignored.
  body: z.object({ token: CredentialText }),
  bodyType: "form",
  errorType: "oauth",
  status: 200,
  response: Introspection,
  refusals: [],
  handle: async ({ deps, body }) => {
    const verification = await deps.verifier.verify(trimSecret(body.token), { ip: null, userAgent: null });
    if (!verification.ok) return { body: { active: false as const } };
    const { credential, user, organization, role, permissions } = verification.principal;
    return {
      body: {
        active: true as const,
        scope: permissions.join(" "),
        client_id: credential.id,
        sub: user?.id ?? credential.id,
        ...(user === null ? {} : { username: user.name }),
        token_type: "Bearer" as const,
        ...(credential.expiresAt === null ? {} : { exp: Math.floor(credential.expiresAt / 1000) }),
        iss: deps.settings.baseUrl,
        organization: organization.id,
        role,
      },
    };
  },
});

const revokeByTokenOperation = defineOperation({
  operationId: "revokeByToken",
  method: "post",
  path: "/oauth2/revoke",
  tag: "Standards",
  summary: "Token revocation (RFC 7009)",
  description:
    "Anyone who holds a token may revoke it, so client authentication is ignored. Every token and API key in the text is revoked before the response. An unknown token also returns 200 (§2.2).",
  credentials: ["public"],
  crossSite: true,
  // RFC 6749 §3.2: other fields, such as client authentication, are ignored. The token is sufficient proof.
  body: z.object({ token: CredentialText }),
  bodyType: "form",
  errorType: "oauth",
  status: 200,
  response: z.object({}),
  refusals: [],
  handle: async ({ deps, body, origin }) => {
    await revokeBySecret(deps, [body.token], { origin, reason: "self" });
    return { body: {} };
  },
});

export const verificationOperations: readonly Operation[] = [
  whoamiOperation,
  verifyOperation,
  revokeLeakedOperation,
  introspectOperation,
  revokeByTokenOperation,
];
