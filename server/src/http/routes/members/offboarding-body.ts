import { z } from "@hono/zod-openapi";
import { idOf } from "../../presenters/id.ts";

/** The body of a removal or suspension, which may also be absent. */
export const OffboardingBody = z.strictObject({
  revokeApiKeys: z.array(idOf("apiKey")).max(200).default([]).openapi({
    description: "API keys of the organization to revoke in the same transaction, all or none. Needs `api-keys:write`.",
  }),
});
