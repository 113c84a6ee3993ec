import { z } from "@hono/zod-openapi";

/** A yes or no in a query: `true` or `false`, spelled like this. */
export function flag(description: string): z.ZodType<boolean, "true" | "false"> {
  return z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .openapi({ type: "boolean", description });
}
