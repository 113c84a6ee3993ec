// What several tools take. Descriptions are for models, so they are part of the schema.
import { z } from "@hono/zod-openapi";

export const nothing: z.ZodObject = z.strictObject({});

/** The page of a list: spread it into the tool's own input. */
export const pageInput = {
  limit: z.int().min(1).max(200).default(50).describe("How many at most, 1 to 200."),
  cursor: z.string().max(200).optional().describe("nextCursor of the page before, to go on."),
};

/** An id of this kind. Any text passes: one that is no id is simply unknown. */
export function idInput<T extends string>(what: string): z.ZodType<T, string> {
  return z
    .string()
    .max(200)
    .describe(what)
    .transform((text) => text as T);
}
