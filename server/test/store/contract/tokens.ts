import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  Conflict,
  type NewToken,
  newTokenRecord,
  type PageRequest,
  type Store,
  type TokenRecord,
} from "../../../src/store/store.ts";
import { ALL, assertPages, idsOf } from "./paging.ts";
import {
  actorOf,
  addMember,
  addOrganization,
  addToken,
  join,
  type Member,
  newId,
  newToken,
  present,
  revocation,
  T0,
} from "./samples.ts";

export function describeTokens(store: () => Store): void {
  describe("personal access tokens", { concurrency: true }, () => {
    test("a token is found with the facts by which it is evaluated, and its history", async () => {
      const member = await addMember(store(), { role: "admin" });
      const first = await addToken(store(), member);
      const token = await addToken(store(), member, {
        permissions: ["members:read", "audit:read"],
        expiresAt: T0 + 9,
        replaces: first.id,
      });
      const found = present(await store().reads.findToken(token.id));
      assert.deepEqual(found, expectedRecord(token, member));
      assert.deepEqual(newTokenRecord(token, member), found);
      assert.equal(present(await store().reads.findToken(first.id)).permissions, null);
      assert.equal(await store().reads.findToken(newId("token")), null);
    });

    test("a token belongs to the user and organization of its membership", async () => {
      const [member, other] = [await addMember(store()), await addMember(store())];
      const mixed = newToken(member, { organizationId: other.organization.id });
      await assert.rejects(store().transaction((tx) => tx.insertToken(mixed)));
      const stolen = newToken(member, { userId: other.user.id });
      await assert.rejects(store().transaction((tx) => tx.insertToken(stolen)));
    });

    test("two tokens cannot have one hash", async () => {
      const member = await addMember(store());
      const { hash } = await addToken(store(), member);
      await assert.rejects(addToken(store(), member, { hash }), Conflict);
    });

    test("a rename changes only the name", async () => {
      const member = await addMember(store());
      const token = await addToken(store(), member);
      await store().transaction((tx) => tx.renameToken(token.id, "release"));
      assert.deepEqual(await store().reads.findToken(token.id), expectedRecord({ ...token, name: "release" }, member));
    });

    test("a revoked token keeps its first revocation", async () => {
      const member = await addMember(store());
      const token = await addToken(store(), member);
      const first = revocation({ at: T0 + 1, by: actorOf(member.user), reason: "self" });
      await store().transaction((tx) => tx.revokeToken(token.id, first));
      await store().transaction((tx) => tx.revokeToken(token.id, revocation({ at: T0 + 2, reason: "leaked" })));
      const found = present(await store().reads.findToken(token.id));
      assert.equal(found.revokedAt, T0 + 1);
      assert.equal(found.revokedReason, "self");
      assert.deepEqual(found.revokedBy, first.by);
    });

    test("lockToken() returns the token as it is, or null for an unknown one", async () => {
      const member = await addMember(store());
      const token = await addToken(store(), member);
      await store().transaction(async (tx) => {
        assert.deepEqual(await tx.lockToken(token.id), expectedRecord(token, member));
        assert.equal(await tx.lockToken(newId("token")), null);
      });
    });

    test("a user's tokens are listed in all organizations or one, without the dismissed", async () => {
      const { user, ...first } = await addMember(store());
      const organization = await addOrganization(store());
      const second: Member = { user, organization, membership: await join(store(), organization.id, user) };
      const colleague = await addMember(store(), { organization });
      const [here, there, dismissed] = [
        await addToken(store(), { user, ...first }, { createdAt: T0 + 1 }),
        await addToken(store(), second, { createdAt: T0 + 2 }),
        await addToken(store(), second, { createdAt: T0 + 3 }),
      ];
      await addToken(store(), colleague);
      await store().transaction(async (tx) => {
        await tx.dismissToken(dismissed.id, T0 + 4);
        await tx.dismissToken(dismissed.id, T0 + 5);
        assert.equal((await tx.findToken(dismissed.id))?.dismissedAt, T0 + 4);
      });
      const list = async (id: typeof organization.id | null): Promise<string[]> =>
        idsOf((await store().reads.listTokensOfUser(user.id, id, ALL)).items);
      assert.deepEqual(await list(null), [there.id, here.id]);
      assert.deepEqual(await list(first.organization.id), [here.id]);
      assert.deepEqual(await list(organization.id), [there.id]);
    });

    test("an organization's tokens are every member's, the dismissed and the revoked too", async () => {
      const member = await addMember(store());
      const colleague = await addMember(store(), { organization: member.organization });
      const tokens = [
        await addToken(store(), member, { createdAt: T0 + 3 }),
        await addToken(store(), colleague, { createdAt: T0 + 2 }),
        await addToken(store(), member, { createdAt: T0 + 1 }),
      ] as const;
      await addToken(store(), await addMember(store()));
      await store().transaction(async (tx) => {
        await tx.revokeToken(tokens[0].id, revocation());
        await tx.dismissToken(tokens[0].id, T0 + 4);
      });
      const { items } = await store().reads.listTokensOfOrganization(member.organization.id, ALL);
      assert.deepEqual(idsOf(items), idsOf(tokens));
      const unrevoked = await store().reads.listUnrevokedTokensOfOrganization(member.organization.id, ALL);
      assert.deepEqual(unrevoked.items, items.slice(1));
      assert.deepEqual(items[1], expectedRecord(tokens[1], colleague));
    });

    test("tokens are listed in pages that neither skip nor repeat", async () => {
      const member = await addMember(store());
      const tokens: NewToken[] = [];
      for (const at of [T0, T0 + 2, T0 + 2, T0 + 2, T0 + 1, T0 + 2]) {
        tokens.push(await addToken(store(), member, { createdAt: at }));
      }
      const expected = tokens.map((token) => ({ id: token.id, at: token.createdAt }));
      let newer = T0 + 10;
      const { reads } = store();
      const lists = [
        (page: PageRequest) => reads.listTokensOfUser(member.user.id, null, page),
        (page: PageRequest) => reads.listTokensOfUser(member.user.id, member.organization.id, page),
        (page: PageRequest) => reads.listTokensOfOrganization(member.organization.id, page),
      ];
      for (const list of lists) {
        const added: NewToken[] = [];
        await assertPages<TokenRecord>(list, expected, async () => {
          added.push(await addToken(store(), member, { createdAt: (newer += 1) }));
        });
        expected.push(...added.map((token) => ({ id: token.id, at: token.createdAt })));
      }
    });
  });
}

/** The record of a token that this member has just minted. */
function expectedRecord(token: NewToken, { user, organization, membership }: Member): TokenRecord {
  const { id, name, prefix, permissions, createdAt, expiresAt, replaces } = token;
  return {
    kind: "pat",
    id,
    name,
    prefix,
    permissions,
    createdAt,
    expiresAt,
    replaces,
    lastUsedAt: null,
    lastUsedIp: null,
    lastUsedUserAgent: null,
    lastUsedRoute: null,
    useCount: 0,
    revokedAt: null,
    revokedReason: null,
    revokedBy: null,
    isSwept: false,
    dismissedAt: null,
    membership: { id: membership.id, role: membership.role, suspendedAt: null, endedAt: null },
    user: {
      id: user.id,
      name: user.name,
      email: user.email,
      emailVerifiedAt: null,
      externalId: null,
      suspendedAt: null,
      deletedAt: null,
    },
    organization: {
      id: organization.id,
      name: organization.name,
      personal: false,
      externalId: null,
      deletedAt: null,
      policy: organization.policy,
    },
  };
}
