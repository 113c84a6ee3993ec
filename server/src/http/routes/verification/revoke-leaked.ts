import { z } from "@hono/zod-openapi";
import { revokeBySecret } from "../../../service/token/revoke-by-secret.ts";
import { CredentialText } from "../../presenters/identity.ts";
import { defineOperation, type Operation } from "../../operation.ts";

export const revokeLeaked: Operation = defineOperation({
  operationId: "revokeLeakedCredentials",
  method: "post",
  path: "/api/credentials/revoke",
  tag: "Verification",
  summary: "Revoke leaked credentials",
  description:
    "For people and secret scanners that find secrets in the open. Send a secret, or the text that contains it: a line of a log, a header, `TOKEN=…`. Every token and API key in the text is revoked before the answer. The answer does not tell which of them were live.",
  credentials: ["public"],
  crossSite: true,
  body: z.strictObject({ credentials: z.array(CredentialText).min(1).max(100) }),
  status: 202,
  answer: z.object({
    accepted: z.literal(true),
    found: z.int().openapi({
      description:
        "How many tokens and API keys in this instance's format the texts contain. It does not tell which of them were live. 0: nothing was revoked.",
    }),
  }),
  refusals: [],
  handle: async ({ deps, body, origin }) => {
    const found = await revokeBySecret(deps, body.credentials, { origin, reason: "leaked" });
    return { body: { accepted: true as const, found } };
  },
});
