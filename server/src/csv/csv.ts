// Rows of a CSV file (RFC 4180). Rule: a spreadsheet shows every cell as text and never evaluates one. Every CSV export
// uses this module. Deliberately absent: reading CSV.

/** The values that a cell can hold. `null` is an empty cell. */
export type CsvCell = string | number | boolean | null;

// A spreadsheet treats a cell that starts with one of these as a formula, after blanks and invisible characters. Where
// the list separator is a semicolon or a tab, as in much of Europe, a new cell starts after each separator.
const FORMULA_START = /(^|[;\t])([\s\p{Cc}\p{Cf}]*)(?=[=+\-@＝＋－＠])/gu;
// A tab among the blanks is also a separator.
const FORMULA_AFTER_TAB = /\t(?=(?:(?!\t)[\s\p{Cc}\p{Cf}])*[=+\-@＝＋－＠])/gu;
const CONTROL_START = /^(?=[\t\r\n])/;
const NEEDS_QUOTES = /[",;\t\r\n]|^\s|\s$/;

/**
 * One row with its line end. Text that a spreadsheet would treat as a formula gets an apostrophe before the critical
 * character, so the spreadsheet shows it as text. Numbers stay unchanged because they compute nothing.
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
  // The apostrophe comes before the blanks, so that a program that trims the cell finds it first.
  return text.replaceAll(FORMULA_START, "$1'$2").replaceAll(FORMULA_AFTER_TAB, "\t'").replace(CONTROL_START, "'");
}
