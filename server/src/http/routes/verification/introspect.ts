import { z } from "@hono/zod-openapi";
import { trimSecret } from "@mintmark/core";
import { CredentialText } from "../../presenters/identity.ts";
import { defineOperation, type Operation } from "../../operation.ts";

const Introspection = z
  .union([
    z.object({
      active: z.literal(true),
      scope: z.string().openapi({ description: "Effective permissions, separated by spaces." }),
      client_id: z.string().openapi({ description: "The credential's id." }),
      sub: z.string().openapi({ description: "The user's id, or the API key's." }),
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

export const introspect: Operation = defineOperation({
  operationId: "introspect",
  method: "post",
  path: "/oauth2/introspect",
  tag: "Standards",
  summary: "Token introspection (RFC 7662)",
  description:
    "For gateways that speak the standard. The service key authenticates as a bearer token, as the password of HTTP Basic, or as `client_secret`; `client_id` is not evaluated. A credential that is not live is `{active:false}` and nothing more (§2.2).",
  credentials: ["service"],
  clientAuthentication: true,
  // Other fields are ignored (RFC 6749 §3.2).
  body: z.object({ token: CredentialText }),
  bodyType: "form",
  errorType: "oauth",
  status: 200,
  answer: Introspection,
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
