import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { breakLines, fitColumns, reflow, shorten, widthOf } from "../src/layout.ts";
import { Output, type TerminalStream } from "../src/output.ts";

const NAMES = [
  "laptop",
  "李小龍",
  "ノートパソコン",
  "한국어",
  "é́",
  "Zoë",
  "👩‍👩‍👧 family",
  "🇨🇭",
  "☺️",
  "क्षमा",
  "ﬁ",
  "Ａ",
  "مريم",
];

test("the width of text is that which terminals use", () => {
  const widths: Readonly<Record<string, number>> = {
    "": 0,
    laptop: 6,
    Zoë: 3,
    "Zoe\u0308": 3,
    李小龍: 6,
    ノート: 6,
    ﾉｰﾄ: 3,
    한국: 4,
    "\u1112\u1161\u11ab": 2,
    Ａ: 2,
    "👩‍👩‍👧": 2,
    "👍🏽": 2,
    "🇨🇭": 2,
    "1️⃣": 2,
    "☺": 1,
    "☺️": 2,
    का: 2,
    "a\u200db": 2,
  };
  for (const [text, width] of Object.entries(widths)) assert.equal(widthOf(text), width, JSON.stringify(text));
});

test("shortened text fits, ends with an ellipsis, and is not cut inside a character", () => {
  assert.equal(shorten("deployment", 6), "deplo…");
  assert.equal(shorten("deploy", 6), "deploy");
  assert.equal(shorten("李小龍", 4), "李…");
  assert.equal(shorten("👩‍👩‍👧👩‍👩‍👧", 3), "👩‍👩‍👧…");
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 40 }), (text, width) => {
      assert.ok(widthOf(shorten(text, width)) <= width);
    }),
  );
});

test("lines break between words only", () => {
  assert.deepEqual(breakLines("tokens:read, tokens:revoke, audit:read", 26), [
    "tokens:read,",
    "tokens:revoke, audit:read",
  ]);
  assert.deepEqual(breakLines("a https://tokens.example.com/settings", 10), [
    "a",
    "https://tokens.example.com/settings",
  ]);
});

test("a table gives up long text first, then the named columns, and ids last", () => {
  const given = { leaveOut: [1], whole: new Set([2]) };
  assert.deepEqual(fitColumns([10, 10, 36], 200, given), { columns: [0, 1, 2], widths: [10, 10, 36] });
  assert.deepEqual(fitColumns([40, 10, 36], 70, given), { columns: [0, 1, 2], widths: [20, 10, 36] });
  assert.deepEqual(fitColumns([40, 10, 36], 54, given), { columns: [0, 2], widths: [16, 36] });
  const { widths } = fitColumns([40, 10, 36], 30, given);
  assert.ok(widths.reduce((sum, width) => sum + width, 2) <= 30);
});

test("help is broken between words, in paragraphs, second columns and commands that still can be copied", () => {
  const page = [
    "The token goes only to the host:",
    "no redirect is followed, and",
    "nothing is sent.",
    "",
    "Environment:",
    "  NAME  a description that is long",
    "",
    "  mintmark api GET /api/organizations",
  ].join("\n");
  assert.deepEqual(reflow(page, 30).split("\n"), [
    "The token goes only to the",
    "host:",
    "no redirect is followed, and",
    "nothing is sent.",
    "",
    "Environment:",
    "  NAME  a description that is",
    "        long",
    "",
    "  mintmark api GET \\",
    "      /api/organizations",
  ]);
  assert.equal(reflow(page.replace(":\nno", "\nno"), 200).split("\n")[0]?.length, 77);
});

/** The text that `print` prints at a terminal of this width, or to a file. */
function printed(columns: number | null, print: (output: Output) => void): string {
  let text = "";
  const stream = new Writable({ write: (chunk, _encoding, done) => done(void (text += String(chunk))) });
  const stdout = Object.assign(stream, columns === null ? {} : { isTTY: true, columns }) as TerminalStream;
  print(new Output({ stdout, stderr: stream, json: false, color: false }));
  return text;
}

describe("output", () => {
  const rows = NAMES.map((name) => [name, "x", "pat_4f1c2a9be07d4c5f8a3b6e9d0c1f2a4b"]);

  test("columns align under names in any script", () => {
    const lines = printed(null, (output) => output.table(["NAME", "STATE", "ID"], rows))
      .trimEnd()
      .split("\n");
    const starts = new Set(lines.map((line) => widthOf(line.slice(0, /(?:STATE|x) +(?:ID|pat_)/.exec(line)?.index))));
    assert.equal(starts.size, 1);
  });

  test("a table and facts fit any terminal, and a file gets everything", () => {
    const long = rows.map(([name = "", state = "", id = ""]) => [name.repeat(9), state.repeat(20), id, "2031-01-01"]);
    const table = (output: Output): void => output.table(["NAME", "STATE", "ID", "EXPIRES"], long, ["EXPIRES"]);
    for (const columns of [20, 40, 80, 120]) {
      for (const line of printed(columns, table).split("\n"))
        assert.ok(widthOf(line) <= columns, `${columns}: ${line}`);
    }
    assert.match(printed(80, table), /pat_4f1c2a9be07d4c5f8a3b6e9d0c1f2a4b/);
    for (const [name = ""] of long) assert.ok(printed(null, table).includes(name));
    const permissions = "organization:read, organization:write, members:read, members:write, tokens:read, audit:export";
    const facts = printed(40, (output) => output.facts([["Permissions", permissions]]));
    assert.equal(facts.replaceAll(/\s+/g, " ").trim(), `Permissions ${permissions}`);
    for (const line of facts.split("\n")) assert.ok(line.length <= 40, line);
    assert.equal(
      printed(null, (output) => output.facts([["Permissions", permissions]])),
      `Permissions  ${permissions}\n`,
    );
  });
});
