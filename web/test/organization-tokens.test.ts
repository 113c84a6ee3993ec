// The requests of oversight, the texts of offboarding, and the filter of keys.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { receiptIdOf } from "../src/audit/reference-place.ts";
import { isStale } from "../src/credential/usage-text.ts";
import { KEY_FILTERS, type KeyFilter, matchesKey } from "../src/features/api-key/key-filter.ts";
import { countOf, submitLabel, receiptFileName, refusalText, splitKeys } from "../src/features/member/member-text.ts";
import { isNarrowed, searchedText, tokenQueryOf, withFilter } from "../src/features/token/organization-token-search.ts";
import { revokedByOther } from "../src/features/token/token-standing.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const days = (count: number): string => new Date(NOW + count * 86_400_000).toISOString();

describe("the search for an organization's tokens", () => {
  it("asks for what the address says, and leaves out what nobody knows", () => {
    assert.deepEqual(tokenQueryOf({}, ""), { sort: "created", order: "descending" });
    assert.deepEqual(
      tokenQueryOf({ state: "blocked", use: "stale", expires: "30", sort: "unused", member: "usr_1" }, " ci "),
      {
        sort: "lastUsed",
        order: "ascending",
        state: "blocked",
        stale: "true",
        expiresWithinDays: 30,
        member: "usr_1",
        query: "ci",
      },
    );
    assert.deepEqual(tokenQueryOf({ state: "dead", use: "x", expires: "31", sort: "toString" }, ""), {
      sort: "created",
      order: "descending",
    });
    assert.equal(tokenQueryOf({ use: "never" }, "").neverUsed, "true");
  });

  it("never sends a pasted secret, only the prefix that lists show", () => {
    const secret = `mm_pat_${"0a1b2c3d".repeat(6)}`;
    for (const typed of [secret, `  ${secret} `, `Bearer ${secret}`, secret.toUpperCase()]) {
      assert.equal(searchedText(typed), "mm_pat_0a1", typed);
    }
    assert.equal(searchedText("x_key_0123456789"), "x_key_0123");
    assert.equal(searchedText(" my pat_ "), "my pat_");
  });

  it("is narrowed by anything but the order", () => {
    assert.equal(isNarrowed({ sort: "oldest" }, " "), false);
    assert.equal(isNarrowed({ state: "active" }, ""), true);
    assert.equal(isNarrowed({}, "ci"), true);
    assert.deepEqual(withFilter({ state: "active", use: "never" }, "state", ""), { use: "never" });
    assert.deepEqual(withFilter({ use: "never" }, "state", "active"), { use: "never", state: "active" });
  });
});

describe("offboarding in words", () => {
  it("counts with the noun", () => {
    assert.deepEqual(
      [countOf(0, "token"), countOf(1, "token"), countOf(1200, "token")],
      ["no token", "1 token", "1,200 tokens"],
    );
  });

  it("says on the button what one press ends", () => {
    assert.equal(submitLabel("remove", 0), "Remove member");
    assert.equal(submitLabel("suspend", 2), "Suspend member and revoke 2 API keys");
  });

  it("explains every refusal, also one it does not know", () => {
    assert.equal(refusalText({ refusedBy: null }), null);
    assert.match(refusalText({ refusedBy: "last_owner" }) ?? "", /owner first/);
    assert.match(refusalText({ refusedBy: "new_code" }) ?? "", /new_code/);
  });

  it("puts the keys that the person made first, and names the receipt's file by its event", () => {
    const keys = [
      { id: 1, createdByMember: false },
      { id: 2, createdByMember: true },
    ] as const;
    const { own, others } = splitKeys(keys);
    assert.deepEqual([own.map(({ id }) => id), others.map(({ id }) => id)], [[2], [1]]);
    const name = receiptFileName({ auditEventId: "evt_1", at: "2026-11-22T12:00:00.000Z" });
    assert.equal(name, "offboarding-2026-11-22-evt_1.json");
  });
});

describe("credentials that look forgotten", () => {
  it("are live, and were not used for 90 days, or never since they were made 30 days ago", () => {
    const key = { state: "active", createdAt: days(-200), lastUsedAt: days(-90) };
    assert.equal(isStale(key, NOW), true);
    assert.equal(isStale({ ...key, lastUsedAt: days(-89) }, NOW), false);
    assert.equal(isStale({ ...key, lastUsedAt: null }, NOW), true);
    assert.equal(isStale({ ...key, lastUsedAt: null, createdAt: days(-30) }, NOW), true);
    assert.equal(isStale({ ...key, lastUsedAt: null, createdAt: days(-29) }, NOW), false);
    assert.equal(isStale({ ...key, state: "suspended" }, NOW), true);
    assert.equal(isStale({ ...key, state: "revoked" }, NOW), false);
    assert.equal(isStale({ ...key, state: "expired" }, NOW), false);
  });

  it("are among the keys that each filter shows", () => {
    const key = {
      name: "Nightly",
      prefix: "mm_key_0a1",
      createdBy: { id: "usr_1", name: "Grace" },
      state: "active",
      createdAt: days(-100),
      lastUsedAt: null,
    } as const;
    const among = (facts: object): readonly KeyFilter[] =>
      (Object.keys(KEY_FILTERS) as KeyFilter[]).filter((filter) => matchesKey({ ...key, ...facts }, filter, "", NOW));
    assert.deepEqual(among({}), ["all", "active", "stale", "never"]);
    assert.deepEqual(among({ lastUsedAt: days(-1) }), ["all", "active"]);
    assert.deepEqual(among({ state: "revoked" }), ["all", "over"]);
    assert.equal(matchesKey(key, "all", " GRACE ", NOW), true);
    assert.equal(matchesKey(key, "all", "weekly", NOW), false);
  });
});

it("the owner's list names another person who revoked a token", () => {
  const user = { id: "usr_1", name: "Pat", email: "pat@example.com" };
  const by = (kind: "user" | "api_key" | "system", id: string, name: string) => ({ kind, id, name });
  const text = (revokedBy: ReturnType<typeof by> | null, revokedReason = "admin") =>
    revokedByOther({ user, revokedBy, revokedReason });
  assert.equal(text(by("user", "usr_2", "Ada")), "Revoked by Ada (admin)");
  assert.equal(text(by("user", "usr_2", "Ada"), "member_removed"), "Revoked by Ada (admin)");
  assert.equal(text(by("api_key", "key_1", "Sweeper")), "Revoked by API key Sweeper (admin)");
  assert.equal(text(by("user", "usr_1", "Pat"), "self"), null);
  assert.equal(text(by("system", "system", "Mintmark")), null);
  assert.equal(text(null), null);
});

it("an event of an offboarding leads to its receipt", () => {
  assert.equal(receiptIdOf({ id: "evt_1", action: "member.removed", details: {} }), "evt_1");
  assert.equal(receiptIdOf({ id: "evt_2", action: "pat.revoked", details: { because: "evt_1" } }), "evt_1");
  assert.equal(receiptIdOf({ id: "evt_3", action: "pat.revoked", details: { reason: "self" } }), null);
});
