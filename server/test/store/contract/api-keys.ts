import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Conflict, type RevokedRef, type Store } from "../../../src/store/store.ts";
import { assertPages } from "./paging.ts";
import { actorOf, addApiKey, addMember, newId, present, revocation, T0 } from "./samples.ts";

export function describeApiKeys(store: () => Store): void {
  describe("API keys", { concurrency: true }, () => {
    test("a key is found with its role, organization and creator", async () => {
      const { user, organization, membership } = await addMember(store(), { user: { name: "Grace" } });
      const key = await addApiKey(store(), { user, organization, membership }, { permissions: ["members:read"] });
      assert.deepEqual(await store().reads.findApiKey(key.id), {
        kind: "api_key",
        id: key.id,
        name: key.name,
        prefix: key.prefix,
        role: "member",
        permissions: ["members:read"],
        createdAt: T0,
        expiresAt: null,
        lastUsedAt: null,
        lastUsedIp: null,
        lastUsedUserAgent: null,
        useCount: 0,
        revokedAt: null,
        revokedReason: null,
        revokedBy: null,
        organization: {
          id: organization.id,
          name: organization.name,
          personal: false,
          externalId: null,
          deletedAt: null,
          policy: organization.policy,
        },
        createdBy: { id: user.id, name: "Grace" },
      });
      assert.equal(await store().reads.findApiKey(newId("apiKey")), null);
    });

    test("a key survives the end of its creator's membership and account", async () => {
      const member = await addMember(store());
      const key = await addApiKey(store(), member);
      await store().transaction(async (tx) => {
        await tx.endMembership(member.membership.id, T0, "owner");
        await tx.deleteUser(member.user.id, T0);
      });
      const found = present(await store().reads.findApiKey(key.id));
      assert.equal(found.revokedAt, null);
      assert.deepEqual(found.createdBy, { id: member.user.id, name: "" });
    });

    test("two keys cannot have one hash", async () => {
      const member = await addMember(store());
      const { hash } = await addApiKey(store(), member);
      await assert.rejects(addApiKey(store(), member, { hash }), Conflict);
    });

    test("a revoked key keeps its first revocation", async () => {
      const member = await addMember(store());
      const key = await addApiKey(store(), member);
      const by = actorOf(member.user);
      await store().transaction(async (tx) => {
        await tx.revokeApiKey(key.id, revocation({ at: T0 + 1, by, reason: "admin" }));
        await tx.revokeApiKey(key.id, revocation({ at: T0 + 2, reason: "leaked" }));
        const locked = present(await tx.lockApiKey(key.id));
        assert.deepEqual([locked.revokedAt, locked.revokedReason, locked.revokedBy], [T0 + 1, "admin", by]);
        assert.equal(await tx.lockApiKey(newId("apiKey")), null);
      });
    });

    test("revokeApiKeysOfOrganization() revokes the active keys there and returns exactly those", async () => {
      const member = await addMember(store());
      const live = await addApiKey(store(), member);
      const gone = await addApiKey(store(), member);
      const elsewhere = await addApiKey(store(), await addMember(store()));
      await store().transaction((tx) => tx.revokeApiKey(gone.id, revocation({ at: T0 + 1 })));
      await store().transaction((tx) => tx.deleteOrganization(member.organization.id, T0 + 2, "owner"));
      const sweep = (): Promise<readonly RevokedRef[]> =>
        store().transaction((tx) =>
          tx.revokeApiKeysOfOrganization(member.organization.id, revocation({ at: T0 + 2 }), 10),
        );
      const { id, name, prefix, organizationId } = live;
      assert.deepEqual(await sweep(), [{ id, name, prefix, organizationId }]);
      assert.deepEqual(await sweep(), []);
      assert.equal((await store().reads.findApiKey(gone.id))?.revokedAt, T0 + 1);
      assert.equal((await store().reads.findApiKey(elsewhere.id))?.revokedAt, null);
    });

    test("an organization's keys are listed in pages that neither skip nor repeat", async () => {
      const member = await addMember(store());
      const keys = [];
      for (const at of [T0 + 1, T0, T0 + 1, T0 + 1]) keys.push(await addApiKey(store(), member, { createdAt: at }));
      await addApiKey(store(), await addMember(store()));
      await assertPages(
        (page) => store().reads.listApiKeys(member.organization.id, page),
        keys.map((key) => ({ id: key.id, at: key.createdAt })),
        async () => void (await addApiKey(store(), member, { createdAt: T0 + 9 })),
      );
    });
  });
}
