// The effective end of a credential, and when to warn of it, to the millisecond on both sides of each instant.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { DAY_MS } from "../src/lifetime.ts";
import {
  credentialEnd,
  defaultPolicy,
  type EndCause,
  endNews,
  endNoticeAfterChange,
  type EndRules,
  endWarningAt,
  nearEnd,
  nextEndNoticeAt,
  policyBlock,
  type PolicySubject,
} from "../src/policy.ts";

const T0 = Date.UTC(2026, 10, 22, 12);
const at = (days: number): number => T0 + days * DAY_MS;
const FREE: EndRules = { maxLifetimeDays: null, idleDays: null };

function token(expiresIn: number | null, usedAfter: number | null = null): PolicySubject {
  return {
    createdAt: T0,
    expiresAt: expiresIn === null ? null : at(expiresIn),
    lastUsedAt: usedAfter === null ? null : at(usedAfter),
  };
}

describe("credentialEnd()", () => {
  /** A policy's limit in days refuses what is older, so its end is a millisecond later. */
  const TABLE: readonly (readonly [EndRules, PolicySubject, readonly [at: number, EndCause] | null])[] = [
    [FREE, token(null), null],
    [FREE, token(30), [at(30), "expiry"]],
    [{ maxLifetimeDays: 90, idleDays: null }, token(null), [at(90) + 1, "policy_lifetime"]],
    [{ maxLifetimeDays: 90, idleDays: null }, token(90), [at(90), "expiry"]],
    [{ maxLifetimeDays: 70, idleDays: null }, token(365), [at(70) + 1, "policy_lifetime"]],
    [{ maxLifetimeDays: null, idleDays: 30 }, token(365), [at(30) + 1, "policy_idle"]],
    [{ maxLifetimeDays: null, idleDays: 30 }, token(365, 50), [at(80) + 1, "policy_idle"]],
    [{ maxLifetimeDays: null, idleDays: 30 }, token(60, 50), [at(60), "expiry"]],
    [{ maxLifetimeDays: 60, idleDays: 30 }, token(365, 50), [at(60) + 1, "policy_lifetime"]],
    [{ maxLifetimeDays: 30, idleDays: 30 }, token(null), [at(30) + 1, "policy_lifetime"]],
    [{ maxLifetimeDays: 30, idleDays: 30 }, token(30), [at(30), "expiry"]],
  ];

  it("is the earliest of the expiry, the longest lifetime and the idle limit", () => {
    for (const [rules, subject, expected] of TABLE) {
      const end = credentialEnd(rules, subject);
      assert.deepEqual(end === null ? null : [end.at, end.because], expected);
    }
  });

  it("is the instant at which verification starts to refuse, with its reason", () => {
    const days = fc.option(fc.integer({ min: 1, max: 3650 }));
    const spans = fc.option(fc.integer({ min: 1, max: 3000 * DAY_MS }));
    fc.assert(
      fc.property(days, days, spans, spans, (maxLifetimeDays, idleDays, expiresIn, usedAfter) => {
        const policy = { ...defaultPolicy(["owner"]), maxLifetimeDays, idleDays };
        const subject = {
          createdAt: T0,
          expiresAt: expiresIn === null ? null : T0 + expiresIn,
          lastUsedAt: usedAfter === null ? null : T0 + usedAfter,
        };
        const end = credentialEnd(policy, subject);
        if (end === null) return assert.equal(policyBlock(policy, subject, T0 + 10_000 * DAY_MS), null);
        assert.equal(policyBlock(policy, subject, end.at - 1), null);
        if (end.because === "expiry") assert.equal(end.at, subject.expiresAt);
        else assert.equal(policyBlock(policy, subject, end.at), end.because);
      }),
    );
  });
});

describe("nearEnd()", () => {
  /** The start of the warning, in days before the end, for a lifetime in days. */
  const TABLE: readonly (readonly [life: number, warning: number])[] = [
    [1, 0.25],
    [7, 1.75],
    [30, 7.5],
    [56, 14],
    [90, 14],
    [3650, 14],
  ];

  it("warns from a quarter of the life, and at most 14 days before the end", () => {
    for (const [life, warning] of TABLE) {
      const start = at(life - warning);
      const near = (now: number) => nearEnd(FREE, token(life), now);
      assert.equal(endWarningAt(FREE, token(life)), start, `${life} days`);
      assert.equal(near(start - 1), null, `${life} days`);
      assert.deepEqual(near(start), { at: at(life), because: "expiry" });
      assert.deepEqual(near(at(life) - 1), { at: at(life), because: "expiry" });
      assert.equal(near(at(life)), null);
    }
  });

  it("warns of a policy's end in the same way", () => {
    const lifetime: EndRules = { maxLifetimeDays: 70, idleDays: null };
    assert.equal(nearEnd(lifetime, token(365), at(56)), null);
    assert.deepEqual(nearEnd(lifetime, token(365), at(56) + 1), { at: at(70) + 1, because: "policy_lifetime" });
    const idle: EndRules = { maxLifetimeDays: null, idleDays: 30 };
    assert.equal(nearEnd(idle, token(null, 100), at(122.5)), null);
    assert.deepEqual(nearEnd(idle, token(null, 100), at(122.5) + 1), { at: at(130) + 1, because: "policy_idle" });
  });

  it("warns of the expiry although a short idle limit, which each use moves, ends earlier", () => {
    const idle: EndRules = { maxLifetimeDays: null, idleDays: 5 };
    assert.equal(credentialEnd(idle, token(90, 80))?.because, "policy_idle");
    assert.deepEqual(nearEnd(idle, token(90, 80), at(80)), { at: at(90), because: "expiry" });
  });
});

