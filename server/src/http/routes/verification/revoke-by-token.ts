import { z } from "@hono/zod-openapi";
import { revokeBySecret } from "../../../service/token/revoke-by-secret.ts";
import { CredentialText } from "../../presenters/identity.ts";
import { defineOperation, type Operation } from "../../operation.ts";

export const revokeByToken: Operation = defineOperation({
  operationId: "revokeByToken",
  method: "post",
  path: "/oauth2/revoke",
  tag: "Standards",
  summary: "Token revocation (RFC 7009)",
  description:
    "Anyone who holds a token may revoke it, so client authentication is ignored. Every token and API key in the text is revoked before the answer. An unknown token also gets 200 (§2.2).",
  credentials: ["public"],
  crossSite: true,
  // Other fields, such as those that authenticate a client, are ignored (RFC 6749 §3.2): the token is proof enough.
  body: z.object({ token: CredentialText }),
  bodyType: "form",
  errorType: "oauth",
  status: 200,
  answer: z.object({}),
  refusals: [],
  handle: async ({ deps, body, origin }) => {
    await revokeBySecret(deps, [body.token], { origin, reason: "self" });
    return { body: {} };
  },
});
