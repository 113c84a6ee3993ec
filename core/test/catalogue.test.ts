import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { DEFAULT_PERMISSIONS, DEFAULT_ROLES, OWNER_ROLE } from "../src/catalogue-defaults.ts";
import { type Catalogue, type CatalogueAdditions, createCatalogue } from "../src/authority.ts";

function catalogueOf(additions?: CatalogueAdditions): Catalogue {
  const result = createCatalogue(additions);
  if (!result.ok) assert.fail(result.problems.join("\n"));
  return result.catalogue;
}

function problemsOf(additions: CatalogueAdditions): readonly string[] {
  const result = createCatalogue(additions);
  return result.ok ? assert.fail("the catalogue was accepted") : result.problems;
}

/** The table of the default catalogue: who holds what, in catalogue order. */
const DEFAULT_TABLE: Readonly<Record<string, string>> = {
  "organization:read": "owner admin member viewer",
  "organization:write": "owner admin",
  "organization:delete": "owner",
  "members:read": "owner admin member viewer",
  "members:write": "owner admin",
  "invitations:read": "owner admin",
  "invitations:write": "owner admin",
  "tokens:create": "owner admin member viewer",
  "tokens:read": "owner admin",
  "tokens:revoke": "owner admin",
  "api-keys:read": "owner admin",
  "api-keys:write": "owner admin",
  "policy:read": "owner admin member",
  "policy:write": "owner admin",
  "audit:read": "owner admin",
  "audit:export": "owner admin",
};

describe("the default catalogue", () => {
  it("gives each role what the table says", () => {
    const catalogue = catalogueOf();
    assert.deepEqual([...catalogue.roles.keys()], ["owner", "admin", "member", "viewer"]);
    assert.deepEqual([...catalogue.permissions.keys()], Object.keys(DEFAULT_TABLE));
    for (const role of catalogue.roles.keys()) {
      const held = Object.keys(DEFAULT_TABLE).filter((name) => DEFAULT_TABLE[name]?.split(" ").includes(role));
      assert.deepEqual(catalogue.permissionsOf(role), held, role);
    }
  });

  it("lets a read-only ceiling keep what only looks", () => {
    const reading = DEFAULT_PERMISSIONS.filter(({ access }) => access === "read").map(({ name }) => name);
    assert.deepEqual(
      reading,
      Object.keys(DEFAULT_TABLE).filter((name) => name.endsWith(":read")),
    );
  });

  it("describes everything it names", () => {
    for (const { name, description } of [...DEFAULT_PERMISSIONS, ...DEFAULT_ROLES]) {
      assert.match(description, /^[A-Z].*[^.]$/, name);
    }
  });
});

describe("createCatalogue()", () => {
  it("adds the operator's permissions and roles behind the default ones", () => {
    const catalogue = catalogueOf({
      permissions: [{ name: "scans:read", description: "See scans" }, { name: "scans:write" }],
      roles: {
        member: { permissions: ["scans:write", "scans:read"] },
        auditor: { description: "Looks at scans", permissions: ["scans:read"] },
      },
    });
    assert.deepEqual([...catalogue.permissions.keys()], [...Object.keys(DEFAULT_TABLE), "scans:read", "scans:write"]);
    assert.deepEqual(catalogue.permissionsOf("member"), [
      ...catalogueOf().permissionsOf("member"),
      "scans:read",
      "scans:write",
    ]);
    assert.deepEqual(catalogue.permissionsOf("auditor"), ["scans:read"]);
    assert.ok(!catalogue.permissionsOf("viewer").includes("scans:read"));
    assert.equal(catalogue.roles.get("auditor")?.description, "Looks at scans");
    assert.equal(catalogue.roles.get("member")?.description, "Works in the organization and mints tokens");
  });

  it("derives a missing access from the action, and takes an unknown action for a write", () => {
    const actions = { read: "read", list: "read", get: "read", view: "read", write: "write", create: "write" };
    const unknown = { frobnicate: "write", reads: "write", "read-all": "write", readwrite: "write" };
    for (const [action, access] of Object.entries({ ...actions, ...unknown })) {
      const catalogue = catalogueOf({ permissions: [{ name: `x:${action}` }] });
      assert.equal(catalogue.permissions.get(`x:${action}`)?.access, access, action);
    }
  });

  it("takes the declared access over the action", () => {
    const catalogue = catalogueOf({
      permissions: [
        { name: "x:read", access: "write" },
        { name: "x:write", access: "read" },
      ],
    });
    assert.equal(catalogue.permissions.get("x:read")?.access, "write");
    assert.equal(catalogue.permissions.get("x:write")?.access, "read");
  });

  it("reports every problem at once", () => {
    const problems = problemsOf({
      permissions: [
        { name: "Scans:read" },
        { name: "scans" },
        { name: "scans:read" },
        { name: "scans:read" },
        { name: "members:read" },
      ],
      roles: {
        "Big Boss": { permissions: [] },
        auditor: { permissions: ["scans:read", "ghosts:read", "ghosts:write"] },
      },
    });
    const about = ["Scans:read", "scans", "scans:read", "members:read", "Big Boss", "ghosts:read", "ghosts:write"];
    assert.equal(problems.length, about.length, problems.join("\n"));
    for (const name of about)
      assert.ok(
        problems.some((problem) => problem.includes(`"${name}"`)),
        name,
      );
  });

  it("refuses names that cannot travel in a header or a comma-joined list", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        const permission = createCatalogue({ permissions: [{ name }] });
        if (permission.ok) assert.match(name, /^[\x21-\x2b\x2d-\x7e]+:[\x21-\x2b\x2d-\x7e]+$/);
        const role = createCatalogue({ roles: { [name]: { permissions: [] } } });
        if (role.ok) assert.match(name, /^[a-z0-9_-]+$/);
      }),
    );
    for (const name of ["a,b:read", "a:b:c", "a:", ":a", "a b:read", "a:read\n", `${"a".repeat(41)}:read`]) {
      assert.equal(createCatalogue({ permissions: [{ name }] }).ok, false, name);
    }
    for (const name of ["", "-", "_x", "__proto__", "owner\n", "Owner", "é", "a".repeat(41)]) {
      const roles = Object.fromEntries([[name, { permissions: [] }]]);
      assert.equal(createCatalogue({ roles }).ok, false, name);
    }
  });

  it("gives the owner every permission, whatever is added", () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}:[a-z]{1,8}$/), { maxLength: 10 });
    fc.assert(
      fc.property(names, (added) => {
        const fresh = added.filter((name) => !(name in DEFAULT_TABLE));
        const catalogue = catalogueOf({
          permissions: fresh.map((name) => ({ name })),
          roles: { x: { permissions: fresh } },
        });
        assert.deepEqual(catalogue.permissionsOf(OWNER_ROLE), [...catalogue.permissions.keys()]);
        for (const role of catalogue.roles.keys()) {
          const held = catalogue.permissionsOf(role);
          assert.deepEqual(
            held,
            [...catalogue.permissions.keys()].filter((name) => held.includes(name)),
            "out of order",
          );
        }
      }),
    );
  });

  it("knows nothing of a role it does not have", () => {
    for (const role of ["ghost", "", "constructor", "__proto__", "toString"]) {
      assert.deepEqual(catalogueOf().permissionsOf(role), []);
    }
  });

  it("cannot be changed through what it gives out", () => {
    const held = catalogueOf().permissionsOf("viewer") as string[];
    assert.throws(() => held.push("organization:delete"), TypeError);
  });
});
