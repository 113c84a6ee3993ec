// Lists on the wire: `{items, nextCursor}`, newest first. A cursor is opaque to clients.
import { z } from "@hono/zod-openapi";
import { Refusal } from "../../service/refusal.ts";
import type { Cursor, Page, PageRequest } from "../../store/store.ts";

const DEFAULT_LIMIT = 50;

/** The query of every list: spread it into the operation's own query object. */
export const pageQuery = {
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(200)
    .default(DEFAULT_LIMIT)
    .openapi({ description: "Items per page, 1–200." }),
  cursor: z.string().max(200).optional().openapi({ description: "`nextCursor` of the page before." }),
};

export function parsePage(query: { readonly limit: number; readonly cursor?: string | undefined }): PageRequest {
  return { limit: query.limit, after: query.cursor === undefined ? null : parseCursor(query.cursor) };
}

function parseCursor(text: string): Cursor {
  const match = /^(\d{1,15})\.([a-z]{3}_[0-9a-f]{32})$/.exec(Buffer.from(text, "base64url").toString("latin1"));
  if (match === null)
    throw new Refusal("cursor_invalid", "The cursor is not one of this list. Start again without it.");
  return { at: Number(match[1]), id: match[2] as string };
}

/** The page's wire form, each item by its presenter. */
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
