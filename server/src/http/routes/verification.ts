// Verification of credentials: the caller's identity, the questions of services, the revocation of leaked secrets, and
// the OAuth forms of both (RFC 7662, RFC 7009). Rule: a refused credential is a normal response, and the holder of a
// secret may always revoke it.
import { z } from "@hono/zod-openapi";
import { trimSecret } from "@mintmark/core";
import { readClientAddress } from "../../network/client-address.ts";
import { revokeBySecret } from "../../use-cases/token/revoke.ts";
import { whoami } from "../../use-cases/verification.ts";
import { routeOf } from "../../verify/request.ts";
import type { Verifier } from "../../verify/verifier.ts";
import { CredentialText, Identity, presentIdentity, presentPrincipal } from "../../wire/verification.ts";
import { defineOperation, type Operation } from "../operation.ts";

const whoamiOperation = defineOperation({
  operationId: "whoami",
  method: "get",
  path: "/api/whoami",
  tag: "Verification",
  summary: "Who am I",
  description:
    "Returns the identity and the current permissions of the caller. Every active credential may call it. A session whose person is in no organization gets `not_found`.",
  credentials: ["session", "pat", "api-key"],
  status: 200,
  response: Identity,
  refusals: ["not_found"],
  handle: async ({ deps, actor }) => ({ body: presentIdentity(await whoami(deps, actor)) }),
});

const verifyFields = {
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
};

const PresentedCredential = CredentialText.openapi({ description: "The credential your client sent to you." });
const VerifyQuestion = z.strictObject({ token: PresentedCredential, ...verifyFields }).openapi("VerifyQuestion");

/** The most questions in one request. All are verified in one turn of the event loop on SQLite, in one query on PostgreSQL. */
const QUESTIONS = 100;
/** Each question may have a long token of another issuer. */
const VERIFY_BODY_LIMIT = 512 * 1024;

/** One question, or many. It is not a union, so that a refusal names the wrong field. */
const VerifyBody = z
  .strictObject({
    token: PresentedCredential.openapi({ example: "<a token>" }).optional(),
    ...verifyFields,
    requests: z
      .array(VerifyQuestion)
      .min(1)
      .max(QUESTIONS)
      .optional()
      .openapi({ description: "Many questions instead of one. The results have the same order." }),
  })
  .superRefine((body, context) => {
    const refuse = (field: string, message: string): void =>
      context.addIssue({ code: "custom", path: [field], message });
    if (body.requests === undefined && body.token === undefined)
      refuse("token", "is missing. Send the credential that your client sent to you, or `requests`");
    if (body.requests !== undefined && Object.keys(body).length > 1)
      refuse("requests", "cannot have other fields beside it. Put them into each of the requests");
  })
  .openapi({ oneOf: [{ required: ["token"] }, { required: ["requests"] }] });

const VerifyAnswer = z
  .union([
    z.object({ active: z.literal(true), ...Identity.shape }),
    z.object({ active: z.literal(false), code: z.string().openapi({ description: "The stable code of the reason." }) }),
  ])
  .openapi("VerifyAnswer");

const USER_AGENT_LENGTH = 300;

/** Verifies one credential for a service, and records the use. */
async function verifyOne(
  verifier: Verifier,
  { token, permission, ip, userAgent, method, path }: z.infer<typeof VerifyQuestion>,
): Promise<z.infer<typeof VerifyAnswer>> {
  const client = {
    ip: ip === undefined ? null : readClientAddress(ip),
    userAgent: userAgent?.slice(0, USER_AGENT_LENGTH) ?? null,
    route: routeOf(method, path),
  };
  const verification = await verifier.verify(trimSecret(token), client, permission);
  return verification.ok
    ? { active: true, ...presentPrincipal(verification.principal) }
    : { active: false, code: verification.code };
}

const verifyOperation = defineOperation({
  operationId: "verify",
  method: "post",
  path: "/api/verify",
  tag: "Verification",
  summary: "Verify a credential",
  description:
    "For a protected service: returns whether the credential is active, its owner and its permissions. The response for a refused credential is a normal response, not an error. With `requests` instead of `token`, it verifies up to 100 credentials at once: each gets the answer, and leaves the record of its use, that a request for it alone would.",
  credentials: ["service"],
  body: VerifyBody,
  bodyLimit: VERIFY_BODY_LIMIT,
  status: 200,
  response: z.union([VerifyAnswer, z.object({ results: z.array(VerifyAnswer) }).openapi("VerifyResults")]),
  refusals: [],
  handle: async ({ deps: { verifier }, body: { requests, token = "", ...rest } }) => ({
    body:
      requests === undefined
        ? await verifyOne(verifier, { token, ...rest })
        : { results: await Promise.all(requests.map((question) => verifyOne(verifier, question))) },
  }),
});

