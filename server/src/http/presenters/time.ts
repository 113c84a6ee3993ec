import { z } from "@hono/zod-openapi";

/** An instant on the wire: RFC 3339 in UTC with milliseconds. */
export function presentInstant(at: number): string {
  return new Date(at).toISOString();
}

export function presentInstantOrNull(at: number | null): string | null {
  return at === null ? null : presentInstant(at);
}

export const Instant: z.ZodString = z.string().openapi({ format: "date-time", example: "2026-11-22T09:30:00.000Z" });

/** An instant that a client sends: RFC 3339 with an offset, turned into UTC epoch milliseconds. */
export const InstantInput = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
