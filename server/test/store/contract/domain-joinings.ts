import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { DomainJoiningRecord, JoinableRecord, Page, PageRequest, Store } from "../../../src/store/store.ts";
import { ALL, assertPages } from "./paging.ts";
import { addMember, addOrganization, addUser, join, type Member, newId, T0 } from "./samples.ts";

export function describeDomainJoinings(store: () => Store): void {
  describe("joining by domain", { concurrency: true }, () => {
    const newDomain = (): string => `${newId("user").slice(4, 16)}.example`;

    async function open(
      fields: Partial<DomainJoiningRecord> = {},
    ): Promise<{ member: Member; set: DomainJoiningRecord }> {
      const member = await addMember(store());
      const set = {
        organizationId: member.organization.id,
        domain: newDomain(),
        role: "member",
        setAt: T0,
        setBy: member.user.id,
        ...fields,
      };
      await store().transaction((tx) => tx.setDomainJoining(set));
      return { member, set };
    }

    async function joinable(userId: Member["user"]["id"], domain: string, page: PageRequest = ALL) {
      const list: Page<JoinableRecord> = await store().reads.listJoinableOrganizations({ userId, domain }, page);
      return { items: list.items.map((item) => ({ ...item, id: item.organizationId })), next: list.next };
    }

    test("an organization is open to one domain, until it is set again or cleared", async () => {
      const { set } = await open();
      const find = (): Promise<DomainJoiningRecord | null> => store().reads.findDomainJoining(set.organizationId);
      assert.deepEqual(await find(), set);
      const again = { ...set, domain: newDomain(), role: "viewer", setAt: T0 + 5 };
      await store().transaction((tx) => tx.setDomainJoining(again));
      assert.deepEqual(await find(), again);
      await store().transaction((tx) => tx.clearDomainJoining(set.organizationId));
      assert.equal(await find(), null);
    });

    test("it is offered by its exact domain, to people who are not members, and not after its deletion", async () => {
      const { member, set } = await open();
      const guest = await addUser(store());
      const offered = async (userId = guest.id, domain = set.domain): Promise<string[]> =>
        (await joinable(userId, domain)).items.map(({ organizationName }) => organizationName);
      assert.deepEqual(await offered(), [member.organization.name]);
      assert.deepEqual(await offered(guest.id, `sub.${set.domain}`), []);
      assert.deepEqual(await offered(member.user.id), []);
      await store().transaction((tx) => tx.deleteOrganization(set.organizationId, T0, "someone"));
      assert.deepEqual(await offered(), []);
    });

    test("it is offered again to a person who left, and not to one who was removed", async () => {
      const { member, set } = await open();
      const guest = await addUser(store());
      const isOffered = async (): Promise<boolean> => (await joinable(guest.id, set.domain)).items.length === 1;
      const wasRemoved = (): Promise<boolean> => store().reads.wasRemoved(set.organizationId, guest.id);
      const first = await join(store(), set.organizationId, guest);
      assert.equal(await isOffered(), false);
      await store().transaction((tx) => tx.endMembership(first.id, T0 + 1, guest.id));
      assert.deepEqual([await isOffered(), await wasRemoved()], [true, false]);
      const second = await join(store(), set.organizationId, guest);
      await store().transaction((tx) => tx.endMembership(second.id, T0 + 2, member.user.id));
      assert.deepEqual([await isOffered(), await wasRemoved()], [false, true]);
      assert.equal(await store().reads.wasRemoved((await addOrganization(store())).id, guest.id), false);
    });

    test("organizations are offered in pages that neither skip nor repeat", async () => {
      const domain = newDomain();
      const guest = await addUser(store());
      const offers = [];
      for (const setAt of [T0, T0 + 1, T0 + 1, T0 + 1, T0 + 2]) {
        const { set } = await open({ domain, setAt });
        offers.push({ id: set.organizationId, at: setAt });
      }
      await open();
      await assertPages(
        (page) => joinable(guest.id, domain, page),
        offers,
        async () => void (await open({ domain, setAt: T0 + 9 })),
      );
    });
  });
}
