// The audit log in words, and its filter in the address.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ERROR_CODES, LOGIN_REFUSAL_TEXT, logText, REVOKED_REASONS, SESSION_END_TEXT } from "@mintmark/core";
import type { AuditEvent } from "../src/api/types.ts";
import { changedSearch, filterOf } from "../src/audit/audit-search.ts";
import { changesOf, factsOf } from "../src/audit/change-text.ts";
import { actionLabel, actorLabel, ALL_ACTIONS, targetLabel } from "../src/audit/event-text.ts";
import { placeOf, type Reader, type Reference } from "../src/audit/reference-place.ts";
import { daysChoices, isPending, keptFor, pendingText, retentionText } from "../src/features/audit/retention-text.ts";

const NOW = Date.UTC(2026, 10, 22, 12);

describe("audit events", () => {
  const ada = { kind: "user", id: "usr_1", name: "Ada", externalId: null } as const;
  const token = { kind: "pat", id: "pat_1", name: "CI", externalId: null };
  it("give every reason and every code in words", () => {
    const valueOf = (details: AuditEvent["details"]): string | undefined => factsOf(details)[0]?.value;
    assert.equal(valueOf({ code: "token_expired" }), logText("token_expired"));
    for (const code of Object.keys(ERROR_CODES)) assert.doesNotMatch(valueOf({ code }) ?? "_", /_/, code);
    for (const reason of [...REVOKED_REASONS, ...Object.keys(SESSION_END_TEXT), ...Object.keys(LOGIN_REFUSAL_TEXT)])
      assert.doesNotMatch(valueOf({ reason }) ?? "_", /_/, reason);
  });

  it("name actions in words", () => {
    assert.equal(actionLabel("pat.created"), "Token created");
    assert.equal(actionLabel("api_key.revoked"), "API key revoked");
    assert.equal(actionLabel("member.role_changed"), "Member role changed");
    assert.equal(actionLabel("policy.changed"), "Token policy changed");
    assert.equal(actionLabel("some_thing.new"), "Some thing new");
  });
  it("name who acted, through which credential, on what", () => {
    assert.equal(actorLabel({ actor: ada, via: token }), "Ada via CI");
    const key = { kind: "api_key", id: "key_1", name: "billing", externalId: null } as const;
    assert.equal(actorLabel({ actor: key, via: key }), "billing");
    assert.equal(
      actorLabel({ actor: { kind: "system", id: "system", name: "system", externalId: null }, via: null }),
      "Mintmark",
    );
    assert.equal(targetLabel({ actor: ada, via: null, target: token }), "CI");
    assert.equal(targetLabel({ actor: ada, via: token, target: token }), null);
  });
  it("offer each action once", () => {
    const actions = ALL_ACTIONS.flatMap((group) => group.actions);
    assert.equal(new Set(actions).size, actions.length);
    for (const { all, actions: each } of ALL_ACTIONS)
      for (const action of each)
        assert.ok(
          all.split(",").some((prefix) => action.startsWith(prefix)),
          action,
        );
  });
  it("say what changed, field by field, before and after", () => {
    const details = {
      before: { maxLifetimeDays: null, ceiling: { kind: "role" }, networks: null, allowNoExpiry: true },
      after: {
        maxLifetimeDays: 90,
        ceiling: { kind: "list", permissions: ["a:read"] },
        networks: ["10.0.0.0/8"],
        allowNoExpiry: false,
      },
    };
    assert.deepEqual(changesOf(details), [
      { label: "Longest lifetime", before: "no limit", after: "90 days" },
      { label: "Ceiling", before: "their role", after: "only a:read" },
      { label: "Allowed networks", before: "any", after: "10.0.0.0/8" },
      { label: "Tokens without an expiry", before: "allowed", after: "refused" },
    ]);
    assert.deepEqual(factsOf(details), []);
    assert.deepEqual(changesOf({ reason: "admin" }), []);
  });
  it("say what else is known, and nothing of what says nothing", () => {
    assert.deepEqual(
      factsOf({ reason: "leaked", revokedTokens: 0, permissions: null, newAddress: true, firstOfDay: false }),
      [
        { label: "Reason", value: "reported as leaked" },
        { label: "Permissions", value: "the whole role" },
        { label: "New address", value: "yes" },
      ],
    );
    assert.deepEqual(factsOf({ invitedBy: { id: "usr_1", name: "Ada" }, filter: { outcome: "denied" }, count: 0 }), [
      { label: "Invited by", value: "Ada" },
      { label: "Filter", value: "Outcome: denied" },
      { label: "Events deleted", value: "0" },
    ]);
    assert.deepEqual(factsOf({ strangeThing: [1, { odd: null }] }), [
      { label: "Strange thing", value: "1, Odd: none" },
    ]);
  });
  it("lead to what they name only where the reader may go", () => {
    const event = (facts: object = {}) =>
      ({ organizationId: "org_1", actor: ada, details: {}, ...facts }) as AuditEvent;
    const reader: Reader = {
      scope: "organization",
      userId: "usr_1",
      organizationId: "org_1",
      can: (permission) => permission === "members:read" || permission === "tokens:read",
    };
    const place = (reference: Reference, facts: object = {}, other: Partial<Reader> = {}) =>
      placeOf(reference, event(facts), { ...reader, ...other });
    assert.deepEqual(place({ kind: "membership", id: "mem_1" }), { to: "/organization/members" });
    assert.equal(place({ kind: "api_key", id: "key_1" }), null);
    assert.deepEqual(place({ kind: "api_key", id: "key_1" }, {}, { can: () => true }), {
      to: "/organization/api-keys/$keyId",
      params: { keyId: "key_1" },
    });
    assert.equal(place({ kind: "membership", id: "mem_1" }, { organizationId: "org_2" }), null);
    assert.deepEqual(place(ada, { organizationId: null }), { to: "/settings/profile" });
    const own = { to: "/settings/tokens/$tokenId", params: { tokenId: "pat_1" } };
    assert.deepEqual(place(token), own);
    const others = { to: "/organization/tokens/$tokenId", params: { tokenId: "pat_1" } };
    assert.deepEqual(place(token, { details: { owner: "usr_2" } }), others);
    assert.deepEqual(place(token, { actor: { ...ada, id: "usr_2" }, details: { owner: "usr_1" } }), own);
    assert.equal(place({ kind: "session", id: "ses_1" }), null);
    assert.deepEqual(place({ kind: "user", id: "usr_9" }, {}, { scope: "instance" }), {
      to: "/admin/users/$userId",
      params: { userId: "usr_9" },
    });
    assert.equal(place(token, {}, { scope: "instance" }), null);
  });
});

