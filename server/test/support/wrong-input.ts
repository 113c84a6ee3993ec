// The parts of the corpora of wrong input. They are seeded, so that a failure can be repeated.

/** mulberry32: small, seeded, good enough to wander through inputs. */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const HOSTILE_TEXT: readonly string[] = [
  "",
  " ",
  "\u0000",
  "a\u0000b",
  "\ud800",
  "\u202Egnp.exe",
  "\u200B",
  "' OR 1=1 --",
  "'; drop table users; --",
  "<script>alert(1)</script>",
  "=cmd|'/c calc'!A1",
  "../../../etc/passwd",
  "%00",
  "%zz",
  "💥".repeat(60),
  "x".repeat(5000),
  "9".repeat(400),
  "-1",
  "1e309",
  "null",
  "__proto__",
  "constructor",
  "2026-02-30T25:61:61Z",
  "9999-12-31T23:59:59Z",
  "0000-01-01T00:00:00Z",
  "mm_pat_" + "0".repeat(48),
];
export const HOSTILE_VALUE: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  2 ** 53,
  [],
  {},
  [[]],
  [null],
  [{}],
  { toString: 1 },
  { __proto__: { a: 1 } },
  ["members:read", 7],
];
