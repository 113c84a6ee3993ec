// The refusals of an organization's policy, to the millisecond on both sides of each limit.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { DAY_MS } from "../src/lifetime.ts";
import {
  defaultPolicy,
  expiryRefusal,
  mintRefusal,
  policyBlock,
  type PolicySubject,
  type TokenPolicy,
} from "../src/policy.ts";

const NOW = Date.UTC(2026, 10, 22, 12);
const ROLES = ["owner", "admin", "member", "viewer"];

function policy(changes: Partial<TokenPolicy> = {}): TokenPolicy {
  return { ...defaultPolicy(ROLES), ...changes };
}

function token(changes: Partial<PolicySubject> = {}): PolicySubject {
  return { createdAt: NOW, expiresAt: null, lastUsedAt: null, ...changes };
}

const days = fc.integer({ min: 1, max: 3650 });
const instants = fc.integer({ min: 0, max: 4_102_444_800_000 });

describe("the default policy", () => {
  it("refuses no token and no minting", () => {
    fc.assert(
      fc.property(
        instants,
        fc.option(instants),
        fc.option(instants),
        instants,
        (createdAt, expiresAt, lastUsedAt, now) => {
          assert.equal(policyBlock(policy(), { createdAt, expiresAt, lastUsedAt }, now), null);
          for (const role of ROLES) assert.equal(mintRefusal(policy(), { role, expiresAt }, now), null);
        },
      ),
    );
  });
});

describe("policyBlock()", () => {
  it("refuses a token the millisecond after its longest lifetime, whatever its expiry", () => {
    fc.assert(
      fc.property(days, instants, fc.option(instants), (maxLifetimeDays, createdAt, expiresAt) => {
        const end = createdAt + maxLifetimeDays * DAY_MS;
        const block = (now: number) => policyBlock(policy({ maxLifetimeDays }), token({ createdAt, expiresAt }), now);
        assert.equal(block(end), null);
        assert.equal(block(end + 1), "policy_lifetime");
      }),
    );
  });

  it("refuses a token without expiry at once, and only that, where an expiry is required", () => {
    const strict = policy({ allowNoExpiry: false });
    assert.equal(policyBlock(strict, token(), NOW), "policy_no_expiry");
    assert.equal(policyBlock(strict, token({ expiresAt: NOW + 1 }), NOW), null);
  });

  it("refuses a token the millisecond after it was unused for too long", () => {
    fc.assert(
      fc.property(days, instants, fc.option(fc.nat({ max: 1e10 })), (idleDays, createdAt, usedAfterMs) => {
        const lastUsedAt = usedAfterMs === null ? null : createdAt + usedAfterMs;
        const end = (lastUsedAt ?? createdAt) + idleDays * DAY_MS;
        const block = (now: number) => policyBlock(policy({ idleDays }), token({ createdAt, lastUsedAt }), now);
        assert.equal(block(end), null);
        assert.equal(block(end + 1), "policy_idle");
      }),
    );
  });

  it("names the lifetime before the missing expiry, and that before idleness", () => {
    const old = token({ createdAt: NOW - 10 * DAY_MS });
    const strict = policy({ maxLifetimeDays: 9, allowNoExpiry: false, idleDays: 9 });
    assert.equal(policyBlock(strict, old, NOW), "policy_lifetime");
    assert.equal(policyBlock({ ...strict, maxLifetimeDays: null }, old, NOW), "policy_no_expiry");
    assert.equal(policyBlock({ ...strict, maxLifetimeDays: null, allowNoExpiry: true }, old, NOW), "policy_idle");
  });

  it("does not look at what concerns minting, oversight, suspension, MCP or the client's network", () => {
    const changes: Partial<TokenPolicy>[] = [
      { mintableBy: [] },
      { oversight: "audit" },
      { revokeOnSuspend: true },
      { mcp: "off" },
      { networks: [] },
      { ceiling: { kind: "read-only" } },
    ];
    for (const change of changes) assert.equal(policyBlock(policy(change), token(), NOW), null);
  });
});

describe("mintRefusal()", () => {
  it("refuses a role that may not mint before it looks at the expiry", () => {
    const strict = policy({ mintableBy: ["owner"], allowNoExpiry: false });
    assert.equal(mintRefusal(strict, { role: "member", expiresAt: null }, NOW), "policy_mint");
    assert.equal(mintRefusal(strict, { role: "owner", expiresAt: null }, NOW), "expiry_required");
    assert.equal(mintRefusal(strict, { role: "owner", expiresAt: NOW + 1 }, NOW), null);
    assert.equal(mintRefusal(policy({ mintableBy: [] }), { role: "owner", expiresAt: null }, NOW), "policy_mint");
  });

  it("refuses an expiry a millisecond later than the longest lifetime", () => {
    fc.assert(
      fc.property(days, instants, (maxLifetimeDays, now) => {
        const limited = policy({ maxLifetimeDays });
        const latest = now + maxLifetimeDays * DAY_MS;
        assert.equal(expiryRefusal(limited, latest, now), null);
        assert.equal(expiryRefusal(limited, latest + 1, now), "policy_lifetime");
      }),
    );
  });

  it("counts no expiry as infinite", () => {
    assert.equal(expiryRefusal(policy({ maxLifetimeDays: 3650 }), null, NOW), "expiry_required");
    assert.equal(expiryRefusal(policy({ allowNoExpiry: false }), null, NOW), "expiry_required");
    assert.equal(expiryRefusal(policy(), null, NOW), null);
  });

  it("lets no token be minted that the policy would refuse that moment or at any time before its expiry", () => {
    const policies = fc.record({ maxLifetimeDays: fc.option(days), allowNoExpiry: fc.boolean() });
    fc.assert(
      fc.property(policies, fc.option(fc.integer({ min: 1, max: 1e12 })), fc.nat(), (changes, lifetimeMs, laterMs) => {
        const expiresAt = lifetimeMs === null ? null : NOW + lifetimeMs;
        if (mintRefusal(policy(changes), { role: "member", expiresAt }, NOW) !== null) return;
        const later = NOW + (lifetimeMs === null ? laterMs : laterMs % (lifetimeMs + 1));
        assert.equal(policyBlock(policy(changes), token({ expiresAt }), later), null);
      }),
    );
  });
});
