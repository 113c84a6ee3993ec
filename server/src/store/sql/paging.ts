// Pages, newest first. A cursor is the (instant, id) of the last item seen, compared as one value, so
// items of the same millisecond are neither skipped nor repeated, and new items do not shift a page.
import { type Expression, type SqlBool, sql } from "kysely";
import type { Cursor, Page, PageRequest } from "../page.ts";

/** Whether the row `(at, id)` lies beyond the cursor; true for every row without one. */
export function isBeyond(after: Cursor | null, at: string, id: string): Expression<SqlBool> {
  if (after === null) return sql<SqlBool>`1 = 1`;
  return sql<SqlBool>`(${sql.ref(at)}, ${sql.ref(id)}) < (${after.at}, ${after.id})`;
}

/** One row more than the page holds: whether there is a next page shows in the same read. */
export function rowsToRead(page: PageRequest): number {
  return page.limit + 1;
}

export function pageOf<Row, Item>(
  rows: readonly Row[],
  page: PageRequest,
  toItem: (row: Row) => Item,
  cursorOf: (item: Item) => Cursor,
): Page<Item> {
  const items = rows.slice(0, page.limit).map(toItem);
  const last = items.at(-1);
  return { items, next: rows.length > page.limit && last !== undefined ? cursorOf(last) : null };
}

/** Whether one of the columns, which hold `searchText`, contains the text, taken literally. */
export function containsText(columns: readonly string[], text: string): Expression<SqlBool> {
  const pattern = `%${searchText(text).replace(/[\\%_]/g, String.raw`\$&`)}%`;
  const tests = columns.map((column) => sql<SqlBool>`${sql.ref(column)} like ${pattern} escape '\\'`);
  return sql<SqlBool>`(${sql.join(tests, sql` or `)})`;
}

/** Text as it is compared in searches: the same for two spellings that differ in case or in composition. */
export function searchText(text: string): string {
  return text.normalize("NFC").toLowerCase();
}
