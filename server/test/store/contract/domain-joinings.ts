import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type {
  DomainJoiningRecord,
  JoinableRecord,
  Page,
  PageRequest,
  Store,
  UserRecord,
} from "../../../src/store/store.ts";
import { ALL, assertPages } from "./paging.ts";
import { addMember, addOrganization, addUser, join, type Member, newEvent, newId, T0 } from "./samples.ts";

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

    const wasRemoved = (set: DomainJoiningRecord, person: Pick<UserRecord, "id" | "email">): Promise<boolean> =>
      store().reads.wasRemoved(set.organizationId, person);
    const proved = async (email: string): Promise<UserRecord> => {
      const person = await addUser(store(), { email });
      await store().transaction((tx) => tx.verifyUserEmail(person.id, T0));
      return { ...person, emailVerifiedAt: T0 };
    };

    test("a removal is distinguished from leaving, and belongs to one organization", async () => {
      const { member, set } = await open();
      const guest = await addUser(store());
      const first = await join(store(), set.organizationId, guest);
      await store().transaction((tx) => tx.endMembership(first.id, T0 + 1, guest.id));
      assert.equal(await wasRemoved(set, guest), false);
      const second = await join(store(), set.organizationId, guest);
      await store().transaction((tx) => tx.endMembership(second.id, T0 + 2, member.user.id));
      assert.equal(await wasRemoved(set, guest), true);
      assert.equal(await store().reads.wasRemoved((await addOrganization(store())).id, guest), false);
    });

    test("a suspended member who leaves counts as removed", async () => {
      const { member, set } = await open();
      const guest = await addUser(store());
      const { id } = await join(store(), set.organizationId, guest);
      await store().transaction((tx) => tx.suspendMembership(id, T0, member.user.id));
      await store().transaction((tx) => tx.endMembership(id, T0 + 1, guest.id));
      assert.equal(await wasRemoved(set, guest), true);
    });

    test("a removal holds for every account of the same mailbox whose address is verified", async () => {
      const { member, set } = await open();
      const name = newId("user");
      const guest = await proved(`${name}+first@${set.domain}`);
      const { id } = await join(store(), set.organizationId, guest);
      const others = [`${name}@${set.domain}`, `${name.toUpperCase()}+x@${set.domain}`].map((email, index) => ({
        id: `usr_${index}` as UserRecord["id"],
        email,
      }));
      const strangers = [`${name}x@${set.domain}`, `${name}@other.example`, `${name}+x@sub.${set.domain}`].map(
        (email, index) => ({ id: `usr_${index}` as UserRecord["id"], email }),
      );
      for (const other of others) assert.equal(await wasRemoved(set, other), false, other.email);
      await store().transaction((tx) => tx.endMembership(id, T0 + 1, member.user.id));
      for (const other of others) assert.equal(await wasRemoved(set, other), true, other.email);
      for (const stranger of strangers) assert.equal(await wasRemoved(set, stranger), false, stranger.email);
    });

    test("a removal outlives the account and its address, and the store keeps neither", async () => {
      const { member, set } = await open();
      const guest = await proved(`${newId("user")}@${set.domain}`);
      const { id } = await join(store(), set.organizationId, guest);
      await store().transaction((tx) => tx.endMembership(id, T0 + 1, member.user.id));
      for (const _ of [1, 2]) await store().transaction((tx) => tx.rememberRemovals(guest, T0 + 2));
      await store().transaction((tx) => tx.deleteUser(guest.id, T0 + 2));
      const again = await proved(guest.email);
      assert.equal(await wasRemoved(set, again), true);
      const { set: other } = await open({ domain: set.domain });
      assert.equal(await wasRemoved(other, again), false);
    });

    test("an organization remembers addresses that a removed person gave up, whatever account has them", async () => {
      const { set } = await open();
      const [kept, given] = [`${newId("user")}@${set.domain}`, `${newId("user")}@${set.domain}`];
      const addresses = [given, given.replace("@", "+x@")].map((email) => ({ ...set, email }));
      for (const _ of [1, 2]) await store().transaction((tx) => tx.rememberRemovedAddresses(addresses, T0));
      assert.equal(await wasRemoved(set, await proved(given)), true);
      assert.equal(await wasRemoved(set, await proved(kept)), false);
    });

    test("the log knows the addresses that an account gave up, newest first, since an instant", async () => {
      const [user, other] = [await addUser(store()), await addUser(store())];
      const change = (at: number, { id, name }: UserRecord, email?: string) =>
        newEvent({
          at,
          action: "user.email_changed",
          target: { kind: "user", id, name },
          details: email === undefined ? {} : { before: { email }, after: { email: "now@example.com" } },
        });
      const events = [change(T0, user, "a@x.example"), change(T0 + 1, user, "b@x.example"), change(T0 + 2, user)];
      const more = [change(T0 + 3, user, "c@x.example"), change(T0 + 4, other, "d@x.example")];
      await store().transaction((tx) => tx.insertAuditEvents([...events, ...more]));
      const former = (since: number, limit: number) => store().reads.listFormerAddresses(user.id, { since, limit });
      assert.deepEqual(await former(T0 + 1, 10), ["c@x.example", "b@x.example"]);
      assert.deepEqual(await former(T0, 3), ["c@x.example", "b@x.example"]);
    });

    test("an address that was never verified is not remembered: it may be another person's", async () => {
      const { member, set } = await open();
      const guest = await addUser(store());
      const { id } = await join(store(), set.organizationId, guest);
      await store().transaction((tx) => tx.endMembership(id, T0 + 1, member.user.id));
      await store().transaction((tx) => tx.rememberRemovals(guest, T0 + 2));
      await store().transaction((tx) => tx.deleteUser(guest.id, T0 + 2));
      assert.equal(await wasRemoved(set, await proved(guest.email)), false);
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
