// The "New token" form: what it starts with, what an organization rules out, and what it sends.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { MintingRules, OrganizationMembership } from "../src/api/types.ts";
import {
  fitDraft,
  mintRequest,
  mintRules,
  planReplacement,
  startDraft,
  unavailablePermissions,
} from "../src/credential/mint-form.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const INSTANCE = {
  personalTokens: "allow" as const,
  permissions: [
    { name: "scans:read", access: "read" as const, description: "" },
    { name: "scans:write", access: "write" as const, description: "" },
    { name: "tokens:create", access: "write" as const, description: "" },
    { name: "audit:read", access: "read" as const, description: "" },
  ],
};
const POLICY: MintingRules = {
  maxLifetimeDays: null,
  allowNoExpiry: true,
  ceiling: { kind: "role" },
  mintableBy: ["owner", "member"],
  idleDays: null,
  networks: null,
  mcp: "read-write",
};

function organization(facts: Partial<OrganizationMembership> = {}): OrganizationMembership {
  return {
    id: "org_1",
    name: "Acme",
    personal: false,
    membershipId: "mem_1",
    role: "member",
    permissions: ["scans:read", "scans:write", "tokens:create"],
    state: "active",
    externalId: null,
    createdAt: "2026-01-01T00:00:00Z",
    ...facts,
  };
}

const rulesOf = (
  policy: Partial<MintingRules> | null = {},
  facts: Partial<OrganizationMembership> = {},
): ReturnType<typeof mintRules> => mintRules(organization(facts), policy && { ...POLICY, ...policy }, INSTANCE);

describe("startDraft()", () => {
  it("preselects 30 days and the whole role", () => {
    const draft = startDraft("org_1", {}, NOW);
    assert.equal(draft.expiry.kind, 30);
    assert.equal(draft.access, "role");
  });
  it("takes permissions and expiry from a link", () => {
    const draft = startDraft("org_1", { permissions: "scans:read", expires: "7" }, NOW);
    assert.equal(draft.expiry.kind, 7);
    assert.equal(draft.access, "list");
    assert.deepEqual([...draft.permissions], ["scans:read"]);
  });
});

describe("mintRules()", () => {
  it("offers what the role holds", () => {
    assert.deepEqual(
      rulesOf().available.map(({ name }) => name),
      ["scans:read", "scans:write", "tokens:create"],
    );
    assert.equal(rulesOf().refusal, null);
  });
  it("explains each reason why nothing can be minted", () => {
    assert.match(rulesOf({}, { state: "suspended" }).refusal ?? "", /suspended in Acme/);
    assert.match(rulesOf({}, { permissions: ["scans:read"] }).refusal ?? "", /cannot mint tokens/);
    assert.match(rulesOf({ mintableBy: ["owner"] }).refusal ?? "", /lets only owner mint tokens/);
    const denied = mintRules(organization({ personal: true }), null, { ...INSTANCE, personalTokens: "deny" });
    assert.match(denied.refusal ?? "", /personal organizations/);
  });
  it("says which expiry the policy allows", () => {
    assert.match(rulesOf({ maxLifetimeDays: 60 }).limitReason ?? "", /at most 60 days/);
    assert.match(rulesOf({ allowNoExpiry: false }).limitReason ?? "", /requires an expiry/);
    assert.equal(rulesOf().limitReason, null);
  });
  it("applies the ceiling to what is offered", () => {
    const rules = rulesOf({ ceiling: { kind: "read-only" } });
    assert.deepEqual(
      rules.available.map(({ name }) => name),
      ["scans:read"],
    );
    assert.match(rules.ceilingNote ?? "", /only read/);
  });
  it("refuses nothing before the rules are known", () => {
    assert.equal(rulesOf(null).refusal, null);
  });
  it("states the rules for the use of the token", () => {
    const { bindingNotes, mcpNote } = rulesOf({
      networks: ["203.0.113.0/24", "2001:db8::/32"],
      idleDays: 30,
      mcp: "off",
    });
    assert.deepEqual(bindingNotes, [
      "Tokens of Acme work only from 203.0.113.0/24 and 2001:db8::/32.",
      "A token that is not used for 30 days stops working.",
    ]);
    assert.equal(mcpNote, "AI clients cannot use tokens of Acme.");
    assert.deepEqual([rulesOf().bindingNotes, rulesOf().mcpNote], [[], null]);
    const many = Array.from({ length: 9 }, (_, index) => `10.${index}.0.0/16`);
    assert.match(rulesOf({ networks: many }).bindingNotes[0] ?? "", /, 10\.4\.0\.0\/16, and 4 other networks\.$/);
  });
});

