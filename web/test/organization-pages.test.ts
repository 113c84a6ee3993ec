// The pages of an organization and of an account: their choices and their requests.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AffectedCredential, OrganizationMembership, TokenPolicy } from "../src/api/types.ts";
import { passwordOutcome } from "../src/features/account/password-outcome.ts";
import { memberActions } from "../src/features/member/member-text.ts";
import { draftOf, isTighter, policyOf } from "../src/features/policy/policy-draft.ts";
import { groupByEffect, inUseText } from "../src/features/policy/preview-text.ts";
import { describeUserAgent } from "../src/ui/user-agent.ts";

const ROLES = [
  { name: "owner", description: "", permissions: ["members:read", "members:write", "organization:delete"] },
  { name: "admin", description: "", permissions: ["members:read", "members:write"] },
  { name: "viewer", description: "", permissions: ["members:read"] },
];
const organization = (facts: Partial<OrganizationMembership> = {}): OrganizationMembership => ({
  id: "org_1",
  name: "Acme",
  personal: false,
  membershipId: "mem_me",
  role: "admin",
  permissions: ["members:read", "members:write"],
  state: "active",
  externalId: null,
  createdAt: "2026-01-01T00:00:00Z",
  ...facts,
});

describe("memberActions()", () => {
  const member = (
    id: string,
    role: string,
    state: "active" | "suspended" = "active",
  ): Parameters<typeof memberActions>[1] => ({
    id,
    role,
    state,
  });
  it("lets nobody manage a role above their own", () => {
    assert.deepEqual(memberActions(organization(), member("mem_2", "owner"), ROLES), []);
    assert.deepEqual(memberActions(organization(), member("mem_2", "admin"), ROLES), [
      "change-role",
      "suspend",
      "remove",
    ]);
  });
  it("offers reinstating to the suspended and leaving to oneself", () => {
    assert.deepEqual(memberActions(organization(), member("mem_2", "viewer", "suspended"), ROLES), [
      "change-role",
      "reinstate",
      "remove",
    ]);
    assert.deepEqual(memberActions(organization(), member("mem_me", "admin"), ROLES), ["leave"]);
  });
  it("offers nothing without the permission, and nothing in a personal organization", () => {
    assert.deepEqual(
      memberActions(organization({ permissions: ["members:read"] }), member("mem_2", "viewer"), ROLES),
      [],
    );
    assert.deepEqual(memberActions(organization({ personal: true }), member("mem_me", "owner"), ROLES), []);
  });
});

describe("the preview of a policy", () => {
  const none = { live: 0, stop: 0, stopInUse: 0, narrow: 0, becomeReadOnly: 0, resume: 0, networkUnknown: 0 };
  const credential = (id: string, effect: Partial<AffectedCredential>): AffectedCredential =>
    ({ id, effect: "narrows", losesAll: false, becomesReadOnly: false, ...effect }) as AffectedCredential;

  it("says how many of those that stop are in use", () => {
    assert.equal(inUseText({ tokens: { ...none, stop: 3 }, apiKeys: none }), null);
    assert.equal(
      inUseText({ tokens: { ...none, stop: 3, stopInUse: 1 }, apiKeys: none }),
      "Of those that stop, 1 token was used within the last 24 hours.",
    );
    assert.equal(
      inUseText({ tokens: { ...none, stopInUse: 1 }, apiKeys: { ...none, stopInUse: 2 } }),
      "Of those that stop, 1 token and 2 API keys were used within the last 24 hours.",
    );
  });

  it("groups the credentials by effect and leaves none out", () => {
    const groups = groupByEffect([
      credential("a", { effect: "stops" }),
      credential("b", { effect: "stops" }),
      credential("c", { losesAll: true }),
      credential("d", { becomesReadOnly: true }),
      credential("e", {}),
    ]);
    assert.deepEqual(
      groups.map(({ title, stops, items }) => [title, stops, items.map(({ id }) => id)]),
      [
        ["Stop working", true, ["a", "b"]],
        ["Lose all permissions", false, ["c"]],
        ["Become read-only", false, ["d"]],
        ["Lose permissions", false, ["e"]],
      ],
    );
  });
});

