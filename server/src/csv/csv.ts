// Rows of a CSV file (RFC 4180) that a spreadsheet shows and never computes. Everything this project exports
// as CSV goes through here. Reading CSV is absent on purpose.

/** What a cell may hold. `null` is an empty cell. */
export type CsvCell = string | number | boolean | null;

// A spreadsheet takes a cell that begins so for a formula; it skips blanks and invisible characters first.
// Where the list separator is a semicolon or a tab, as in much of Europe, a new cell begins after each of those.
const FORMULA_START = /(^|[;\t])([\s\p{Cc}\p{Cf}]*)(?=[=+\-@＝＋－＠])/gu;
// A tab among the blanks is a separator too.
const FORMULA_AFTER_TAB = /\t(?=(?:(?!\t)[\s\p{Cc}\p{Cf}])*[=+\-@＝＋－＠])/gu;
const CONTROL_START = /^(?=[\t\r\n])/;
const NEEDS_QUOTES = /[",;\t\r\n]|^\s|\s$/;

/**
 * One row with its line end. A text that a spreadsheet would take for a formula gets an apostrophe before the
 * character that makes it one, so it is shown as text; numbers are left alone, for they compute nothing.
 */
export function csvRow(cells: readonly CsvCell[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

function csvCell(cell: CsvCell): string {
  if (cell === null) return "";
  if (typeof cell !== "string") return String(cell);
  const inert = inertText(cell);
  return NEEDS_QUOTES.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

function inertText(text: string): string {
  // The apostrophe stands before the blanks, so a program that trims the cell finds it first.
  return text.replaceAll(FORMULA_START, "$1'$2").replaceAll(FORMULA_AFTER_TAB, "\t'").replace(CONTROL_START, "'");
}
