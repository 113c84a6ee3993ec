// The tools that are listed, and those that can be called, are exactly what the effective permissions allow: for every
// role, narrowing, ceiling and MCP policy, for tokens and keys. The expected tools follow from the tables here.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { OrganizationId, TokenPolicy } from "@mintmark/core";
import type { Person, SeededOrganization } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";
import { bearer, callTool, codeOf, type Headers, toolsOf } from "./speak.ts";

const EVERYTHING =
  "organization:read organization:write organization:delete members:read members:write invitations:read invitations:write tokens:create tokens:read tokens:revoke api-keys:read api-keys:write policy:read policy:write audit:read audit:export";
const ROLES: Readonly<Record<string, readonly string[]>> = {
  owner: EVERYTHING.split(" "),
  admin: EVERYTHING.split(" ").filter((permission) => permission !== "organization:delete"),
  member: ["organization:read", "members:read", "tokens:create", "policy:read"],
  viewer: ["organization:read", "members:read", "tokens:create"],
};

/** A tool's required permissions, and an input that the use case refuses, so that nothing changes. */
interface Row {
  readonly permission?: string;
  readonly writes?: true;
  readonly people?: true;
  readonly input?: Readonly<Record<string, unknown>>;
  readonly answers: string;
}
const TOOLS: Readonly<Record<string, Row>> = {
  whoami: { answers: "ok" },
  list_my_tokens: { people: true, answers: "ok" },
  revoke_my_token: { people: true, writes: true, input: { token: "pat_0" }, answers: "not_found" },
  list_members: { permission: "members:read", answers: "ok" },
  list_invitations: { permission: "invitations:read", answers: "ok" },
  create_invitation: {
    permission: "invitations:write",
    writes: true,
    input: { email: "x", role: "viewer" },
    answers: "email_invalid",
  },
  withdraw_invitation: {
    permission: "invitations:write",
    writes: true,
    input: { invitation: "inv_0" },
    answers: "not_found",
  },
  search_audit_log: { permission: "audit:read", answers: "ok" },
  get_organization_overview: { permission: "tokens:read", answers: "ok" },
  list_stale_tokens: { permission: "tokens:read", answers: "ok" },
  revoke_member_token: { permission: "tokens:revoke", writes: true, input: { token: "pat_0" }, answers: "not_found" },
};

/** The permissions that a tool needs, and two that no tool needs: one to read, one to write. */
const TELLING = new Set([
  ...Object.values(TOOLS).flatMap(({ permission }) => permission ?? []),
  "policy:read",
  "tokens:create",
]);

const CHANGES = /:(write|delete|create|revoke|export)$/;

interface Holder {
  readonly what: string;
  readonly credential: Headers;
  readonly isKey: boolean;
  readonly permissions: readonly string[];
  readonly mcp: TokenPolicy["mcp"];
}

function expectedTools({ isKey, permissions, mcp }: Holder): readonly string[] {
  const mayWrite = mcp === "read-write" && permissions.some((permission) => CHANGES.test(permission));
  return Object.entries(TOOLS).flatMap(([name, { permission, writes, people }]) =>
    (permission === undefined || permissions.includes(permission)) &&
    (writes === undefined || mayWrite) &&
    (people === undefined || !isKey)
      ? [name]
      : [],
  );
}

