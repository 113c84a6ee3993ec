// The ring of the last minutes: what it keeps, what it forgets, and how exact its percentiles are.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createRecentVerifications, LATENCY_SPAN_S, RECENT_S } from "../../src/metrics/metrics.ts";

const SHOWN_S = RECENT_S - LATENCY_SPAN_S;

function ring() {
  let now = 1_000_000;
  const recent = createRecentVerifications(() => now);
  return { recent, pass: (seconds: number) => void (now += seconds * 1000) };
}

describe("the verifications of the last minutes", () => {
  it("are counted by the second they ended in and by how they ended; the second under way is left out", () => {
    const { recent, pass } = ring();
    for (const outcome of ["ok", "ok", "token_revoked"]) recent.record(outcome, 0.001);
    assert.deepEqual(recent.read().outcomes, []);
    pass(1);
    recent.record("ok", 0.001);
    pass(2);
    const { perSecond, outcomes } = recent.read();
    assert.equal(perSecond.length, SHOWN_S);
    assert.deepEqual(perSecond.slice(-4), [0, 3, 1, 0]);
    assert.deepEqual(outcomes, [
      { outcome: "ok", count: 3 },
      { outcome: "token_revoked", count: 1 },
    ]);
  });

  it("are forgotten when they expire, also after a long time without events", () => {
    const { recent, pass } = ring();
    recent.record("ok", 0.001);
    pass(SHOWN_S);
    assert.equal(recent.read().perSecond[0], 1);
    pass(1);
    for (const seconds of [1, 5, 20, RECENT_S]) {
      assert.deepEqual(recent.read().outcomes, []);
      pass(seconds);
    }
    recent.record("token_expired", 0.001);
    pass(1);
    assert.deepEqual(recent.read().outcomes, [{ outcome: "token_expired", count: 1 }]);
  });

  it("have percentiles that are off by a twelfth at most", () => {
    const { recent, pass } = ring();
    for (let index = 1; index <= 1000; index++) recent.record("ok", index / 1_000_000);
    pass(1);
    const { overall, latency } = recent.read();
    assert.ok(overall !== null);
    for (const [found, exact] of [
      [overall.p50, 0.5],
      [overall.p90, 0.9],
      [overall.p99, 0.99],
    ] as const) {
      assert.ok(found >= exact * 0.999 && found <= (exact * 13) / 12, `${found} for ${exact}`);
    }
    assert.deepEqual(latency.at(-1), overall);
    assert.ok(latency.slice(0, -1).every((span) => span === null));
  });

  it("take the strangest duration and any number of outcomes", () => {
    const { recent, pass } = ring();
    for (const duration of [0, -1, 3600, Number.POSITIVE_INFINITY]) recent.record("ok", duration);
    for (let index = 0; index < 200; index++) recent.record(`code_${index}`, 0.001);
    pass(1);
    const { perSecond, outcomes } = recent.read();
    assert.equal(perSecond.at(-1), 204);
    assert.equal(
      outcomes.reduce((sum, { count }) => sum + count, 0),
      204,
    );
  });
});
