// Keys and place of a menu.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { itemForKey, itemForLetter } from "../src/ui/menu-keys.ts";
import { placeMenu } from "../src/ui/menu-place.ts";

describe("itemForKey()", () => {
  it("goes round at both ends", () => {
    assert.equal(itemForKey("ArrowDown", 2, 3), 0);
    assert.equal(itemForKey("ArrowUp", 0, 3), 2);
  });
  it("enters from outside at the first or last item", () => {
    assert.equal(itemForKey("ArrowDown", -1, 3), 0);
    assert.equal(itemForKey("ArrowUp", -1, 3), 2);
  });
  it("jumps to the ends and leaves other keys alone", () => {
    assert.equal(itemForKey("Home", 2, 3), 0);
    assert.equal(itemForKey("End", 0, 3), 2);
    assert.equal(itemForKey("Enter", 0, 3), null);
    assert.equal(itemForKey("ArrowDown", -1, 0), null);
  });
});

describe("itemForLetter()", () => {
  const labels = ["Rename", "Replace", "Revoke", "Dismiss"];
  it("finds the next item with that letter, round the end", () => {
    assert.equal(itemForLetter("r", 0, labels), 1);
    assert.equal(itemForLetter("R", 2, labels), 0);
    assert.equal(itemForLetter("d", -1, labels), 3);
  });
  it("ignores keys that are no letter and letters nobody has", () => {
    assert.equal(itemForLetter("Shift", 0, labels), null);
    assert.equal(itemForLetter(" ", 0, labels), null);
    assert.equal(itemForLetter("x", 0, labels), null);
  });
});

describe("placeMenu()", () => {
  const view = { width: 360, height: 700 };
  const menu = { width: 200, height: 150 };
  const button = (top: number, left: number): { top: number; bottom: number; left: number; right: number } => ({
    top,
    bottom: top + 32,
    left,
    right: left + 32,
  });
  it("opens below, its edge on the button's edge", () => {
    assert.deepEqual(placeMenu(button(100, 300), menu, view, "end"), { top: 138, left: 132, maxHeight: 554 });
  });
  it("opens above when there is more room", () => {
    assert.equal(placeMenu(button(650, 300), menu, view, "end").top, 494);
  });
  it("stays inside the window", () => {
    assert.equal(placeMenu(button(100, 10), menu, view, "end").left, 8);
    assert.equal(placeMenu(button(100, 320), menu, view, "start").left, 152);
  });
});
