import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { OrganizationId, TokenPolicy } from "@mintmark/core";
import { Conflict, type Store } from "../../../src/store/store.ts";
import { addMember, addOrganization, addUser, join, newId, present, T0 } from "./samples.ts";

export function describeOrganizations(store: () => Store): void {
  describe("organizations", { concurrency: true }, () => {
    test("an organization is found by id; its policy is complete before one was set", async () => {
      const id = newId("organization");
      await store().transaction((tx) =>
        tx.insertOrganization({ id, name: "Engines", personalOf: null, createdAt: T0 + 1 }),
      );
      const found = present(await store().reads.findOrganization(id));
      const { policy, ...rest } = found;
      assert.deepEqual(rest, {
        id,
        name: "Engines",
        personalOf: null,
        createdAt: T0 + 1,
        deletedAt: null,
        externalId: null,
        externalSource: null,
      });
      assert.equal(policy.allowNoExpiry, true);
      assert.ok(policy.mintableBy.includes("member"));
      assert.equal(await store().reads.findOrganization(newId("organization")), null);
    });

    test("an organization of a source is found by its id there, which no other one of that source has", async () => {
      const external = { source: "host", id: newId("organization") };
      const add = async (given: typeof external): Promise<OrganizationId> => {
        const id = newId("organization");
        await store().transaction((tx) =>
          tx.insertOrganization({ id, name: "Engines", personalOf: null, createdAt: T0, external: given }),
        );
        return id;
      };
      const id = await add(external);
      const found = present(await store().reads.findOrganizationByExternalId(external));
      assert.deepEqual([found.id, found.externalSource, found.externalId], [id, external.source, external.id]);
      await assert.rejects(
        add(external),
        (error: unknown) => error instanceof Conflict && error.rule === "organization_external_id",
      );
      const elsewhere = { source: "idp", id: external.id };
      assert.equal(await store().reads.findOrganizationByExternalId(elsewhere), null);
      await add(elsewhere);
      await store().transaction((tx) => tx.deleteOrganization(id, T0 + 1, "test"));
      assert.equal(await store().reads.findOrganizationByExternalId(external), null);
      assert.notEqual(await add(external), id);
    });

    test("a policy is read as it was set", async () => {
      const organization = await addOrganization(store());
      const policy: TokenPolicy = {
        maxLifetimeDays: 90,
        allowNoExpiry: false,
        ceiling: { kind: "list", permissions: ["members:read"] },
        mintableBy: ["owner"],
        oversight: "audit",
        revokeOnSuspend: true,
        idleDays: 30,
        networks: ["192.0.2.0/24", "2001:db8::/32"],
        mcp: "off",
      };
      await store().transaction((tx) => tx.setPolicy(organization.id, policy));
      assert.deepEqual(present(await store().reads.findOrganization(organization.id)).policy, policy);
    });

    test("a user has one personal organization", async () => {
      const user = await addUser(store());
      const personal = { id: newId("organization"), name: "Ada", personalOf: user.id, createdAt: T0 };
      assert.equal(await store().reads.findPersonalOrganization(user.id), null);
      await store().transaction((tx) => tx.insertOrganization(personal));
      assert.equal((await store().reads.findPersonalOrganization(user.id))?.id, personal.id);
      await assert.rejects(
        store().transaction((tx) => tx.insertOrganization({ ...personal, id: newId("organization") })),
        Conflict,
      );
    });

    test("an organization can be renamed; a deleted one stays with its first instant", async () => {
      const organization = await addOrganization(store());
      await store().transaction(async (tx) => {
        await tx.renameOrganization(organization.id, "Difference Engines");
        await tx.deleteOrganization(organization.id, T0 + 1, "owner");
        await tx.deleteOrganization(organization.id, T0 + 2, "owner");
      });
      const found = present(await store().reads.findOrganization(organization.id));
      assert.equal(found.name, "Difference Engines");
      assert.equal(found.deletedAt, T0 + 1);
    });

    test("a user's organizations are listed by name, the personal one first, with the membership in each", async () => {
      const {
        user,
        organization: zeta,
        membership,
      } = await addMember(store(), {
        organization: await addOrganization(store(), "Zeta"),
      });
      const alpha = await addOrganization(store(), "alpha");
      const inAlpha = await join(store(), alpha.id, user, { role: "owner" });
      const personal = { id: newId("organization"), name: "zz", personalOf: user.id, createdAt: T0 };
      await store().transaction((tx) => tx.insertOrganization(personal));
      const inPersonal = await join(store(), personal.id, user, { role: "owner" });
      const deleted = await addOrganization(store());
      await join(store(), deleted.id, user);
      const left = await addOrganization(store());
      const ended = await join(store(), left.id, user);
      await store().transaction(async (tx) => {
        await tx.deleteOrganization(deleted.id, T0, "owner");
        await tx.endMembership(ended.id, T0, "owner");
      });

      const listed = await store().reads.listOrganizationsOfUser(user.id);
      assert.deepEqual(
        listed.map((item) => item.organization.id),
        [personal.id, alpha.id, zeta.id],
      );
      assert.deepEqual(
        listed.map((item) => item.membership),
        [inPersonal, inAlpha, membership],
      );
      assert.deepEqual(listed[1]?.organization, alpha);
      assert.deepEqual(await store().reads.findOrganizationOfUser(user.id, alpha.id), listed[1]);
      for (const none of [deleted, left, await addOrganization(store())])
        assert.equal(await store().reads.findOrganizationOfUser(user.id, none.id), null);

      const page = (query: string | null, limit: number, after: { at: number; id: string } | null = null) =>
        store().reads.pageOrganizationsOfUser(user.id, query, { limit, after });
      const first = present(await page(null, 2));
      assert.deepEqual([first.items, first.count], [listed.slice(0, 2), 3]);
      assert.deepEqual(await page(null, 2, first.next), { items: listed.slice(2), next: null, count: 3 });
      assert.deepEqual((await page("ALP", 2))?.items, [listed[1]]);
      assert.deepEqual(await page("nothing", 2), { items: [], next: null, count: 0 });
      assert.equal(await page(null, 2, { at: T0, id: left.id }), null);
    });

    test("lockOrganization() returns the organization in either mode, or null for an unknown one", async () => {
      const organization = await addOrganization(store());
      for (const mode of ["exclusive", "shared"] as const) {
        await store().transaction(async (tx) => {
          assert.deepEqual(await tx.lockOrganization(organization.id, mode), organization);
          assert.equal(await tx.lockOrganization(newId("organization"), mode), null);
        });
      }
    });
  });
}