describe("the filter of a log", () => {
  it("turns days into instants, the last one to its end, and leaves nonsense out", () => {
    assert.deepEqual(filterOf({ from: "2026-11-01", to: "2026-11-02", action: "policy.changed" }, NOW), {
      action: "policy.changed",
      from: new Date(2026, 10, 1).toISOString(),
      to: new Date(2026, 10, 3).toISOString(),
    });
    assert.deepEqual(filterOf({ from: "yesterday", action: "drop table", outcome: "maybe", range: "1y" }, NOW), {});
  });
  it("takes a preset back from now, whatever days are named beside it", () => {
    assert.deepEqual(filterOf({ range: "24h", from: "2020-01-01", action: "pat.,member.left" }, NOW), {
      action: "pat.,member.left",
      from: "2026-11-21T12:00:00.000Z",
    });
  });
  it("loses what becomes empty", () => {
    assert.deepEqual(changedSearch({ actor: "usr_1", range: "7d" }, { actor: "", outcome: "denied" }), {
      range: "7d",
      outcome: "denied",
    });
  });
});

describe("the retention of a log", () => {
  const never = { days: null, inForceDays: null, effectiveAt: null, instanceDays: null };
  it("is said in days and whole years", () => {
    assert.equal(retentionText(never), "Events are kept forever.");
    assert.equal(keptFor(365), "365 days (1 year)");
    assert.equal(keptFor(90), "90 days");
  });
  it("says what is to come until it holds", () => {
    const soon = { ...never, days: 90, effectiveAt: "2026-11-29T12:00:00.000Z" };
    assert.equal(isPending(soon, NOW), true);
    assert.equal(isPending(soon, NOW + 8 * 86_400_000), false);
    assert.equal(pendingText(soon), "From 29 Nov 2026 on: 90 days.");
  });
  it("offers the present choice among the usual ones", () => {
    assert.deepEqual(daysChoices(100).slice(0, 3), [90, 100, 180]);
    assert.equal(daysChoices(null).includes(365), true);
  });
});
