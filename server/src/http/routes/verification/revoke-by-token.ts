import { z } from "@hono/zod-openapi";
import { revokeBySecret } from "../../../service/token/revoke-by-secret.ts";
import { defineOperation, type Operation } from "../../operation.ts";

export const revokeByToken: Operation = defineOperation({
  operationId: "revokeByToken",
  method: "post",
  path: "/oauth2/revoke",
  tag: "Standards",
  summary: "Token revocation (RFC 7009)",
  description:
    "The token itself is the proof of the right to end it. An unknown token answers 200 as well (§2.2). When this is answered, it is over.",
  credentials: ["public"],
  crossSite: true,
  body: z.strictObject({
    token: z.string().max(1000),
    token_type_hint: z.string().max(100).optional(),
    client_id: z.string().max(200).optional(),
  }),
  bodyType: "form",
  status: 200,
  answer: z.object({}),
  refusals: [],
  handle: async ({ deps, body, origin }) => {
    await revokeBySecret(deps, [body.token], { origin, reason: "self" });
    return { body: {} };
  },
});
