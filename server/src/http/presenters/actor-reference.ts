import { z } from "@hono/zod-openapi";

/** Who did something, by id and by the name they had then. */
export const ActorReference = z
  .object({ kind: z.enum(["user", "api_key", "service", "system"]), id: z.string(), name: z.string() })
  .openapi("ActorReference");
