// Lists are read to their end, and not for ever.
import assert from "node:assert/strict";
import { it } from "node:test";
import { collectPages } from "../src/api/client.ts";

it("collectPages() follows the cursors to the end", async () => {
  const asked: (string | undefined)[] = [];
  const page = await collectPages(async ({ cursor }) => {
    asked.push(cursor);
    return cursor === undefined ? { items: [1, 2], nextCursor: "b" } : { items: [3], nextCursor: null };
  });
  assert.deepEqual(page, { items: [1, 2, 3], nextCursor: null });
  assert.deepEqual(asked, [undefined, "b"]);
});

it("collectPages() stops at its limit and says that there is more", async () => {
  let asked = 0;
  const page = await collectPages(async () => {
    asked += 1;
    return { items: [asked], nextCursor: String(asked) };
  });
  assert.equal(asked, 25);
  assert.equal(page.nextCursor, "25");
});
