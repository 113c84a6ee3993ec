// The checker of `npm run prove` finds violations of the promise, and nothing else, in hand-made histories.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { check, possibleStates } from "../src/prove/check.ts";
import { type Change, emptyHistory, type Outcome, type Subject, type Verification } from "../src/prove/history.ts";

const TOKEN: Subject = "token:1";
const MEMBER: Subject = "membership:1";
const change = (subject: Subject, state: string, begin: number, end: number | null): Change => ({
  subject,
  state,
  begin,
  end,
});
/** An active token of an active viewer. Every history here begins with it. */
const BASE: readonly Change[] = [change(MEMBER, "active viewer", 0, 1), change(TOKEN, "live", 2, 4)];

const asked = (begin: number, end: number, outcome: Outcome): Verification => ({
  token: TOKEN,
  membership: MEMBER,
  replica: 0,
  begin,
  end,
  outcome,
});
const accept = (begin: number, end: number, role = "viewer"): Verification =>
  asked(begin, end, { kind: "accept", role });
const refuse = (begin: number, end: number, code: string): Verification => asked(begin, end, { kind: "refuse", code });

function verdicts(changes: readonly Change[], ...verifications: Verification[]): readonly string[] {
  const history = { ...emptyHistory(), changes: [...BASE, ...changes], verifications };
  return check(history).map(({ violation }) => violation);
}

describe("the checker", () => {
  const revoked = change(TOKEN, "revoked", 10, 20);

  it("allows either result during a revocation, and the old one for requests that began before", () => {
    assert.deepEqual(verdicts([revoked], accept(5, 9), accept(12, 13), refuse(12, 13, "token_revoked")), []);
    assert.deepEqual(verdicts([revoked], accept(19, 40)), []);
    assert.deepEqual(verdicts([revoked], refuse(9, 11, "token_revoked")), []);
  });

  it("finds an accept that began after the revocation was acknowledged", () => {
    assert.deepEqual(verdicts([revoked], accept(21, 22)), ["stale_accept"]);
    assert.deepEqual(verdicts([revoked], accept(20.5, 90)), ["stale_accept"]);
  });

  it("allows both results for ever if the outcome of the revocation is unknown, but not one after the other", () => {
    const unknown = change(TOKEN, "revoked", 10, null);
    assert.deepEqual(verdicts([unknown], accept(90, 91), refuse(92, 93, "token_revoked")), []);
    assert.deepEqual(verdicts([unknown], refuse(92, 93, "token_revoked"), accept(94, 95)), ["revived"]);
    assert.deepEqual(verdicts([unknown], refuse(92, 95, "token_revoked"), accept(94, 96)), []);
  });

  it("finds a refusal before anyone requested it", () => {
    assert.deepEqual(verdicts([], refuse(5, 6, "token_revoked")), ["false_refusal"]);
    assert.deepEqual(verdicts([revoked], refuse(5, 9, "token_revoked")), ["false_refusal"]);
    assert.deepEqual(verdicts([], refuse(5, 6, "member_suspended")), ["false_refusal"]);
    assert.deepEqual(verdicts([], refuse(5, 6, "token_expired")), ["false_refusal"]);
  });

  it("finds a token that was minted and is unknown, and allows it before the mint was acknowledged", () => {
    assert.deepEqual(verdicts([], refuse(5, 6, "token_unknown")), ["lost_write"]);
    assert.deepEqual(verdicts([], refuse(3, 3.5, "token_unknown")), []);
  });

  it("follows a suspension that comes and goes", () => {
    const changes = [change(MEMBER, "suspended", 10, 12), change(MEMBER, "active viewer", 20, 22)];
    assert.deepEqual(verdicts(changes, accept(13, 19)), ["stale_accept"]);
    assert.deepEqual(verdicts(changes, refuse(13, 19, "member_suspended"), accept(21, 23), accept(30, 31)), []);
    assert.deepEqual(verdicts(changes, refuse(23, 24, "member_suspended")), ["false_refusal"]);
    assert.deepEqual(verdicts(changes, accept(11, 11.5), refuse(11, 11.5, "member_suspended")), []);
  });

  it("finds an accept by a role that was superseded", () => {
    const changes = [change(MEMBER, "active member", 10, 12)];
    assert.deepEqual(verdicts(changes, accept(13, 14)), ["stale_accept"]);
    assert.deepEqual(verdicts(changes, accept(13, 14, "member"), accept(11, 14)), []);
    assert.deepEqual(verdicts(changes, accept(5, 6, "member")), ["stale_accept"]);
  });

  it("derives no verdict from a response without one", () => {
    assert.deepEqual(verdicts([revoked], asked(30, 31, { kind: "unavailable", why: "503" })), []);
  });

  it("agrees with trying every instant, on random histories", () => {
    let seed = 1;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let round = 0; round < 1_000; round++) {
      let at = 0;
      const changes: readonly Change[] = Array.from({ length: random(4) }, (_, index) => {
        const begin = (at += 1 + random(5));
        const end = (at += 1 + random(5));
        return change(TOKEN, String(index), begin, end);
      });
      const begin = random(30) + 0.5;
      const end = begin + random(10);
      // In every schedule each change takes effect at one instant of its interval. All states are tried by brute force.
      const possible = new Set<string>();
      const schedules = changes.reduce<number[][]>(
        (all, one) => all.flatMap((times) => instants(one.begin, one.end ?? 0).map((time) => [...times, time])),
        [[]],
      );
      for (const times of schedules)
        for (const instant of instants(begin, end))
          possible.add(String(times.findLastIndex((time) => time <= instant)).replace("-1", "absent"));
      assert.deepEqual(new Set(possibleStates(changes, begin, end)), possible, JSON.stringify({ changes, begin, end }));
    }
  });
});

/** Every instant at which a state can differ: the halves of an interval. */
function instants(begin: number, end: number): readonly number[] {
  const all: number[] = [];
  for (let at = begin; at <= end; at += 0.5) all.push(at);
  return all;
}
