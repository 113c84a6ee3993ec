// The parts that many statements share: pages, searches for a text, and many rows as one parameter.
import { type Expression, type RawBuilder, sql, type SqlBool } from "kysely";
import type { Cursor, Page, PageRequest } from "./values.ts";

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

/** A column of the rows: text, or a whole number. */
export type JsonColumn = "text" | "bigint";

/** `select` of the rows, with a column for each type given; the order of the rows is kept. */
export function jsonRows(
  columns: readonly JsonColumn[],
  rows: readonly (readonly (string | number)[])[],
): RawBuilder<unknown> {
  const casts = columns.map((type, index) => sql`cast(given.value ->> ${sql.lit(index)} as ${sql.raw(type)})`);
  return sql`select ${sql.join(casts)} from json_each(${JSON.stringify(Object.fromEntries(rows.entries()))}) as given where true`;
}

/** `select` of one column of text. */
export function jsonTexts(texts: readonly string[]): RawBuilder<unknown> {
  return jsonRows(
    ["text"],
    texts.map((text) => [text]),
  );
}
