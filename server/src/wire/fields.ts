// Parts that many schemas share: instants, ids, pages of lists, actors and receipts. A list on the wire is `{items,
// nextCursor}`, newest first.
import { z } from "@hono/zod-openapi";
import { ID_PREFIX, type IdKind, type IdTypes, isId } from "@mintmark/core";
import type { Cursor, Page, PageRequest } from "../store/store.ts";
import {
  type Receipt as ReceiptValue,
  Refusal,
  type RevocationReceipt as RevocationValue,
} from "../use-cases/refusal.ts";

/** An instant on the wire: RFC 3339 in UTC with milliseconds. */
export function presentInstant(at: number): string {
  return new Date(at).toISOString();
}

export function presentInstantOrNull(at: number | null): string | null {
  return at === null ? null : presentInstant(at);
}

export const Instant: z.ZodString = z.string().openapi({ format: "date-time", example: "2026-11-22T09:30:00.000Z" });

/** An instant from a client: RFC 3339 with an offset. Parsed to UTC epoch milliseconds. */
export const InstantInput = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

/**
 * An id of this kind in a path or body. Any text is valid: an invalid id is unknown and returns 404 like an unknown
 * one.
 */
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

/** A boolean in a query: exactly `true` or `false`. */
export function flag(description: string): z.ZodType<boolean, "true" | "false"> {
  return z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .openapi({ type: "boolean", description });
}

const DEFAULT_LIMIT = 50;

/**
 * The query of every list, newest first. Spread it into the operation's query object. A cursor is opaque to clients.
 */
export const pageQuery = {
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(200)
    .default(DEFAULT_LIMIT)
    .openapi({ description: "Items per page, 1–200." }),
  cursor: z.string().max(200).optional().openapi({ description: "`nextCursor` of the previous page." }),
};

export function parsePage(query: { readonly limit: number; readonly cursor?: string | undefined }): PageRequest {
  return { limit: query.limit, after: query.cursor === undefined ? null : parseCursor(query.cursor) };
}

function parseCursor(text: string): Cursor {
  const [, at, id = ""] = /^(\d{1,15})\.(.*)$/.exec(Buffer.from(text, "base64url").toString("latin1")) ?? [];
  if (!isId(id))
    throw new Refusal("cursor_invalid", "The cursor does not belong to this list. Start again without it.");
  return { at: Number(at), id };
}

/** A page on the wire. `present` turns each item into JSON. */
export function presentPage<T, J>(page: Page<T>, present: (item: T) => J): { items: J[]; nextCursor: string | null } {
  return { items: page.items.map(present), nextCursor: presentCursor(page.next) };
}

export function presentCursor(next: Cursor | null): string | null {
  return next === null ? null : Buffer.from(`${next.at}.${next.id}`, "latin1").toString("base64url");
}

/** The schema of a page of these items. */
export function pageOf<T extends z.ZodType>(
  item: T,
): z.ZodObject<{ items: z.ZodArray<T>; nextCursor: z.ZodNullable<z.ZodString> }> {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** The actor of an event, by id and by the name at that time. */
export const ActorReference = z
  .object({ kind: z.enum(["user", "api_key", "service", "system"]), id: z.string(), name: z.string() })
  .openapi("ActorReference");

export const Receipt = z
  .object({
    at: Instant,
    confirmedBy: z.enum(["single", "replicas", "lease"]),
    replicas: z.int().openapi({ description: "How many processes confirmed the change." }),
    waitedMs: z.number(),
  })
  .openapi("Receipt", {
    description: "Confirms a change of authority. When you receive it, the change holds everywhere.",
  });

export const RevocationReceipt = z.object({ revoked: z.literal(true), ...Receipt.shape }).openapi("RevocationReceipt", {
  description:
    "Confirms a revocation. When you receive it, no request with the revoked credentials is accepted anywhere.",
});

export function presentReceipt(receipt: ReceiptValue): z.infer<typeof Receipt> {
  const { confirmedBy, replicas, waitedMs } = receipt;
  return { at: presentInstant(receipt.at), confirmedBy, replicas, waitedMs };
}

export function presentRevocation(receipt: RevocationValue): z.infer<typeof RevocationReceipt> {
  return { revoked: true, ...presentReceipt(receipt) };
}