const revokeLeakedOperation = defineOperation({
  operationId: "revokeLeakedCredentials",
  method: "post",
  path: "/api/credentials/revoke",
  tag: "Verification",
  summary: "Revoke leaked credentials",
  description:
    "For people and secret scanners that find leaked secrets. Send a secret, or text that contains it: a line of a log, a header, `TOKEN=…`. Every token, API key and management key in the text is revoked before the response. The response does not reveal which of them were active.",
  credentials: ["public"],
  crossSite: true,
  body: z.strictObject({ credentials: z.array(CredentialText).min(1).max(100) }),
  status: 202,
  response: z.object({
    accepted: z.literal(true),
    found: z.int().openapi({
      description:
        "How many tokens, API keys and management keys in this instance's format the texts contain. It does not reveal which of them were active. 0: nothing was revoked.",
    }),
  }),
  refusals: [],
  handle: async ({ deps, body, origin }) => {
    const found = await revokeBySecret(deps, body.credentials, { origin, reason: "leaked" });
    return { body: { accepted: true as const, found } };
  },
});

/** The issuer of RFC 8414. Its path keeps its metadata apart from those that AI clients look for; see `METADATA_PATH`. */
function issuerOf(baseUrl: string): string {
  return `${baseUrl}/oauth2`;
}

const Introspection = z
  .union([
    z.object({
      active: z.literal(true),
      scope: z.string().openapi({ description: "Effective permissions, separated by spaces." }),
      client_id: z.string().openapi({ description: "The credential's id." }),
      sub: z.string().optional().openapi({
        description:
          "The id of the user or the API key. With `MINTMARK_SUBJECT=external` the host's id of the user, and absent for an API key and for a user whom the host does not know.",
      }),
      username: z.string().optional(),
      user_external_id: z.string().optional().openapi({ description: "The host's id of the user." }),
      organization_external_id: z.string().optional().openapi({ description: "The host's id of the organization." }),
      token_type: z.literal("Bearer"),
      exp: z.int().optional().openapi({ description: "Seconds since the epoch.", example: 1_797_931_800 }),
      iss: z.string().openapi({ description: "The issuer of the metadata (RFC 8414)." }),
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
    const { baseUrl, subject } = deps.settings;
    const hostId = user?.externalId ?? null;
    // Nothing stands in for a missing id of the host: it could be the host's id of somebody else.
    const sub = subject === "external" ? hostId : (user?.id ?? credential.id);
    return {
      body: {
        active: true as const,
        scope: permissions.join(" "),
        client_id: credential.id,
        ...(sub === null ? {} : { sub }),
        ...(user === null ? {} : { username: user.name }),
        ...(hostId === null ? {} : { user_external_id: hostId }),
        ...(organization.externalId === null ? {} : { organization_external_id: organization.externalId }),
        token_type: "Bearer" as const,
        ...(credential.end === null ? {} : { exp: Math.floor(credential.end.at / 1000) }),
        iss: issuerOf(baseUrl),
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

/**
 * RFC 8414 §3.1 puts the issuer's path behind the well-known name. An AI client that knows only `/mcp` looks under that path
 * and under none. There it must find no authorization server, because it would start a sign-in that cannot end.
 */
const METADATA_PATH = "/.well-known/oauth-authorization-server/oauth2";

const metadataOperation = defineOperation({
  operationId: "authorizationServerMetadata",
  method: "get",
  path: METADATA_PATH,
  tag: "Standards",
  summary: "Metadata for OAuth clients (RFC 8414)",
  description:
    "For gateways and devices that configure themselves: the addresses of introspection, revocation and the login of a device. The issuer is the base URL with `/oauth2`. There is no authorization endpoint.",
  credentials: ["public"],
  crossSite: true,
  status: 200,
  response: z
    .object({
      issuer: z.string().openapi({ example: "https://mintmark.example.com/oauth2" }),
      token_endpoint: z.string(),
      device_authorization_endpoint: z.string(),
      introspection_endpoint: z.string(),
      revocation_endpoint: z.string(),
      grant_types_supported: z.array(z.string()),
      response_types_supported: z.array(z.string()).openapi({ description: "Empty: required by RFC 8414 §2." }),
      token_endpoint_auth_methods_supported: z.array(z.string()),
      introspection_endpoint_auth_methods_supported: z.array(z.string()),
      revocation_endpoint_auth_methods_supported: z.array(z.string()),
      service_documentation: z.string(),
    })
    .openapi("AuthorizationServerMetadata"),
  refusals: [],
  handle: ({ deps: { settings } }) => {
    const issuer = issuerOf(settings.baseUrl);
    return Promise.resolve({
      body: {
        issuer,
        token_endpoint: `${issuer}/token`,
        device_authorization_endpoint: `${issuer}/device_authorization`,
        introspection_endpoint: `${issuer}/introspect`,
        revocation_endpoint: `${issuer}/revoke`,
        grant_types_supported: ["urn:ietf:params:oauth:grant-type:device_code"],
        response_types_supported: [],
        token_endpoint_auth_methods_supported: ["none"],
        introspection_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post", "Bearer"],
        revocation_endpoint_auth_methods_supported: ["none"],
        service_documentation: `${settings.baseUrl}/docs/protect-an-api`,
      },
    });
  },
});

export const verificationOperations: readonly Operation[] = [
  whoamiOperation,
  verifyOperation,
  revokeLeakedOperation,
  introspectOperation,
  revokeByTokenOperation,
  metadataOperation,
];
