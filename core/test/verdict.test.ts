// Every combination of what can be wrong with a credential, against an order of precedence that a table here
// states a second time.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { DAY_MS } from "../src/lifetime.ts";
import { credentialState, type Facts, goodUntil, evaluate, type Principal, refusalOf } from "../src/verdict.ts";
import { catalogue, type Circumstances, contextOf, everyCircumstance, factsOf, NOW } from "./circumstances.ts";

/** The first row that applies is the refusal. */
const PRECEDENCE: readonly (readonly [code: string, applies: (given: Circumstances) => boolean])[] = [
  ["member_removed", (given) => given.revoked === "member_removed"],
  ["organization_deleted", (given) => given.revoked === "organization_deleted"],
  ["user_deleted", (given) => given.revoked === "user_deleted"],
  ["token_revoked", (given) => given.revoked !== null],
  ["token_revoked", (given) => given.kind === "pat" && given.isSwept],
  ["user_deleted", (given) => given.kind === "pat" && given.isUserDeleted],
  ["organization_deleted", (given) => given.isOrganizationDeleted],
  ["member_removed", (given) => given.kind === "pat" && given.isMembershipEnded],
  ["token_expired", (given) => given.expiry === "now" || given.expiry === "past"],
  ["user_suspended", (given) => given.kind === "pat" && given.isUserSuspended],
  ["member_suspended", (given) => given.kind === "pat" && given.isMembershipSuspended],
  ["personal_organization_denied", (given) => given.isPersonal && !given.allowPersonal],
  ["policy_lifetime", (given) => given.isTooOld],
  ["policy_no_expiry", (given) => given.mustExpire && given.expiry === "none"],
  ["policy_idle", (given) => given.isIdle],
  ["policy_network", (given) => given.network === "outside"],
];

/** The state that a list shows for each refusal. */
const STATES: Readonly<Record<string, string>> = {
  token_revoked: "revoked",
  member_removed: "revoked",
  organization_deleted: "revoked",
  user_deleted: "revoked",
  token_expired: "expired",
  user_suspended: "suspended",
  member_suspended: "suspended",
  personal_organization_denied: "blocked",
  policy_lifetime: "blocked",
  policy_no_expiry: "blocked",
  policy_idle: "blocked",
};

function expectedRefusal(given: Circumstances): string | null {
  return PRECEDENCE.find(([, applies]) => applies(given))?.[0] ?? null;
}

describe("evaluate()", () => {
  it("refuses every combination by the first reason in the order of precedence, and allows the rest", () => {
    const seen = new Map<string | null, number>();
    for (const given of everyCircumstance()) {
      const verdict = evaluate(factsOf(given), contextOf(given));
      const expected = expectedRefusal(given);
      const code = verdict.ok ? null : verdict.code;
      if (code !== expected) assert.fail(`${code} instead of ${expected} for ${JSON.stringify(given)}`);
      seen.set(code, (seen.get(code) ?? 0) + 1);
    }
    // Every row of the table decided something, and something was allowed.
    for (const code of [...PRECEDENCE.map(([code]) => code), null]) assert.ok((seen.get(code) ?? 0) > 0, String(code));
  });

  it("lets nothing of a person stop an API key", () => {
    for (const given of everyCircumstance()) {
      if (given.kind !== "api_key") continue;
      const verdict = evaluate(factsOf(given), contextOf(given));
      const code = verdict.ok ? "" : verdict.code;
      if (/^(user|member)_/.test(code)) assert.ok(given.revoked !== null, `${code} for ${JSON.stringify(given)}`);
    }
  });

  it("asks for the client's address only where the policy names networks, and refuses an unknown one", () => {
    const given = { ...HARMLESS, network: "outside" } as const;
    assert.deepEqual(evaluate(factsOf(given), contextOf(given)), { ok: false, code: "policy_network" });
    evaluate(factsOf(HARMLESS), {
      ...contextOf(HARMLESS),
      isClientIn: () => assert.fail("the address was asked for"),
    });
  });

  it("says who the holder of a token is", () => {
    const verdict = evaluate(factsOf({ ...HARMLESS, isPersonal: true }), contextOf(HARMLESS));
    assert.deepEqual(verdict, { ok: true, principal: tokenPrincipal(true) });
  });

  it("names no person for an API key, whose role is its own", () => {
    const given = { ...HARMLESS, kind: "api_key" } as const;
    const verdict = evaluate(factsOf(given), contextOf(given));
    assert.deepEqual(verdict, {
      ok: true,
      principal: {
        ...tokenPrincipal(false),
        credential: {
          kind: "api_key",
          id: "key_1",
          name: "CI",
          prefix: "mm_key_abc",
          expiresAt: null,
          end: END,
          nearEnd: END,
        },
        user: null,
        membershipId: null,
        role: "admin",
        permissions: ["members:read"],
      },
    });
  });

  it("gives the permissions of the present role inside list and ceiling", () => {
    const facts = factsOf(HARMLESS);
    const context = contextOf(HARMLESS);
    const permissionsOf = (changed: typeof facts): readonly string[] => {
      const verdict = evaluate(changed, context);
      return verdict.ok ? verdict.principal.permissions : assert.fail(verdict.code);
    };
    assert.deepEqual(permissionsOf({ ...facts, permissions: null }), catalogue.permissionsOf("viewer"));
    assert.deepEqual(permissionsOf({ ...facts, permissions: ["organization:delete", "members:read"] }), [
      "members:read",
    ]);
    const policy = { ...facts.organization.policy, ceiling: { kind: "read-only" } } as const;
    const capped = { ...facts, permissions: null, organization: { ...facts.organization, policy } };
    assert.deepEqual(permissionsOf(capped), ["organization:read", "members:read"]);
  });
});

