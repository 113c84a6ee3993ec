// The parts that many statements share: pages, searches for a text, and many rows as one parameter.
import { type Expression, type RawBuilder, sql, type SqlBool } from "kysely";
import type { Cursor, Page, PageRequest } from "./values.ts";

/**
 * Whether the row `(at, id)` lies beyond the cursor; true for every row if there is no cursor. The pair is compared as
 * one value, so items of the same millisecond are neither skipped nor repeated, and new items do not shift a page.
 */
export function isBeyond(after: Cursor | null, at: string, id: string): Expression<SqlBool> {
  if (after === null) return sql<SqlBool>`1 = 1`;
  return sql<SqlBool>`(${sql.ref(at)}, ${sql.ref(id)}) < (${after.at}, ${after.id})`;
}

/** One row more than the page holds: the same read shows whether there is a next page. */
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

/** Whether one of the columns, which hold `searchText`, contains the text literally. */
export function containsText(columns: readonly string[], text: string): Expression<SqlBool> {
  const pattern = `%${searchText(text).replace(/[\\%_]/g, String.raw`\$&`)}%`;
  const tests = columns.map((column) => sql<SqlBool>`${sql.ref(column)} like ${pattern} escape '\\'`);
  return sql<SqlBool>`(${sql.join(tests, sql` or `)})`;
}

/** Text in the form in which searches compare it: the same for two spellings that differ in case or in composition. */
export function searchText(text: string): string {
  return text.normalize("NFC").toLowerCase();
}

/** The type of a column: text, or a whole number. */
export type JsonColumn = "text" | "bigint";

/**
 * A `select` of the rows, as one parameter, in the order of the rows. The text of the statement is the same for any
 * number of rows, so it is prepared once and stays below every limit on parameters. Both engines have `json_each` for
 * an object, which keeps the order of its members.
 */
export function jsonRows(
  columns: readonly JsonColumn[],
  rows: readonly (readonly (string | number)[])[],
): RawBuilder<unknown> {
  const casts = columns.map((type, index) => sql`cast(given.value ->> ${sql.lit(index)} as ${sql.raw(type)})`);
  return sql`select ${sql.join(casts)} from json_each(${JSON.stringify(Object.fromEntries(rows.entries()))}) as given where true`;
}

/** A `select` of one column of text. */
export function jsonTexts(texts: readonly string[]): RawBuilder<unknown> {
  return jsonRows(
    ["text"],
    texts.map((text) => [text]),
  );
}
