// Many rows as one parameter. A statement that takes them this way is the same text for any number of rows,
// so it is prepared once, and no engine's limit on parameters comes near. Both engines have `json_each`
// for an object, with the members in the order they were written.
import { type RawBuilder, sql } from "kysely";

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
