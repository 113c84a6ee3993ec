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
    "Holding the token is the right to revoke it, so no client authentication is needed, and none is evaluated. Every token in the text is revoked. An unknown token answers 200 as well (§2.2). When this answers, it is over.",
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
