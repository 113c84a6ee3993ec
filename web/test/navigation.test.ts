// Which pages are offered, to whom, and by which keys.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { OrganizationMembership } from "../src/api/types.ts";
import { isAbove, navigationFor } from "../src/app/navigation.ts";

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
const EVERY_PERMISSION = ["organization", "members", "invitations", "tokens", "api-keys", "policy", "audit"].flatMap(
  (resource) => [`${resource}:read`, `${resource}:write`, `${resource}:export`],
);

describe("navigationFor()", () => {
  const user = {
    id: "usr_1",
    name: "Ada",
    email: "",
    emailVerified: false,
    confirmingEnds: true,
    instanceAdmin: false,
    externalId: null,
    createdAt: "",
  };
  const paths = (session: Parameters<typeof navigationFor>[0]): string[] =>
    navigationFor(session).flatMap(({ items }) => items.map(({ to }) => to));
  it("offers only pages whose permission the role holds", () => {
    assert.ok(paths({ user, organization: organization() }).includes("/organization/members"));
    assert.ok(!paths({ user, organization: organization() }).includes("/organization/audit"));
  });
  it("offers nothing of an organization one is suspended in", () => {
    assert.deepEqual(
      paths({ user, organization: organization({ state: "suspended" }) }).filter((path) =>
        path.startsWith("/organization"),
      ),
      [],
    );
  });
  it("offers no members in a personal organization, and the instance to its admins alone", () => {
    assert.ok(!paths({ user, organization: organization({ personal: true }) }).includes("/organization/members"));
    assert.ok(!paths({ user, organization: organization() }).some((path) => path.startsWith("/admin")));
    assert.ok(paths({ user: { ...user, instanceAdmin: true }, organization: organization() }).includes("/admin/users"));
  });
  it("leads to each page by its own key, and lists no page twice", () => {
    const all = navigationFor({
      user: { ...user, instanceAdmin: true },
      organization: organization({ permissions: EVERY_PERMISSION }),
    }).flatMap(({ items }) => items);
    assert.ok(all.every(({ key }) => /^[a-z]$/.test(key)));
    assert.deepEqual(new Set(all.map(({ key }) => key)).size, all.length);
    assert.deepEqual(new Set(all.map(({ to }) => to)).size, all.length);
  });
});

describe("isAbove()", () => {
  const item = (to: string): Parameters<typeof isAbove>[0] => ({ to, label: "", icon: "users", key: "u" });
  it("tells a page whose address begins another's", () => {
    const items = [item("/admin"), item("/admin/services")];
    assert.deepEqual(
      items.map((one) => isAbove(one, items)),
      [true, false],
    );
    assert.equal(isAbove(item("/organization/audit"), [item("/organization/audit-of-others")]), false);
  });
});
