// The choices, groups and summaries of the permission picker.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { PermissionInfo } from "../src/api/types.ts";
import {
  choosablePermissions,
  groupPermissions,
  parsePermissionsText,
  readOnlyNames,
  resourceLabel,
  splitByAvailable,
  summarizePermissions,
} from "../src/credential/permission-choice.ts";
import { can, grantableRoles, rolesWith } from "../src/session/permission.ts";

const permission = (name: string, access: "read" | "write"): PermissionInfo => ({ name, access, description: name });
const CATALOGUE = [
  permission("members:read", "read"),
  permission("api-keys:read", "read"),
  permission("members:write", "write"),
  permission("audit:export", "write"),
];
const names = (list: readonly PermissionInfo[]): string[] => list.map(({ name }) => name);

describe("groupPermissions()", () => {
  it("gathers a resource's permissions in catalogue order under one heading", () => {
    assert.deepEqual(
      groupPermissions(CATALOGUE).map(({ label, permissions }) => [label, names(permissions)]),
      [
        ["Members", ["members:read", "members:write"]],
        ["API keys", ["api-keys:read"]],
        ["Audit", ["audit:export"]],
      ],
    );
  });
});

describe("choosablePermissions()", () => {
  const held = ["members:read", "members:write", "audit:export"];
  it("leaves out what the role lacks", () => {
    assert.deepEqual(names(choosablePermissions(CATALOGUE, held)), ["members:read", "members:write", "audit:export"]);
  });
  it("keeps a read-only ceiling by declared access, not by the action's name", () => {
    assert.deepEqual(names(choosablePermissions(CATALOGUE, held, { kind: "read-only" })), ["members:read"]);
  });
  it("keeps a listed ceiling", () => {
    const ceiling = { kind: "list", permissions: ["audit:export", "api-keys:read"] } as const;
    assert.deepEqual(
      names(choosablePermissions(CATALOGUE, held, { ...ceiling, permissions: [...ceiling.permissions] })),
      ["audit:export"],
    );
  });
});

it("readOnlyNames() takes only what cannot change anything", () => {
  assert.deepEqual(readOnlyNames(CATALOGUE), ["members:read", "api-keys:read"]);
});

it("parsePermissionsText() splits at commas and spaces and drops repetitions", () => {
  assert.deepEqual(parsePermissionsText(" a:read, b:read b:read,,a:read "), ["a:read", "b:read"]);
  assert.deepEqual(parsePermissionsText(undefined), []);
});

it("splitByAvailable() separates the permissions of a link that cannot be given", () => {
  assert.deepEqual(splitByAvailable(["members:read", "root:all"], CATALOGUE), {
    chosen: ["members:read"],
    unavailable: ["root:all"],
  });
});

it("summarizePermissions() tells the whole role from a list", () => {
  assert.equal(summarizePermissions(null), "Whole role");
  assert.equal(summarizePermissions(["a:read", "b:read"]), "a:read, b:read");
  assert.equal(summarizePermissions(["a:read", "b:read", "c:read"]), "3 permissions");
});

it("resourceLabel() reads as a heading", () => {
  assert.equal(resourceLabel("api-keys"), "API keys");
  assert.equal(resourceLabel("audit_log"), "Audit log");
});

describe("permissions of the signed-in person", () => {
  const roles = [
    { name: "owner", description: "", permissions: ["a:read", "a:write"] },
    { name: "viewer", description: "", permissions: ["a:read"] },
  ];
  it("grantableRoles() offers no role that exceeds the person's own", () => {
    assert.deepEqual(
      grantableRoles(roles, ["a:read"]).map(({ name }) => name),
      ["viewer"],
    );
  });
  it("rolesWith() names whom to ask", () => assert.deepEqual(rolesWith(roles, "a:write"), ["owner"]));
  it("can() is false while suspended", () => {
    assert.equal(can({ permissions: ["a:read"], state: "active" }, "a:read"), true);
    assert.equal(can({ permissions: ["a:read"], state: "suspended" }, "a:read"), false);
  });
});