it("fitDraft() replaces an expiry that the organization forbids", () => {
  const draft = startDraft("org_1", { expires: "never" }, NOW);
  assert.equal(fitDraft(draft, rulesOf({ maxLifetimeDays: 20 })).expiry.kind, 7);
});

it("unavailablePermissions() names the permissions of a link that cannot be given", () => {
  assert.deepEqual(unavailablePermissions({ permissions: "scans:read,audit:read" }, rulesOf()), ["audit:read"]);
});

describe("planReplacement()", () => {
  const old = {
    createdAt: "2026-11-01T12:00:00Z",
    expiresAt: "2026-12-01T12:00:00Z",
    permissions: null,
    organization: { id: "org_1", name: "Acme", personal: false },
  };
  const held = ["scans:read"];
  const DAY_MS = 86_400_000;
  it("keeps the lifetime, or shortens it to what the policy allows", () => {
    assert.deepEqual(planReplacement(old, held, rulesOf(), NOW), {
      ok: true,
      expiresAt: NOW + 30 * DAY_MS,
      lifetimeDays: 30,
      isShortened: false,
    });
    const shortened = planReplacement(old, held, rulesOf({ maxLifetimeDays: 7 }), NOW);
    assert.deepEqual(shortened.ok && [shortened.lifetimeDays, shortened.isShortened], [7, true]);
    const endless = planReplacement({ ...old, expiresAt: null }, held, rulesOf({ maxLifetimeDays: 7 }), NOW);
    assert.deepEqual(endless.ok && [endless.lifetimeDays, endless.isShortened], [7, true]);
  });
  it("explains each reason why the token cannot be replaced", () => {
    const reason = (plan: ReturnType<typeof planReplacement>): string => (plan.ok ? "" : plan.reason);
    const lost = planReplacement({ ...old, permissions: ["scans:read", "scans:write"] }, held, rulesOf(), NOW);
    assert.match(reason(lost), /no longer has all of its permissions: scans:write\./);
    const endless = planReplacement({ ...old, expiresAt: null }, held, rulesOf({ allowNoExpiry: false }), NOW);
    assert.match(reason(endless), /has no expiry.* requires an expiry\./);
    assert.match(reason(planReplacement(old, held, rulesOf({ mintableBy: ["owner"] }), NOW)), /only owner mint/);
  });
});

describe("mintRequest()", () => {
  const draft = startDraft("org_1", {}, NOW);
  it("leaves permissions out for the whole role", () => {
    assert.deepEqual(mintRequest("CI", draft, rulesOf(), NOW), {
      ok: true,
      input: { name: "CI", organizationId: "org_1", expiresInDays: 30 },
    });
  });
  it("sends only chosen permissions that the organization has", () => {
    const chosen = { ...draft, access: "list" as const, permissions: new Set(["scans:read", "audit:read"]) };
    const request = mintRequest("CI", chosen, rulesOf(), NOW);
    assert.deepEqual(request.ok && request.input.permissions, ["scans:read"]);
  });
  it("sends, for reading only, what reads of all that the organization has", () => {
    const reading = startDraft("org_1", { access: "read-only" }, NOW);
    const request = mintRequest("AI", reading, rulesOf(), NOW);
    assert.deepEqual(request.ok && request.input.permissions, ["scans:read"]);
    assert.equal(mintRequest("AI", reading, rulesOf({}, { permissions: ["scans:write"] }), NOW).ok, false);
  });
  it("never sends an empty list as if it were the whole role", () => {
    const none = { ...draft, access: "list" as const, permissions: new Set(["audit:read"]) };
    const request = mintRequest("CI", none, rulesOf(), NOW);
    assert.deepEqual(request.ok ? [] : request.errors.map(({ field }) => field), ["permissions"]);
  });
  it("reports a missing date at its field", () => {
    const undated = { ...draft, expiry: { kind: "custom" as const, date: "" } };
    const request = mintRequest("CI", undated, rulesOf(), NOW);
    assert.deepEqual(request.ok ? [] : request.errors.map(({ field }) => field), ["expiresAt"]);
  });
});
