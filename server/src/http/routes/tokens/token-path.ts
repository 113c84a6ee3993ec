import { z } from "@hono/zod-openapi";
import type { TokenSelector } from "../../../service/token/find-token.ts";

/** The path of one token: its id, or `current` for the token that makes the request. */
export const TokenPath = z.strictObject({
  id: z
    .string()
    .max(200)
    .transform((text) => text as TokenSelector)
    .openapi({ type: "string", description: "The token's id, or `current`: the token that makes the request." }),
});
