import { z } from "@hono/zod-openapi";
import { ID_PREFIX, type IdKind, type IdTypes } from "@mintmark/core";

/** An id of this kind in a path or body. Any text passes: one that is no id is simply unknown, and answers 404 like it. */
export function idOf<K extends IdKind>(kind: K): z.ZodType<IdTypes[K], string> {
  return z
    .string()
    .max(200)
    .transform((text) => text as IdTypes[K])
    .openapi({
      type: "string",
      example: `${ID_PREFIX[kind]}_6f1c0a9e2b7d4c58a3e0f9d1b2c47a65`,
    });
}
