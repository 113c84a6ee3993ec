import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type {
  NewToken,
  OrganizationFilter,
  OrganizationSummary,
  Store,
  TokenSearch,
} from "../../../src/store/store.ts";
import { ALL, assertPages, idsOf } from "./paging.ts";
import {
  addApiKey,
  addMember,
  addOrganization,
  addToken,
  addUser,
  join,
  newId,
  present,
  revocation,
  T0,
} from "./samples.ts";
import { type OpenStore, withStore } from "./under-test.ts";

const ANY: OrganizationFilter = { query: null, state: "all", personal: null, withoutOwner: false };
const NOW = T0 + 100;
const SEARCH: TokenSearch = {
  filter: { state: null, userId: null, stale: null, neverUsed: false, ends: null, query: null },
  order: { by: "created", direction: "descending" },
  blocks: { mintedBefore: null, withoutExpiry: false, unusedSince: null, all: false },
  now: NOW,
};

export function describeAdministration(store: () => Store, open: OpenStore): void {
  describe("instance administration", { concurrency: true }, () => {
    const summaryOf = async (id: OrganizationSummary["organization"]["id"]): Promise<OrganizationSummary> =>
      present(await store().reads.findOrganizationSummary(id, NOW));

    test("the summary of an organization: present members, active owners, active tokens and keys", async () => {
      const organization = await addOrganization(store());
      const owner = await addMember(store(), { organization, role: "owner" });
      const asleep = await addMember(store(), { organization, role: "owner" });
      const gone = await addMember(store(), { organization, role: "owner" });
      const banned = await addMember(store(), { organization, role: "owner" });
      await addToken(store(), owner);
      await addToken(store(), owner, { expiresAt: NOW });
      const revoked = await addToken(store(), owner);
      await addApiKey(store(), owner);
      await addApiKey(store(), owner, { expiresAt: NOW - 1 });
      await store().transaction(async (tx) => {
        await tx.revokeToken(revoked.id, revocation());
        await tx.suspendMembership(asleep.membership.id, T0, "owner");
        await tx.endMembership(gone.membership.id, T0, "owner");
        await tx.suspendUser(banned.user.id, T0, "admin");
      });
      assert.deepEqual(await summaryOf(organization.id), {
        organization,
        memberCount: 3,
        activeOwnerCount: 1,
        tokenCount: 1,
        apiKeyCount: 1,
      });
      assert.equal(await store().reads.findOrganizationSummary(newId("organization"), NOW), null);
    });

    test("listOwners() returns the present owners, also suspended ones, with their tokens", async () => {
      const organization = await addOrganization(store());
      const owner = await addMember(store(), { organization, role: "owner", joinedAt: T0 });
      const asleep = await addMember(store(), { organization, role: "owner", joinedAt: T0 + 1 });
      const gone = await addMember(store(), { organization, role: "owner" });
      await addMember(store(), { organization, role: "admin" });
      await addMember(store(), { role: "owner" });
      await addToken(store(), owner);
      await store().transaction(async (tx) => {
        await tx.suspendMembership(asleep.membership.id, T0 + 2, "owner");
        await tx.endMembership(gone.membership.id, T0, "owner");
      });
      assert.deepEqual(await store().reads.listOwners(organization.id, NOW), [
        { ...asleep.membership, suspendedAt: T0 + 2, user: asleep.user, tokenCount: 0 },
        { ...owner.membership, user: owner.user, tokenCount: 1 },
      ]);
    });

    test("a user's active tokens are counted by organization", async () => {
      const member = await addMember(store());
      const elsewhere = await addMember(store());
      const other = {
        ...member,
        organization: elsewhere.organization,
        membership: await join(store(), elsewhere.organization.id, member.user),
      };
      await addToken(store(), member);
      await addToken(store(), member, { expiresAt: NOW + 1 });
      await addToken(store(), member, { expiresAt: NOW });
      const revoked = await addToken(store(), other);
      await addToken(store(), elsewhere);
      const count = () => store().reads.countTokensOfUser(member.user.id, NOW);
      assert.deepEqual(
        await count(),
        new Map([
          [member.organization.id, { live: 2, unrevoked: 3 }],
          [other.organization.id, { live: 1, unrevoked: 1 }],
        ]),
      );
      await store().transaction((tx) => tx.revokeToken(revoked.id, revocation()));
      assert.deepEqual(await count(), new Map([[member.organization.id, { live: 2, unrevoked: 3 }]]));
    });

    test("tokens of one person are searched over all organizations, newest first, in pages of any size", async () => {
      const member = await addMember(store());
      const elsewhere = { ...member, ...(await addMember(store())), user: member.user };
      const there = { ...elsewhere, membership: await join(store(), elsewhere.organization.id, member.user) };
      const tokens: NewToken[] = [];
      for (const [index, holder] of [member, there, there, member].entries()) {
        tokens.push(await addToken(store(), holder, { name: `token-${index}`, createdAt: T0 + Math.floor(index / 2) }));
      }
      await addToken(store(), await addMember(store()));
      await store().transaction((tx) => tx.revokeToken(present(tokens[3]).id, revocation()));
      const search = (state: TokenSearch["filter"]["state"]): TokenSearch => ({
        ...SEARCH,
        filter: { ...SEARCH.filter, userId: member.user.id, state },
      });
      await assertPages(
        (page) => store().reads.searchTokens(null, search(null), page),
        tokens.map(({ id, createdAt }) => ({ id, at: createdAt })),
        async () => void (await addToken(store(), member, { createdAt: T0 + 9 })),
      );
      const revoked = await store().reads.searchTokens(null, search("revoked"), ALL);
      assert.deepEqual(idsOf(revoked.items), [tokens[3]?.id]);
      const named = { ...search(null), filter: { ...search(null).filter, query: "TOKEN-2" } };
      assert.deepEqual(idsOf((await store().reads.searchTokens(null, named, ALL)).items), [tokens[2]?.id]);
    });

    test("an instance admin is appointed once and dismissed; a deleted user is not appointed", async () => {
      const user = await addUser(store());
      const gone = await addUser(store());
      const change = (id: typeof user.id, at: number | null): Promise<void> =>
        store().transaction((tx) => (at === null ? tx.dismissInstanceAdmin(id) : tx.appointInstanceAdmin(id, at)));
      await change(user.id, T0 + 1);
      await change(user.id, T0 + 2);
      assert.equal(present(await store().reads.findUser(user.id)).instanceAdminAt, T0 + 1);
      await change(user.id, null);
      assert.equal(present(await store().reads.findUser(user.id)).instanceAdminAt, null);
      await store().transaction((tx) => tx.deleteUser(gone.id, T0));
      await change(gone.id, T0 + 1);
      assert.equal(present(await store().reads.findUser(gone.id)).instanceAdminAt, null);
    });

    test("users are filtered by state and by instance admin, in pages that neither skip nor repeat", () =>
      withStore(open, async (store) => {
        const plain = await addUser(store, { createdAt: T0 });
        const admins = [];
        for (const at of [T0, T0 + 1, T0 + 1]) {
          admins.push(await addUser(store, { createdAt: at, instanceAdminAt: T0 }));
        }
        const asleep = present(admins[0]);
        await store.transaction((tx) => tx.suspendUser(asleep.id, T0, "admin"));
        const list = async (filter: Omit<Parameters<Store["reads"]["listUsers"]>[0], "query">): Promise<string[]> =>
          idsOf((await store.reads.listUsers({ query: null, ...filter }, ALL)).items).sort();
        assert.deepEqual(await list({ state: "suspended" }), [asleep.id]);
        assert.deepEqual(await list({ instanceAdmin: false }), [plain.id]);
        assert.deepEqual(await list({ state: "suspended", instanceAdmin: false }), []);
        assert.deepEqual(await list({ state: "active" }), idsOf([plain, ...admins.slice(1)]).sort());
        assert.deepEqual(idsOf((await store.reads.listUsers({ query: plain.id }, ALL)).items), [plain.id]);
        await assertPages(
          (page) => store.reads.listUsers({ query: null, instanceAdmin: true }, page),
          admins.map((user) => ({ id: user.id, at: user.createdAt })),
          async () => void (await addUser(store, { createdAt: T0 + 9, instanceAdminAt: T0 })),
        );
      }));
  });
  describeOrganizationList(open);
}

