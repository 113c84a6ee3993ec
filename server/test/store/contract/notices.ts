import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { NoticeKind, UserId } from "@mintmark/core";
import type { Cursor, NewNotice, NoticeFilter, NoticeRecord, Page, Store } from "../../../src/store/store.ts";
import { actorOf, addMember, addOrganization, addToken, addUser, join, newId, T0 } from "./samples.ts";
import { type OpenStore, withStore } from "./under-test.ts";

const ALL: NoticeFilter = { unreadOnly: false, kind: null };
const PAGE = { limit: 200, after: null };

export async function addNotice(store: Store, userId: UserId, fields: Partial<NewNotice> = {}): Promise<NewNotice> {
  const notice: NewNotice = {
    id: newId("notice"),
    userId,
    kind: "token.minted",
    at: T0,
    organizationId: null,
    token: { id: newId("token"), name: "deploy" },
    details: {},
    ...fields,
  };
  await store.transaction((tx) => tx.insertNotices([notice]));
  return notice;
}

export function describeNotices(store: () => Store, open: OpenStore): void {
  describe("notices", { concurrency: true }, () => {
    test("a notice is its user's alone, newest first, a page at a time", async () => {
      const [ada, eve] = [await addUser(store()), await addUser(store())];
      const made: NewNotice[] = [];
      for (let index = 0; index < 5; index++) made.push(await addNotice(store(), ada.id, { at: T0 + (index >> 1) }));
      await addNotice(store(), eve.id);
      const expected = made.toSorted((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1)).map(({ id }) => id);
      const seen: string[] = [];
      let after: Cursor | null = null;
      do {
        const page: Page<NoticeRecord> = await store().reads.listNotices(ada.id, ALL, { limit: 2, after });
        seen.push(...page.items.map(({ id }) => id));
        after = page.next;
      } while (after !== null);
      assert.deepEqual(seen, expected);
      assert.equal(await store().reads.countUnreadNotices(eve.id, 100), 1);
    });

    test("a notice is read as it was written, with the organization's present name", async () => {
      const { user, organization } = await addMember(store());
      const details = { by: actorOf(user), tokenCount: 2 };
      const notice = await addNotice(store(), user.id, { organizationId: organization.id, details, token: null });
      await store().transaction((tx) => tx.renameOrganization(organization.id, "Engines"));
      const { items } = await store().reads.listNotices(user.id, ALL, PAGE);
      assert.deepEqual(items, [
        {
          id: notice.id,
          userId: user.id,
          kind: "token.minted",
          at: T0,
          organization: { id: organization.id, name: "Engines" },
          token: null,
          details,
          readAt: null,
          resolvedAt: null,
        },
      ]);
    });

    test("the list can be narrowed to the unread and to a kind", async () => {
      const user = await addUser(store());
      const read = await addNotice(store(), user.id);
      const unread = await addNotice(store(), user.id, { kind: "token.revoked" });
      await store().transaction((tx) => tx.markNoticeRead(user.id, read.id, T0 + 1));
      const idsOf = async (filter: NoticeFilter): Promise<string[]> =>
        (await store().reads.listNotices(user.id, filter, PAGE)).items.map(({ id }) => id);
      assert.deepEqual(await idsOf({ ...ALL, unreadOnly: true }), [unread.id]);
      assert.deepEqual(await idsOf({ ...ALL, kind: "token.minted" }), [read.id]);
      assert.deepEqual(await idsOf({ unreadOnly: true, kind: "token.minted" }), []);
    });

    test("reading and dismissing affect only the user's own notices, keep the first instant, and are counted", async () => {
      const [ada, eve] = [await addUser(store()), await addUser(store())];
      const notice = await addNotice(store(), ada.id);
      const other = await addNotice(store(), ada.id);
      const later = await addNotice(store(), ada.id, { at: T0 + 50 });
      const write = store().transaction.bind(store());
      assert.equal(await write((tx) => tx.markNoticeRead(eve.id, notice.id, T0 + 1)), false);
      assert.equal(await write((tx) => tx.dismissNotice(eve.id, notice.id, T0 + 1)), false);
      assert.equal(await store().reads.countUnreadNotices(ada.id, 100), 3);
      assert.equal(await store().reads.countUnreadNotices(ada.id, 2), 2);

      assert.equal(await write((tx) => tx.markNoticeRead(ada.id, notice.id, T0 + 1)), true);
      assert.equal(await write((tx) => tx.markNoticeRead(ada.id, notice.id, T0 + 2)), true);
      const [first] = (await store().reads.listNotices(ada.id, ALL, PAGE)).items.filter(({ id }) => id === notice.id);
      assert.equal(first?.readAt, T0 + 1);
      assert.equal(
        await write((tx) => tx.markNoticesRead(ada.id, T0 + 49)),
        1,
        "only the notices that had arrived by then",
      );
      assert.equal(await write((tx) => tx.dismissNotice(ada.id, other.id, T0 + 3)), true);
      assert.equal(await write((tx) => tx.markNoticeRead(ada.id, other.id, T0 + 4)), false, "it was dismissed");
      const left = (await store().reads.listNotices(ada.id, ALL, PAGE)).items.map(({ id }) => id);
      assert.deepEqual(left, [later.id, notice.id]);
      assert.equal(await store().reads.countUnreadNotices(ada.id, 100), 1);
    });

    test("kinds that are not mailed are replaced as a whole", async () => {
      const user = await addUser(store());
      const set = async (kinds: readonly NoticeKind[]): Promise<readonly NoticeKind[]> => {
        await store().transaction((tx) => tx.setNoticeMutes(user.id, kinds, T0));
        return (await store().reads.listNoticeMutes(user.id)).toSorted();
      };
      assert.deepEqual(await set(["token.minted", "policy.changed"]), ["policy.changed", "token.minted"]);
      assert.deepEqual(await set(["token.minted"]), ["token.minted"]);
      assert.deepEqual(await set([]), []);
    });

    test("owners of tokens, and members in order, are found; former members are not", async () => {
      const organization = await addOrganization(store());
      const ada = await addMember(store(), { organization, role: "owner" });
      const eve = await addMember(store(), { organization, role: "viewer" });
      const gone = await addMember(store(), { organization, role: "viewer" });
      await store().transaction((tx) => tx.endMembership(gone.membership.id, T0, "x"));
      await join(store(), (await addOrganization(store())).id, ada.user, { role: "viewer" });
      const token = await addToken(store(), ada);
      assert.deepEqual(
        [...(await store().reads.findTokenOwners([token.id, newId("token")]))],
        [[token.id, ada.user.id]],
      );
      const [first, second] = [ada, eve]
        .map(({ user, membership }) => ({ userId: user.id, role: membership.role }))
        .sort((a, b) => (a.userId < b.userId ? -1 : 1));
      const list = (limit: number, after: UserId | null) =>
        store().reads.listMembersInOrder(organization.id, { limit, after });
      assert.deepEqual(await list(10, null), [first, second]);
      assert.deepEqual(await list(1, null), [first]);
      assert.deepEqual(await list(10, first?.userId ?? null), [second]);
      assert.deepEqual(await list(10, second?.userId ?? null), []);
    });

    test("old notices are forgotten, the oldest first", () =>
      withStore(open, async (alone) => {
        const user = await addUser(alone);
        await addNotice(alone, user.id, { at: T0 });
        const second = await addNotice(alone, user.id, { at: T0 + 1 });
        const kept = await addNotice(alone, user.id, { at: T0 + 9 });
        assert.equal(await alone.transaction((tx) => tx.forgetNotices(T0 + 9, 1)), 1);
        const ids = async () => (await alone.reads.listNotices(user.id, ALL, PAGE)).items.map(({ id }) => id);
        assert.deepEqual(await ids(), [kept.id, second.id]);
        assert.equal(await alone.transaction((tx) => tx.forgetNotices(T0 + 9, 10)), 1);
        assert.deepEqual(await ids(), [kept.id]);
      }));
  });
}
