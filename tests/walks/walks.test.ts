// A newcomer who follows a request reads the files that it passes through, so their number has a bar.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, it } from "node:test";
import { textOf } from "./text.ts";
import { walk, type Walk } from "./walks.ts";

const MOST_FILES: Readonly<Record<Walk, number>> = {
  verify: 20,
  revoke: 30,
  mint: 38,
  "remove a member": 38,
  "MCP call": 38,
};

/** The walks that ARCHITECTURE describes file by file. */
const DESCRIBED: readonly Walk[] = ["verify", "revoke", "remove a member"];

describe("a warm request", () => {
  let walks: Readonly<Record<Walk, readonly string[]>>;
  before(async () => {
    walks = await walk();
  });

  it("passes through few of the project's files", () => {
    for (const [name, most] of Object.entries(MOST_FILES)) {
      const files = walks[name as Walk];
      assert.ok(
        files.some((file) => file.startsWith("server/src/http/")),
        `${name}: no file of the request was counted`,
      );
      assert.ok(
        files.length <= most,
        `${name} passes through ${files.length} files, ${most} at most:\n${files.join("\n")}`,
      );
    }
  });

  it("passes through the files that ARCHITECTURE names", () => {
    const text = readFileSync(new URL("../../ARCHITECTURE.md", import.meta.url), "utf8").replaceAll(/\s+/g, " ");
    for (const name of DESCRIBED) {
      const wanted = textOf(walks[name]);
      assert.ok(
        text.includes(wanted),
        `ARCHITECTURE.md does not name the files of "${name}". npm run walks prints:\n${wanted}`,
      );
    }
  });
});