describe("the tools of a token", () => {
  const { instance, seed } = withInstance();
  let owner: Person;
  before(async () => {
    owner = await seed.person();
  });

  async function setPolicy(id: OrganizationId, change: Partial<TokenPolicy>): Promise<void> {
    await instance.deps.store.transaction(async (tx) => {
      const policy = (await tx.findOrganization(id))?.policy as TokenPolicy;
      await tx.setPolicy(id, { ...policy, ...change });
    });
  }

  /** The holders in one organization: each role whole, and narrowed to a relevant permission, to reads, to all but one. */
  async function holdersIn(organization: SeededOrganization, mcp: TokenPolicy["mcp"]): Promise<readonly Holder[]> {
    const holders: Holder[] = [];
    for (const [role, held] of Object.entries(ROLES)) {
      const person = await seed.person();
      await seed.member(organization, person, role);
      const narrowings: readonly (readonly string[] | null)[] = [
        null,
        ...held.filter((permission) => TELLING.has(permission)).map((permission) => [permission]),
        held.filter((permission) => !CHANGES.test(permission)),
        held.filter((permission) => permission !== "invitations:write"),
      ];
      for (const permissions of narrowings) {
        const what = `${role}'s token, ${permissions === null ? "whole" : permissions.join(" ")}, ${mcp}`;
        const token = await seed.token(person, organization, { permissions });
        holders.push({ what, credential: bearer(token), isKey: false, permissions: permissions ?? held, mcp });
      }
      if (role === "owner") continue;
      for (const permissions of [null, ["members:read"]]) {
        const key = await seed.apiKey(organization, owner, { role, permissions });
        const what = `${role} key, ${permissions === null ? "whole" : permissions.join(" ")}, ${mcp}`;
        holders.push({
          what,
          credential: { "X-API-Key": key.secret },
          isKey: true,
          permissions: permissions ?? held,
          mcp,
        });
      }
    }
    return holders;
  }

  async function assertTools(holder: Holder): Promise<void> {
    const expected = expectedTools(holder);
    assert.deepEqual(await toolsOf(instance, holder.credential), expected, holder.what);
    const answers = await Promise.all(
      Object.entries(TOOLS).map(async ([name, { input }]) => {
        const code = codeOf(await callTool(instance, holder.credential, name, input));
        return [name, code] as const;
      }),
    );
    for (const [name, code] of answers) {
      const where = `${holder.what}: ${name} returns ${code}`;
      if (expected.includes(name)) assert.equal(code, (TOOLS[name] as Row).answers, where);
      else assert.match(code, /^(permission_denied|policy_mcp|personal_credential_required)$/, where);
    }
  }

  for (const mcp of ["read-write", "read-only"] as const) {
    it(`are what its effective permissions allow under the policy ${mcp}`, async () => {
      const organization = await seed.organization(owner);
      await setPolicy(organization.id, { mcp });
      const holders = await holdersIn(organization, mcp);
      assert.ok(holders.length > 35, String(holders.length));
      for (const holder of holders) await assertTools(holder);
    });
  }

  it("are none when MCP is off: every request is refused, with a text", async () => {
    const organization = await seed.organization(owner);
    await setPolicy(organization.id, { mcp: "off" });
    for (const { credential, what } of await holdersIn(organization, "off")) {
      const answer = await callTool(instance, credential, "whoami");
      assert.deepEqual([answer.status, answer.body.code], [403, "policy_mcp"], what);
      assert.match(answer.body.detail, /turned MCP off/);
    }
  });

  it("follow the ceiling, a role that changes and a policy that changes at the very next call", async () => {
    const organization = await seed.organization(owner);
    const person = await seed.person();
    const membershipId = await seed.member(organization, person, "admin");
    const credential = bearer(await seed.token(person, organization));
    const assertNow = async (permissions: readonly string[], mcp: TokenPolicy["mcp"] = "read-write"): Promise<void> =>
      assertTools({ what: `${permissions.join()} ${mcp}`, credential, isKey: false, permissions, mcp });
    const admin = ROLES["admin"] as readonly string[];
    const reading = admin.filter((permission) => !CHANGES.test(permission));
    await assertNow(admin);
    await setPolicy(organization.id, { mcp: "read-only" });
    await assertNow(admin, "read-only");
    await setPolicy(organization.id, { mcp: "read-write", ceiling: { kind: "read-only" } });
    await assertNow(reading);
    await setPolicy(organization.id, { ceiling: { kind: "list", permissions: ["audit:read", "tokens:revoke"] } });
    await assertNow(["audit:read", "tokens:revoke"]);
    await setPolicy(organization.id, { ceiling: { kind: "list", permissions: ["policy:write"] } });
    await assertNow(["policy:write"]);
    await setPolicy(organization.id, { ceiling: { kind: "role" } });
    await assertNow(admin);
    await instance.deps.store.transaction((tx) => tx.setMemberRole(membershipId, "viewer"));
    await assertNow(ROLES["viewer"] as readonly string[]);
  });

  it("follow admins' access to members' tokens, and leave out tools without a use in a personal organization", async () => {
    const organization = await seed.organization(owner);
    const credential = bearer(await seed.token(owner, organization));
    const all = Object.keys(TOOLS);
    await setPolicy(organization.id, { oversight: "list" });
    assert.deepEqual(
      await toolsOf(instance, credential),
      all.filter((name) => name !== "revoke_member_token"),
    );
    assert.equal(
      codeOf(await callTool(instance, credential, "revoke_member_token", { token: "pat_0" })),
      "policy_oversight",
    );
    await setPolicy(organization.id, { oversight: "audit" });
    assert.deepEqual(
      await toolsOf(instance, credential),
      all.filter((name) => name !== "revoke_member_token" && name !== "list_stale_tokens"),
    );
    const personal = bearer(await seed.token(owner, owner.personal));
    assert.deepEqual(
      await toolsOf(instance, personal),
      all.filter((name) => !/^(create|withdraw)_invitation$/.test(name)),
    );
    const invited = await callTool(instance, personal, "create_invitation", {
      email: "ada@example.com",
      role: "viewer",
    });
    assert.equal(codeOf(invited), "personal_organization");
  });
});