function describeOrganizationList(open: OpenStore): void {
  describe("the organizations of the instance", { concurrency: true }, () => {
    const list = async (store: Store, filter: Partial<OrganizationFilter>): Promise<string[]> =>
      (await store.reads.listOrganizations({ ...ANY, ...filter }, NOW, ALL)).items.map(
        ({ organization }) => organization.name,
      );

    test("are filtered by name, state, kind and lack of an owner", () =>
      withStore(open, async (store) => {
        const user = await addUser(store);
        const owned = await addOrganization(store, "100% ÖSTRÖM");
        await join(store, owned.id, user, { role: "owner" });
        const orphan = await addOrganization(store, "Orphan");
        const deleted = await addOrganization(store, "Gone");
        await store.transaction(async (tx) => {
          await tx.deleteOrganization(deleted.id, T0, "owner");
          await tx.insertOrganization({ id: newId("organization"), name: "Ada", personalOf: user.id, createdAt: T0 });
        });
        assert.deepEqual(await list(store, { query: "% öst" }), ["100% ÖSTRÖM"]);
        assert.deepEqual(await list(store, { query: orphan.id }), ["Orphan"]);
        assert.deepEqual(await list(store, { query: "nobody" }), []);
        assert.deepEqual(await list(store, { state: "deleted" }), ["Gone"]);
        assert.deepEqual((await list(store, { state: "active" })).sort(), ["100% ÖSTRÖM", "Ada", "Orphan"]);
        assert.deepEqual(await list(store, { personal: true }), ["Ada"]);
        assert.deepEqual((await list(store, { personal: false })).sort(), ["100% ÖSTRÖM", "Gone", "Orphan"]);
        assert.deepEqual(await list(store, { withoutOwner: true, personal: false }), ["Orphan"]);
        await store.transaction((tx) => tx.renameOrganization(orphan.id, "Foundling"));
        assert.deepEqual(await list(store, { query: "found" }), ["Foundling"]);
        await store.transaction((tx) => tx.suspendUser(user.id, T0, "admin"));
        assert.deepEqual((await list(store, { withoutOwner: true, personal: false })).sort(), [
          "100% ÖSTRÖM",
          "Foundling",
        ]);
      }));

    test("are listed in pages that neither skip nor repeat", () =>
      withStore(open, async (store) => {
        const add = async (createdAt: number): Promise<{ readonly id: string; readonly at: number }> => {
          const id = newId("organization");
          await store.transaction((tx) => tx.insertOrganization({ id, name: "Engines", personalOf: null, createdAt }));
          return { id, at: createdAt };
        };
        const added = [];
        for (const at of [T0 + 2, T0, T0 + 2, T0 + 1, T0 + 2]) added.push(await add(at));
        await assertPages(
          async (page) => {
            const { items, next } = await store.reads.listOrganizations(ANY, NOW, page);
            return { items: items.map(({ organization }) => organization), next };
          },
          added,
          async () => void (await add(T0 + 9)),
        );
      }));
  });
}
