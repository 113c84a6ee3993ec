import assert from "node:assert/strict";
import { test } from "node:test";
import { csvRow } from "../../src/csv/csv.ts";

test("a row is comma separated and ends with CR LF; null is an empty cell", () => {
  assert.equal(csvRow(["id", 3, true, null, "plain"]), "id,3,true,,plain\r\n");
  assert.equal(csvRow([]), "\r\n");
});

test("a cell with a separator, a quote, a line end or outer blanks is quoted, its quotes doubled", () => {
  assert.equal(
    csvRow(["a,b", 'say "hi"', "two\nlines", "cr\rhere", " blank ", "semi;colon"]),
    '"a,b","say ""hi""","two\nlines","cr\rhere"," blank ","semi;colon"\r\n',
  );
});

test("a text that a spreadsheet would compute gets an apostrophe first", () => {
  for (const text of ["=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", "＋1", "－1", "＠x"]) {
    assert.equal(csvRow([text]), `'${text}\r\n`, text);
  }
  assert.equal(csvRow(['=HYPERLINK("https://a.example","x")']), `"'=HYPERLINK(""https://a.example"",""x"")"\r\n`);
});

test("blanks, line ends and invisible characters before a formula do not hide it", () => {
  for (const start of ["\t", "\r", "\n", " ", "\u00a0", "\ufeff", "\u200b", "\u202e", " \u2060\t"]) {
    assert.match(csvRow([`${start}=1+1`]), /^"?'/, JSON.stringify(start));
  }
  for (const start of ["\t", "\r", "\n"]) assert.match(csvRow([`${start}plain`]), /^"'/);
});

test("a formula after a semicolon or a tab is inert where those separate cells", () => {
  assert.equal(csvRow(["a;=1+1;b"]), `"a;'=1+1;b"\r\n`);
  assert.equal(csvRow(["a\t @x"]), `"a\t' @x"\r\n`);
  assert.equal(csvRow(["a;b=c"]), `"a;b=c"\r\n`);
});

test("a number is left alone, also a negative one; a sign inside a text too", () => {
  assert.equal(csvRow([-5, 0.5, "CI-deploy", "a=b"]), "-5,0.5,CI-deploy,a=b\r\n");
});
