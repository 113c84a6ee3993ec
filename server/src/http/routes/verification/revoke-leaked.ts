import { z } from "@hono/zod-openapi";
import { revokeBySecret } from "../../../service/token/revoke-by-secret.ts";
import { defineOperation, type Operation } from "../../operation.ts";

export const revokeLeaked: Operation = defineOperation({
  operationId: "revokeLeakedCredentials",
  method: "post",
  path: "/api/credentials/revoke",
  tag: "Verification",
  summary: "Revoke leaked credentials",
  description:
    "For whoever finds secrets in the open, such as a secret scanner: every one that is live here is dead when this is answered. The answer is the same whether any was.",
  credentials: ["public"],
  crossSite: true,
  body: z.strictObject({ credentials: z.array(z.string().max(1000)).min(1).max(100) }),
  status: 202,
  answer: z.object({ accepted: z.literal(true) }),
  refusals: [],
  handle: async ({ deps, body, origin }) => {
    await revokeBySecret(deps, body.credentials, { origin, reason: "leaked" });
    return { body: { accepted: true as const } };
  },
});
