// A newcomer who follows a request reads the files that it passes through, so their number has a bar.
import assert from "node:assert/strict";
import { test } from "node:test";
import { walk, type Walk } from "./walks.ts";

const MOST_FILES: Readonly<Record<Walk, number>> = {
  verify: 22,
  revoke: 34,
  mint: 52,
  "remove a member": 51,
  "MCP call": 47,
};

test("a warm request passes through few of the project's files", async () => {
  const walks = await walk();
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