describe("refusalOf()", () => {
  it("agrees with the verdict in everything but the client's network", () => {
    for (const given of everyCircumstance()) {
      const verdict = evaluate(factsOf(given), contextOf(given));
      const code = refusalOf(factsOf(given), contextOf(given));
      if (code !== null) assert.deepEqual(verdict, { ok: false, code });
      else assert.ok(verdict.ok || verdict.code === "policy_network");
    }
  });
});

describe("credentialState()", () => {
  it("agrees with refusalOf(), and names the rule exactly when one blocks", () => {
    for (const given of everyCircumstance()) {
      const facts = factsOf(given);
      const code = refusalOf(facts, contextOf(given));
      const { state, blockedBy } = credentialState(facts, contextOf(given));
      if (state !== (code === null ? "active" : STATES[code])) assert.fail(`${state} for ${code}`);
      if (blockedBy !== (state === "blocked" ? code : null)) assert.fail(`blocked by ${blockedBy} for ${code}`);
    }
  });
});

const HARMLESS: Circumstances = {
  kind: "pat",
  revoked: null,
  isSwept: false,
  isOrganizationDeleted: false,
  isUserDeleted: false,
  isMembershipEnded: false,
  expiry: "none",
  isUserSuspended: false,
  isMembershipSuspended: false,
  isPersonal: false,
  allowPersonal: true,
  isTooOld: false,
  mustExpire: false,
  isIdle: false,
  network: "any",
};

/** A harmless credential reaches the longest lifetime this millisecond. */
const END = { at: NOW + 1, because: "policy_lifetime" } as const;

function tokenPrincipal(personal: boolean): Principal {
  const facts = factsOf(HARMLESS);
  if (facts.kind !== "pat") assert.fail("a token was expected");
  return {
    credential: {
      kind: "pat",
      id: facts.id,
      name: "CI",
      prefix: "mm_pat_abc",
      expiresAt: null,
      end: END,
      nearEnd: END,
    },
    user: { id: facts.user.id, name: "Ann", email: "ann@example.com", emailVerified: true, externalId: "user 1" },
    membershipId: facts.membership.id,
    organization: { id: facts.organization.id, name: "Acme", personal, externalId: null },
    role: "viewer",
    permissions: ["members:read"],
  };
}

describe("the end of a principal", () => {
  it("counts the idle time from this use, and comes from the policy without an expiry", () => {
    const facts = factsOf(HARMLESS);
    const policy = { ...facts.organization.policy, maxLifetimeDays: null, idleDays: 5 };
    const verdict = evaluate({ ...facts, organization: { ...facts.organization, policy } }, contextOf(HARMLESS));
    assert.ok(verdict.ok);
    const { end, nearEnd } = verdict.principal.credential;
    assert.deepEqual(end, { at: NOW + 5 * DAY_MS + 1, because: "policy_idle" });
    assert.equal(nearEnd, null);
  });
});

describe("an expiry", () => {
  it("ends a token at its very millisecond", () => {
    for (const [now, code] of [
      [NOW - 1, null],
      [NOW, "token_expired"],
      [NOW + 1, "token_expired"],
    ] as const) {
      assert.equal(refusalOf({ ...factsOf(HARMLESS), expiresAt: NOW }, { now, allowPersonal: true }), code);
    }
  });
});

describe("goodUntil()", () => {
  const days = fc.option(fc.integer({ min: 1, max: 3650 }));
  const span = fc.integer({ min: 0, max: 3000 * DAY_MS });

  it("is the very instant at which time alone ends what was good, and no other", () => {
    const harmless = factsOf(HARMLESS);
    let ending = 0;
    fc.assert(
      fc.property(days, days, fc.option(span), fc.option(span), (maxLifetimeDays, idleDays, expiresIn, usedAfter) => {
        const policy = { ...harmless.organization.policy, maxLifetimeDays, idleDays };
        const facts: Facts = {
          ...harmless,
          createdAt: NOW,
          expiresAt: expiresIn === null ? null : NOW + expiresIn + 1,
          lastUsedAt: usedAfter === null ? null : NOW + usedAfter,
          organization: { ...harmless.organization, policy },
        };
        const codeAt = (now: number) => refusalOf(facts, { now, allowPersonal: true });
        const until = goodUntil(facts);
        if (until === Number.POSITIVE_INFINITY) return assert.equal(codeAt(NOW + 10_000 * DAY_MS), null);
        ending++;
        assert.equal(codeAt(until - 1), null);
        assert.notEqual(codeAt(until), null);
      }),
    );
    assert.ok(ending > 10);
  });
});
