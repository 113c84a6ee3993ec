// Which tokens stand out in a person's list, and what is said about those that no longer work.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { PersonalAccessToken } from "../src/api/types.ts";
import {
  compareTokens,
  looksForgotten,
  matchesFilter,
  matchesSearch,
  nearEndOf,
  needsAttention,
  openReplacements,
  parseTokenFilter,
  standingReason,
} from "../src/features/token/token-standing.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const days = (count: number): string => new Date(NOW + count * 86_400_000).toISOString();

function token(facts: Partial<PersonalAccessToken> = {}): PersonalAccessToken {
  return {
    id: "pat_1",
    name: "CI deploy",
    prefix: "mm_pat_a1b",
    user: { id: "usr_1", name: "Ada", email: "ada@example.com" },
    organization: { id: "org_1", name: "Acme", personal: false },
    membershipId: "mem_1",
    permissions: null,
    state: "active",
    blockedBy: null,
    createdAt: days(-10),
    expiresAt: days(20),
    endsAt: days(20),
    endsBecause: "expiry",
    endsSoon: null,
    lastUsedAt: days(-1),
    lastUsedIp: null,
    lastUsedUserAgent: null,
    lastUsedRoute: null,
    mcp: "read-write",
    useCount: 1,
    revokedAt: null,
    revokedBy: null,
    revokedReason: null,
    replaces: null,
    dismissedAt: null,
    ...facts,
  };
}

describe("looksForgotten()", () => {
  it("marks a stale token", () => {
    assert.equal(looksForgotten(token({ lastUsedAt: days(-90) }), NOW), true);
    assert.equal(looksForgotten(token({ lastUsedAt: days(-89) }), NOW), false);
  });
  it("marks one that was never used only after 30 days, so never a new one", () => {
    assert.equal(looksForgotten(token({ lastUsedAt: null, createdAt: days(-30) }), NOW), true);
    assert.equal(looksForgotten(token({ lastUsedAt: null, createdAt: days(-29) }), NOW), false);
    assert.equal(looksForgotten(token({ lastUsedAt: null, createdAt: days(0) }), NOW), false);
  });
  it("says nothing about a token that does not work anyway", () => {
    assert.equal(looksForgotten(token({ state: "revoked", lastUsedAt: null, createdAt: days(-90) }), NOW), false);
  });
});

describe("nearEndOf()", () => {
  const near = { at: days(7), because: "policy_idle" } as const;
  it("is the end that the server warns of", () => {
    assert.deepEqual(nearEndOf(token({ endsSoon: near })), near);
    assert.equal(nearEndOf(token({ expiresAt: days(1) })), null);
  });
  it("is silent for tokens that do not work", () => {
    assert.equal(nearEndOf(token({ state: "suspended", endsSoon: near })), null);
  });
});

describe("matchesFilter()", () => {
  const fine = token();
  const blocked = token({ state: "blocked", blockedBy: "policy_idle" });
  const revoked = token({ state: "revoked" });
  it("sorts tokens into working, needing attention and over", () => {
    assert.deepEqual(
      [fine, blocked, revoked].map((one) => matchesFilter(one, "active", NOW)),
      [true, false, false],
    );
    assert.deepEqual(
      [fine, blocked, revoked].map((one) => matchesFilter(one, "attention", NOW)),
      [false, true, false],
    );
    assert.deepEqual(
      [fine, blocked, revoked].map((one) => matchesFilter(one, "over", NOW)),
      [false, false, true],
    );
    assert.deepEqual(
      [fine, blocked, revoked].map((one) => matchesFilter(one, "all", NOW)),
      [true, true, true],
    );
  });
  it("needsAttention() counts neither a new token nor one that never ends", () => {
    assert.equal(needsAttention(token({ lastUsedAt: null, createdAt: days(-29) }), NOW), false);
    assert.equal(needsAttention(token({ expiresAt: null, endsAt: null, endsBecause: null }), NOW), false);
  });
  it("needsAttention() counts what is stale, ends soon or is blocked", () => {
    assert.equal(needsAttention(token({ lastUsedAt: days(-95) }), NOW), true);
    assert.equal(needsAttention(token({ endsSoon: { at: days(2), because: "expiry" } }), NOW), true);
    assert.equal(needsAttention(fine, NOW), false);
  });
  it("reads the filter from the address and ignores nonsense", () => {
    assert.equal(parseTokenFilter("attention"), "attention");
    assert.equal(parseTokenFilter("constructor"), "all");
    assert.equal(parseTokenFilter(undefined), "all");
  });
});

describe("matchesSearch()", () => {
  it("looks at name, organization, prefix and permissions, every word", () => {
    assert.equal(matchesSearch(token(), "acme deploy"), true);
    assert.equal(matchesSearch(token(), "acme laptop"), false);
    assert.equal(matchesSearch(token({ permissions: ["scans:read"] }), "scans"), true);
    assert.equal(matchesSearch(token(), ""), true);
  });
  it("finds the token of a pasted secret by its prefix", () => {
    assert.equal(matchesSearch(token(), `mm_pat_a1b${"0".repeat(45)}`), true);
    assert.equal(matchesSearch(token(), `mm_pat_fff${"0".repeat(45)}`), false);
  });
});

it("compareTokens() puts what is over last and the newest first", () => {
  const list = [
    token({ id: "old", createdAt: days(-9) }),
    token({ id: "gone", state: "revoked", createdAt: days(-1) }),
    token({ id: "new", createdAt: days(-2) }),
  ];
  assert.deepEqual(
    list.toSorted(compareTokens).map(({ id }) => id),
    ["new", "old", "gone"],
  );
});

describe("openReplacements()", () => {
  const old = token({ id: "old" });
  it("pairs two tokens that both work, ready once the new one was used", () => {
    const unused = token({ id: "new", replaces: "old", lastUsedAt: null });
    assert.equal(openReplacements([old, unused]).get("old")?.ready, false);
    assert.equal(openReplacements([old, { ...unused, lastUsedAt: days(0) }]).get("old")?.ready, true);
  });
  it("forgets the pair when either is over or dismissed", () => {
    const successor = token({ id: "new", replaces: "old" });
    assert.equal(openReplacements([{ ...old, state: "revoked" }, successor]).size, 0);
    assert.equal(openReplacements([old, { ...successor, state: "expired" }]).size, 0);
    assert.equal(openReplacements([successor]).size, 0);
  });
});

describe("standingReason()", () => {
  it("is silent about a working token", () => assert.equal(standingReason(token()), null));
  it("names the admin who revoked it", () => {
    const revokedBy = { kind: "user", id: "usr_2", name: "Grace" } as const;
    assert.equal(
      standingReason(token({ state: "revoked", revokedReason: "admin", revokedBy })),
      "Grace (admin) revoked it.",
    );
  });
  it("has a sentence for reasons it does not know", () => {
    assert.equal(standingReason(token({ state: "revoked", revokedReason: "new" })), "It was revoked.");
    assert.match(standingReason(token({ state: "blocked", blockedBy: "new" })) ?? "", /policy/);
  });
});
