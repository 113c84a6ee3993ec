import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BoundedMap, remembering } from "../../src/bounded.ts";

function filled(map: BoundedMap<number, string>, from: number, to: number): BoundedMap<number, string> {
  for (let key = from; key < to; key++) map.set(key, `value ${key}`);
  return map;
}

const keysIn = (map: BoundedMap<number, string>, to: number): readonly number[] =>
  Array.from({ length: to }, (_, key) => key).filter((key) => map.has(key));

describe("a bounded map", () => {
  it("returns what was set, up to its bound", () => {
    const map = filled(new BoundedMap(20), 0, 20);
    assert.equal(map.size, 20);
    assert.equal(map.get(0), "value 0");
    assert.equal(map.get(20), undefined);
  });

  it("forgets the oldest tenth of its entries when one more is added", () => {
    const map = filled(new BoundedMap(20), 0, 21);
    assert.equal(map.size, 19);
    assert.deepEqual(keysIn(map, 3), [2]);
    assert.equal(map.get(20), "value 20");
  });

  it("never holds more than its bound, however many are added", () => {
    const map = new BoundedMap<number, string>(20);
    for (let key = 0; key < 1_000; key++) {
      map.set(key, "");
      assert.ok(map.size <= 20);
    }
  });

  it("forgets nothing when a present key gets another value", () => {
    const map = filled(new BoundedMap(20), 0, 20);
    map.set(19, "another value");
    assert.equal(map.size, 20);
    assert.equal(map.get(19), "another value");
  });

  it("forgets an entry later when it was deleted and set again", () => {
    const map = filled(new BoundedMap(20), 0, 20);
    assert.equal(map.delete(0), true);
    map.set(0, "again");
    map.set(20, "one more");
    assert.deepEqual(keysIn(map, 4), [0, 3]);
  });

  it("keeps an entry that it may not forget, if necessary beyond its bound", () => {
    const held = new Set([0, 1]);
    const map = filled(new BoundedMap(20, { mayForget: (key) => !held.has(key) }), 0, 21);
    assert.equal(map.size, 21);
    held.delete(0);
    map.set(21, "one more");
    assert.equal(map.size, 21);
    assert.deepEqual(keysIn(map, 3), [1, 2]);
  });

  it("makes room in a map with a bound below ten", () => {
    assert.deepEqual(keysIn(filled(new BoundedMap(3), 0, 5), 5), [2, 3, 4]);
  });
});

describe("a remembering function", () => {
  it("computes a result once while it remembers it, and again after it forgot it", () => {
    const computed: number[] = [];
    const half = remembering(20, (key: number) => {
      computed.push(key);
      return key % 2 === 0 ? key / 2 : null;
    });
    assert.deepEqual([half(4), half(4), half(3), half(3)], [2, 2, null, null]);
    assert.deepEqual(computed, [4, 3]);
    for (let key = 100; key < 119; key++) half(key);
    assert.equal(half(4), 2);
    assert.equal(computed.filter((key) => key === 4).length, 2);
  });
});