describe("token policy form", () => {
  const policy: TokenPolicy = {
    maxLifetimeDays: 90,
    allowNoExpiry: false,
    ceiling: { kind: "list", permissions: ["members:read"] },
    mintableBy: ["owner", "viewer"],
    oversight: "list",
    revokeOnSuspend: true,
    idleDays: null,
    networks: ["10.0.0.0/8"],
    mcp: "off",
  };
  const roles = ["owner", "admin", "viewer"];
  it("gives back what it was given", () => {
    assert.deepEqual(policyOf(draftOf(policy), roles), { ok: true, policy });
  });
  it("reads networks by line and an empty field as no limit", () => {
    const result = policyOf(
      { ...draftOf(policy), networks: " 10.0.0.0/8\n\n2001:db8::/32, ", maxLifetimeDays: " " },
      roles,
    );
    assert.deepEqual(result.ok && result.policy.networks, ["10.0.0.0/8", "2001:db8::/32"]);
    assert.equal(result.ok && result.policy.maxLifetimeDays, null);
  });
  it("reports every wrong field at once", () => {
    const draft = { ...draftOf(policy), maxLifetimeDays: "0", idleDays: "1.5", ceilingPermissions: new Set<string>() };
    const result = policyOf(draft, roles);
    assert.deepEqual(result.ok ? [] : result.errors.map(({ field }) => field), [
      "maxLifetimeDays",
      "idleDays",
      "ceiling",
    ]);
  });
  it("isTighter() notices what may break existing tokens, and nothing else", () => {
    assert.equal(isTighter(policy, policy), false);
    assert.equal(isTighter(policy, { ...policy, maxLifetimeDays: 30 }), true);
    assert.equal(isTighter(policy, { ...policy, maxLifetimeDays: null }), false);
    assert.equal(isTighter(policy, { ...policy, idleDays: 10 }), true);
    assert.equal(isTighter({ ...policy, allowNoExpiry: true }, policy), true);
    assert.equal(isTighter(policy, { ...policy, networks: ["10.1.0.0/16"] }), true);
    assert.equal(isTighter(policy, { ...policy, networks: null }), false);
    assert.equal(isTighter(policy, { ...policy, ceiling: { kind: "read-only" } }), true);
    assert.equal(isTighter(policy, { ...policy, mcp: "off" }), false);
    assert.equal(isTighter(policy, { ...policy, mintableBy: [] }), false);
  });
});

it("passwordOutcome() tells what ended besides", () => {
  assert.equal(passwordOutcome({ endedSessions: 0, revokedTokens: 0 }), "Your password is changed.");
  assert.equal(
    passwordOutcome({ endedSessions: 1, revokedTokens: 2 }),
    "Your password is changed; 1 other session ended, 2 tokens revoked.",
  );
});

describe("describeUserAgent()", () => {
  for (const [userAgent, name, mobile] of [
    [
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/153.0 Safari/537.36",
      "Chrome on Linux",
      false,
    ],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
      "Safari on macOS",
      false,
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 Version/26.0 Mobile/15E148 Safari/604.1",
      "Safari on iPhone",
      true,
    ],
    ["Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0", "Firefox on Windows", false],
    ["Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/150.0 Safari/537.36 Edg/150.0", "Edge on Windows", false],
    ["Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/150.0 Mobile Safari/537.36", "Chrome on Android", true],
    ["curl/8.9.1", "curl/8.9.1", false],
    [null, "Unknown browser", false],
  ] as const) {
    it(`calls it ${name}`, () => assert.deepEqual(describeUserAgent(userAgent), { name, mobile }));
  }
});