describe("notices of an end", () => {
  function noticesOf(rules: EndRules, subject: PolicySubject): string[] {
    const notices: string[] = [];
    for (let due = nextEndNoticeAt(rules, subject, T0); due !== null; due = nextEndNoticeAt(rules, subject, due)) {
      const news = endNews(rules, subject, due, due);
      const days = ((news?.end.at ?? 0) - due) / DAY_MS;
      notices.push(`${news?.kind} ${news?.end.because} ${Math.round(days * 100) / 100}`);
    }
    return notices;
  }

  it("start with the warning, and come again 7 and 1 days before the end", () => {
    assert.deepEqual(noticesOf(FREE, token(90)), ["near expiry 14", "near expiry 7", "near expiry 1"]);
    assert.deepEqual(noticesOf(FREE, token(30)), ["near expiry 7.5", "near expiry 1"]);
    assert.deepEqual(noticesOf(FREE, token(7)), ["near expiry 1.75"]);
    assert.deepEqual(noticesOf(FREE, token(1)), ["near expiry 0.25"]);
    assert.deepEqual(noticesOf(FREE, token(null)), []);
  });

  it("say that a policy has ended a credential", () => {
    assert.deepEqual(noticesOf({ maxLifetimeDays: 70, idleDays: null }, token(365)), [
      "near policy_lifetime 14",
      "near policy_lifetime 7",
      "near policy_lifetime 1",
      "over policy_lifetime 0",
    ]);
    const idle: EndRules = { maxLifetimeDays: null, idleDays: 20 };
    assert.deepEqual(noticesOf(idle, token(null)), ["near policy_idle 5", "near policy_idle 1", "over policy_idle 0"]);
  });

  it("are left out when a use has moved the end since they became due", () => {
    const idle: EndRules = { maxLifetimeDays: null, idleDays: 20 };
    const due = nextEndNoticeAt(idle, token(null), T0) as number;
    assert.equal(due, at(15) + 1);
    assert.equal(endNews(idle, token(null, 14), due, due), null);
    assert.equal(nextEndNoticeAt(idle, token(null, 14), due), at(29) + 1);
  });

  it("are one, about the present, when several are overdue", () => {
    const due = nextEndNoticeAt(FREE, token(90), T0) as number;
    assert.deepEqual(endNews(FREE, token(90), due, at(89.5)), { kind: "near", end: { at: at(90), because: "expiry" } });
    assert.equal(endNews(FREE, token(90), due, at(90)), null);
    const lifetime: EndRules = { maxLifetimeDays: 90, idleDays: null };
    const overdue = endNews(lifetime, token(null), due, at(91));
    assert.deepEqual(overdue, { kind: "over", end: { at: at(90) + 1, because: "policy_lifetime" } });
  });

  it("come at once when a change of policy brings the end near, and not for an end that was announced", () => {
    const now = at(80);
    const after = (before: EndRules, next: EndRules, subject: PolicySubject): number | null =>
      endNoticeAfterChange({ before, next }, subject, now);
    const lifetime = (days: number): EndRules => ({ maxLifetimeDays: days, idleDays: null });
    const due = after(FREE, lifetime(90), token(365)) as number;
    assert.ok(due <= now);
    assert.equal(endNews(lifetime(90), token(365), due, now)?.end.because, "policy_lifetime");
    // The expiry is 10 days away and was announced; the new limit is further away.
    assert.equal(after(FREE, lifetime(365), token(90)), at(83));
    // A limit that refuses the token at once has its own notice.
    assert.equal(after(FREE, lifetime(30), token(365)), null);
    assert.equal(after(lifetime(90), FREE, token(null)), null);
    assert.equal(after(lifetime(90), lifetime(365), token(null)), at(351) + 1);
  });
});
