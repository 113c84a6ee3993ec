// A preview of a policy says what verification will say: for every circumstance, evaluated once before and once after.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { DAY_MS } from "../src/lifetime.ts";
import type { OrganizationId, TokenId } from "../src/format.ts";
import { defaultPolicy, type TokenPolicy } from "../src/policy.ts";
import { policyEffect } from "../src/policy-effect.ts";
import { evaluate, type EvaluationContext, type Facts } from "../src/verdict.ts";
import { catalogue, NOW } from "./circumstances.ts";

const DEFAULT = defaultPolicy(["owner", "admin", "member", "viewer"]);
const context: EvaluationContext = { catalogue, now: NOW, allowPersonal: true, isClientIn: () => true };

function key(changes: Partial<Facts> & { readonly policy?: Partial<TokenPolicy> } = {}): Facts {
  const { policy = {}, ...facts } = changes;
  return {
    kind: "api_key",
    id: "key_1" as TokenId,
    name: "key",
    prefix: "mm_key_000",
    role: "admin",
    permissions: null,
    createdAt: NOW - 10 * DAY_MS,
    expiresAt: null,
    lastUsedAt: null,
    revokedAt: null,
    revokedReason: null,
    organization: {
      id: "org_1" as OrganizationId,
      name: "Acme",
      personal: false,
      deletedAt: null,
      policy: { ...DEFAULT, ...policy },
    },
    ...facts,
  } as Facts;
}

const policies: fc.Arbitrary<TokenPolicy> = fc.record({
  maxLifetimeDays: fc.option(fc.integer({ min: 1, max: 30 })),
  allowNoExpiry: fc.boolean(),
  ceiling: fc.oneof(
    fc.constant({ kind: "role" as const }),
    fc.constant({ kind: "read-only" as const }),
    fc.record({ kind: fc.constant("list" as const), permissions: fc.subarray([...catalogue.permissions.keys()]) }),
  ),
  mintableBy: fc.constant([]),
  oversight: fc.constant("list" as const),
  revokeOnSuspend: fc.boolean(),
  idleDays: fc.option(fc.integer({ min: 1, max: 30 })),
  networks: fc.option(fc.constantFrom(["10.0.0.0/8"], ["192.0.2.0/24"])),
  mcp: fc.constantFrom("read-write", "off"),
});

describe("policyEffect()", () => {
  it("agrees with the verdict before and after, whatever the policies", () => {
    const lists = fc.option(fc.subarray([...catalogue.permissions.keys()], { minLength: 1 }));
    fc.assert(
      fc.property(policies, policies, lists, fc.boolean(), (present, next, permissions, isInside) => {
        const facts = key({ policy: present, permissions });
        const where = { ...context, isClientIn: () => isInside };
        const [before, after] = [evaluate(facts, where), evaluate(key({ policy: next, permissions }), where)];
        const { live, effect } = policyEffect(facts, next, where);
        assert.equal(live, before.ok);
        if (effect === null) {
          if (!before.ok) assert.equal(after.ok, false);
          else
            assert.ok(
              after.ok && before.principal.permissions.every((held) => after.principal.permissions.includes(held)),
            );
        } else if (effect.kind === "stops") {
          assert.ok(before.ok && !after.ok && after.code === effect.blockedBy);
        } else if (effect.kind === "resumes") {
          assert.ok(!before.ok && after.ok && before.code === effect.refusedBy);
        } else {
          assert.ok(before.ok && after.ok);
          const kept = before.principal.permissions.filter((held) => !effect.loses.includes(held));
          assert.deepEqual(
            kept,
            after.principal.permissions.filter((held) => before.principal.permissions.includes(held)),
          );
          assert.equal(effect.losesAll, after.principal.permissions.length === 0);
        }
      }),
    );
  });

  it("says which permissions a ceiling takes, and when only reading is left", () => {
    const { effect } = policyEffect(
      key({ permissions: ["members:read", "members:write"] }),
      { ...DEFAULT, ceiling: { kind: "read-only" } },
      context,
    );
    assert.deepEqual(effect, { kind: "narrows", loses: ["members:write"], becomesReadOnly: true, losesAll: false });
  });

  it("does not call read-only what only read before, or what nothing is left of", () => {
    const reader = key({ permissions: ["members:read", "audit:read"] });
    const list = (permissions: string[]): TokenPolicy => ({ ...DEFAULT, ceiling: { kind: "list", permissions } });
    assert.deepEqual(policyEffect(reader, list(["members:read"]), context).effect, {
      kind: "narrows",
      loses: ["audit:read"],
      becomesReadOnly: false,
      losesAll: false,
    });
    const writer = key({ permissions: ["members:write"] });
    assert.deepEqual(policyEffect(writer, list(["members:read"]), context).effect, {
      kind: "narrows",
      loses: ["members:write"],
      becomesReadOnly: false,
      losesAll: true,
    });
  });

  it("breaks nothing by what affects minting or oversight alone", () => {
    const next: TokenPolicy = { ...DEFAULT, mintableBy: [], oversight: "audit", revokeOnSuspend: true, mcp: "off" };
    assert.deepEqual(policyEffect(key(), next, context), { live: true, effect: null });
  });

  it("says nothing of a credential that has ended: no policy revives it", () => {
    const blocked = { policy: { allowNoExpiry: false } };
    assert.deepEqual(policyEffect(key({ ...blocked, revokedAt: NOW, revokedReason: "self" }), DEFAULT, context), {
      live: false,
      effect: null,
    });
    assert.deepEqual(policyEffect(key(blocked), DEFAULT, context), {
      live: false,
      effect: { kind: "resumes", refusedBy: "policy_no_expiry" },
    });
  });
});
