import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Facts } from "@mintmark/core";
import { Conflict, type NewToken, type Store } from "../../../src/store/store.ts";
import { addApiKey, addMember, addToken, type Member, newHash, present, revocation, T0 } from "./samples.ts";
import type { OpenStore } from "./under-test.ts";

export function describeVerification(store: () => Store, open: OpenStore): void {
  describe("verification", { concurrency: true }, () => {
    test("finds by its hash the same facts of a token that lists show", async () => {
      const member = await addMember(store());
      const token = await addToken(store(), member, { permissions: ["members:read"], expiresAt: T0 + 5 });
      await store().transaction((tx) =>
        tx.recordUses([{ credentialId: token.id, count: 1, lastUsedAt: T0 + 2, ip: null, userAgent: null }]),
      );
      await store().transaction((tx) =>
        tx.setPolicy(member.organization.id, { ...member.organization.policy, idleDays: 3 }),
      );
      const facts = present(await store().findForVerification("pat", token.hash));
      const record = present(await store().reads.findToken(token.id));
      assert.deepEqual({ ...record, ...facts }, record);
      assert.equal(facts.lastUsedAt, T0 + 2);
    });

    test("reads the last use only where a limit on idle days needs it", async () => {
      const member = await addMember(store());
      const { id, hash } = await addToken(store(), member);
      const used = { count: 1, lastUsedAt: T0 + 2, ip: null, userAgent: null };
      await store().transaction((tx) => tx.recordUses([{ credentialId: id, ...used }]));
      const lastUsedAt = async (): Promise<number | null> =>
        present(await store().findForVerification("pat", hash)).lastUsedAt;
      assert.equal(await lastUsedAt(), null);
      for (const idleDays of [30, null, 1]) {
        const policy = { ...member.organization.policy, idleDays };
        await store().transaction((tx) => tx.setPolicy(member.organization.id, policy));
        assert.equal(await lastUsedAt(), idleDays === null ? null : T0 + 2);
      }
    });

    test("finds by its hash the same facts of an API key that lists show", async () => {
      const key = await addApiKey(store(), await addMember(store()), { role: "viewer" });
      const facts = present(await store().findForVerification("api_key", key.hash));
      const record = present(await store().reads.findApiKey(key.id));
      assert.deepEqual({ ...record, ...facts }, record);
      assert.equal(facts.kind, "api_key");
    });

    test("finds nothing for an unknown hash, nor a credential of the other kind", async () => {
      const member = await addMember(store());
      const token = await addToken(store(), member);
      const key = await addApiKey(store(), member);
      assert.equal(await store().findForVerification("pat", newHash()), null);
      assert.equal(await store().findForVerification("api_key", newHash()), null);
      assert.equal(await store().findForVerification("api_key", token.hash), null);
      assert.equal(await store().findForVerification("pat", key.hash), null);
    });

    test("refuses a token whose hash only begins like another's, and still finds the other", async () => {
      const member = await addMember(store());
      const token = await addToken(store(), member);
      const twin = Uint8Array.from(token.hash, (byte, index) => (index < 8 ? byte : byte ^ 1));
      assert.equal(await store().findForVerification("pat", twin), null);
      await assert.rejects(addToken(store(), member, { hash: twin }), Conflict);
      const found = await Promise.all([token.hash, twin].map(async (hash) => store().findForVerification("pat", hash)));
      assert.deepEqual(
        found.map((facts) => facts?.id ?? null),
        [token.id, null],
      );
      assert.equal(present(await store().reads.findToken(token.id)).useCount, 0);
    });

    test("notifies of each change of any process, and of nothing else", async () => {
      const opened = await open();
      const other = await opened.openAnother();
      try {
        const member = await addMember(opened.store);
        const { id } = await addToken(opened.store, member);
        const heard = new Map<Store, Set<string>>([opened.store, other].map((store) => [store, new Set()]));
        for (const [store, keys] of heard) {
          await store.readAuthorityChanges();
          store.onAuthorityChange((named) => named.forEach(({ kind, key }) => keys.add(`${kind} ${key}`)));
        }
        const heardOf = async (): Promise<readonly string[][]> => {
          await Promise.all([...heard.keys()].map((store) => store.readAuthorityChanges()));
          const all = [...heard.values()].map((keys) => [...keys]);
          for (const keys of heard.values()) keys.clear();
          return all;
        };
        for (const writer of [opened.store, other, opened.store]) {
          await writer.transaction((tx) => tx.renameToken(id, "renamed"));
          assert.deepEqual([...(heard.get(writer) ?? [])], [`token ${id}`]);
          assert.deepEqual(await heardOf(), [[`token ${id}`], [`token ${id}`]]);
        }
        await other.transaction(async (tx) => {
          await tx.setMemberRole(member.membership.id, "viewer");
          await tx.suspendUser(member.user.id, T0, "admin");
        });
        const keys = [`membership ${member.membership.id}`, `user ${member.user.id}`];
        assert.deepEqual(await heardOf(), [keys, keys]);
        await other.transaction(
          (tx) => tx.recordUses([{ credentialId: id, count: 1, lastUsedAt: T0, ip: null, userAgent: null }]),
          "lazy",
        );
        assert.deepEqual(await heardOf(), [[], []]);
      } finally {
        await other.close();
        await opened.close();
      }
    });

    test("sees every change as soon as it is committed, and not before", async () => {
      const member = await addMember(store(), { role: "admin" });
      const { id, hash } = await addToken(store(), member);
      const find = async (): Promise<Extract<Facts, { kind: "pat" }>> => {
        const facts = present(await store().findForVerification("pat", hash));
        assert.equal(facts.kind, "pat");
        return facts;
      };
      const { user, organization, membership } = member;
      await store().transaction(async (tx) => {
        await tx.setMemberRole(membership.id, "viewer");
        assert.equal((await find()).membership.role, "admin");
      });
      assert.equal((await find()).membership.role, "viewer");
      await store().transaction((tx) => tx.suspendMembership(membership.id, T0 + 1, "owner"));
      assert.equal((await find()).membership.suspendedAt, T0 + 1);
      await store().transaction((tx) => tx.suspendUser(user.id, T0 + 2, "owner"));
      assert.equal((await find()).user.suspendedAt, T0 + 2);
      await store().transaction((tx) => tx.setPolicy(organization.id, { ...organization.policy, idleDays: 3 }));
      assert.equal((await find()).organization.policy.idleDays, 3);
      await store().transaction((tx) => tx.endMembership(membership.id, T0 + 3, "owner"));
      assert.equal((await find()).membership.endedAt, T0 + 3);
      await store().transaction((tx) => tx.deleteUser(user.id, T0 + 4));
      assert.equal((await find()).user.deletedAt, T0 + 4);
      await store().transaction((tx) => tx.deleteOrganization(organization.id, T0 + 5, "owner"));
      assert.equal((await find()).organization.deletedAt, T0 + 5);
      await store().transaction((tx) => tx.revokeToken(id, revocation({ at: T0 + 6, reason: "leaked" })));
      const { revokedAt, revokedReason } = await find();
      assert.deepEqual([revokedAt, revokedReason], [T0 + 6, "leaked"]);
    });

    test("returns each of many simultaneous lookups, with equal and unknown ones among them", async () => {
      const member = await addMember(store());
      const tokens = await addTokens(store(), member, 30);
      const hashes = [...tokens, ...tokens].flatMap((token) => [token.hash, newHash()]);
      const found = await Promise.all(hashes.map(async (hash) => store().findForVerification("pat", hash)));
      const expected = [...tokens, ...tokens].flatMap((token) => [token.id, undefined]);
      assert.deepEqual(
        found.map((facts) => facts?.id),
        expected,
      );
    });

    test("an end of everything that a credential depends on is seen by each of its credentials, known or not", async () => {
      const member = await addMember(store());
      const others = [
        await addToken(store(), await addMember(store())),
        await addToken(store(), await addMember(store())),
      ];
      const tokens = await addTokens(store(), member, 3);
      const keys = [await addApiKey(store(), member), await addApiKey(store(), member)];
      const findAll = async (): Promise<readonly (Facts | null)[]> =>
        Promise.all([
          ...tokens.map(async ({ hash }) => store().findForVerification("pat", hash)),
          ...keys.map(async ({ hash }) => store().findForVerification("api_key", hash)),
        ]);
      for (const { hash } of others) await store().findForVerification("pat", hash);
      await findAll();
      await store().transaction((tx) => tx.raiseTokenGeneration(member.membership.id));
      for (const facts of await findAll()) assert.equal(facts?.kind === "pat" ? facts.isSwept : true, true);
      await store().transaction((tx) => tx.deleteOrganization(member.organization.id, T0 + 1, "owner"));
      for (const facts of await findAll()) assert.equal(facts?.organization.deletedAt, T0 + 1);
      for (const { hash } of others) {
        assert.equal((await store().findForVerification("pat", hash))?.organization.deletedAt, null);
      }
    });

    test("a use moves the end of an idle credential, also of one that is in memory", async () => {
      const member = await addMember(store());
      const now = store().clock.now();
      const dayMs = 86_400_000;
      const { id, hash } = await addToken(store(), member, { createdAt: now - 3 * dayMs });
      await store().transaction((tx) =>
        tx.setPolicy(member.organization.id, { ...member.organization.policy, idleDays: 2 }),
      );
      const use = (lastUsedAt: number): Promise<void> =>
        store().transaction(
          (tx) => tx.recordUses([{ credentialId: id, count: 1, lastUsedAt, ip: null, userAgent: null }]),
          "lazy",
        );
      await use(now - 2 * dayMs);
      assert.equal((await store().findForVerification("pat", hash))?.lastUsedAt, now - 2 * dayMs);
      await use(now);
      assert.equal((await store().findForVerification("pat", hash))?.lastUsedAt, now);
    });

    test("a store of another process sees a revocation as soon as it is committed", async () => {
      const opened = await open();
      const another = await opened.openAnother();
      try {
        const token = await addToken(opened.store, await addMember(opened.store));
        assert.equal((await another.findForVerification("pat", token.hash))?.revokedAt, null);
        await opened.store.transaction((tx) => tx.revokeToken(token.id, revocation({ at: T0 + 1 })));
        assert.equal((await another.findForVerification("pat", token.hash))?.revokedAt, T0 + 1);
        assert.equal((await opened.store.findForVerification("pat", token.hash))?.revokedAt, T0 + 1);
      } finally {
        await another.close();
        await opened.close();
      }
    });
  });
}

async function addTokens(store: Store, member: Member, count: number): Promise<NewToken[]> {
  const tokens: NewToken[] = [];
  for (let index = 0; index < count; index++) tokens.push(await addToken(store, member));
  return tokens;
}
