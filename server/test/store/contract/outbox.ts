import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ClaimedEmail, NewEmail, Store } from "../../../src/store/store.ts";
import { addUser, newId, T0 } from "./samples.ts";
import { type OpenStore, withStore } from "./under-test.ts";

const UNTIL = T0 + 1_000;
const PAGE = { limit: 200, after: null };

export function describeOutbox(open: OpenStore): void {
  describe("emails that wait", { concurrency: true }, () => {
    test("are claimed once, those due for longest first, one for each recipient and none for busy ones", () =>
      withStore(open, async (store) => {
        const second = await add(store, { recipient: "b@example.com", createdAt: T0 + 1 });
        const first = await add(store, { recipient: "a@example.com" });
        const again = await add(store, { recipient: "a@example.com", createdAt: T0 + 2 });
        await add(store, { recipient: "c@example.com", createdAt: T0 + 9 });
        await add(store, { recipient: "busy@example.com" });
        assert.equal(await store.reads.nextEmailDueAt(), T0);
        const claimed = await claim(store, { now: T0 + 2, busy: ["busy@example.com"] });
        assert.deepEqual(idsOf(claimed), [first.id, second.id]);
        const { attempts, unknownOutcomes, wasComposed, ...content } = claimed[0] as ClaimedEmail;
        assert.deepEqual([content, attempts, unknownOutcomes, wasComposed], [first, 1, 0, false]);
        assert.deepEqual(idsOf(await claim(store, { now: T0 + 2, busy: ["busy@example.com"] })), [again.id]);
      }));

    test("are claimed before the notices, however long those have waited, and only some notices at once", () =>
      withStore(open, async (store) => {
        const notices = [];
        for (let index = 0; index < 4; index++) notices.push(await add(store, { recipient: `${index}@example.com` }));
        const reset = await add(store, { kind: "reset_password", recipient: "z@example.com", createdAt: T0 + 1 });
        const [first, ...others] = idsOf(await claim(store, { now: T0 + 1, most: 3, mostNotices: 1 }));
        assert.equal(first, reset.id);
        assert.equal(others.length, 1);
        assert.ok(notices.some(({ id }) => id === others[0]));
        assert.deepEqual(await claim(store, { now: T0 + 1, mostNotices: 0 }), []);
      }));

    test("are due again when a claim runs out, and the old claim changes nothing any more", () =>
      withStore(open, async (store) => {
        const { id } = await add(store);
        const [old] = await claim(store);
        assert.deepEqual(await claim(store, { now: UNTIL - 1 }), []);
        const [present] = await claim(store, { now: UNTIL });
        assert.equal(present?.attempts, 2);
        await store.transaction(async (tx) => {
          assert.equal(await tx.markEmailComposed(old as ClaimedEmail, T0, null), false);
          assert.equal(await tx.finishEmail(old as ClaimedEmail, { at: T0, outcome: "sent", error: null }), false);
          await tx.delayEmail(old as ClaimedEmail, T0, null);
          await tx.dropEmail(old as ClaimedEmail);
        });
        assert.deepEqual(await claim(store, { now: UNTIL }), []);
        assert.equal((await store.reads.countWaitingEmails())[0]?.count, 1);
        assert.equal(await finish(store, present), true);
        assert.deepEqual(await claim(store, { now: UNTIL + 9_999 }), [], id);
      }));

    test("are claimed by simultaneous calls once each", () =>
      withStore(open, async (store) => {
        for (let index = 0; index < 12; index++) await add(store, { recipient: `${index}@example.com` });
        const claims = await Promise.all(Array.from({ length: 6 }, () => claim(store, { most: 2 })));
        const ids = claims.flatMap(idsOf);
        for (let more = await claim(store); more.length > 0; more = await claim(store)) ids.push(...idsOf(more));
        assert.deepEqual([ids.length, new Set(ids).size], [12, 12]);
      }));

    test("remember failures until they are taken; a delay without a failure is no attempt", () =>
      withStore(open, async (store) => {
        const user = await addUser(store);
        const { id } = await add(store, { recipient: user.id, userId: user.id });
        const failures = async () => (await store.reads.listFailedEmails(PAGE)).items;
        let [email] = (await claim(store)) as readonly [ClaimedEmail];
        await store.transaction((tx) => tx.delayEmail(email, T0 + 5, null));
        [email] = (await claim(store, { now: T0 + 5 })) as readonly [ClaimedEmail];
        assert.equal(email.attempts, 1);
        assert.deepEqual(await failures(), []);
        const failure = { at: T0 + 6, error: "RCPT TO 451", isUnknown: true };
        await store.transaction((tx) => tx.delayEmail(email, T0 + 10, failure));
        assert.deepEqual(await failures(), [
          {
            id,
            kind: "notice",
            recipient: user.email,
            error: "RCPT TO 451",
            at: T0 + 6,
            attempts: 1,
            nextAttemptAt: T0 + 10,
          },
        ]);
        [email] = (await claim(store, { now: T0 + 10 })) as readonly [ClaimedEmail];
        assert.deepEqual([email.attempts, email.unknownOutcomes], [2, 1]);
        await finish(store, email);
        assert.deepEqual(await failures(), []);
      }));

    test("about an invitation are replaced by a newer one, whose delivery counts", () =>
      withStore(open, async (store) => {
        const about = newId("invitation");
        await add(store, { about });
        const deliveryOf = async () => (await store.reads.findEmailDeliveries([about, "other"])).get(about);
        assert.equal(await deliveryOf(), "queued");
        await store.transaction((tx) => tx.replaceEmails(about, T0 + 1));
        assert.deepEqual(await claim(store), []);
        await add(store, { about, createdAt: T0 + 1 });
        assert.equal(await deliveryOf(), "queued");
        const [email] = await claim(store, { now: T0 + 1 });
        await finish(store, email as ClaimedEmail);
        assert.equal(await deliveryOf(), "sent");
      }));

    test("end with the links of their account, and with the account, except warnings that still wait", () =>
      withStore(open, async (store) => {
        const user = await addUser(store);
        for (const kind of ["verify_address", "change_address", "reset_password", "password_changed"] as const)
          await add(store, { kind, userId: user.id, recipient: `${kind}@example.com` });
        const kinds = async () => (await store.reads.countWaitingEmails()).map(({ kind }) => kind);
        await store.transaction((tx) => tx.endEmailLinks("verify_email", user.id));
        assert.deepEqual(await kinds(), ["password_changed", "reset_password"]);
        await store.transaction((tx) => tx.deleteUser(user.id, T0));
        assert.deepEqual(await kinds(), ["password_changed"]);
      }));

    test("are forgotten some time after their end, failures later", () =>
      withStore(open, async (store) => {
        for (const outcome of ["sent", "refused"] as const) {
          await add(store, { recipient: outcome });
          const [email] = await claim(store);
          const error = outcome === "sent" ? null : "DATA 554";
          await store.transaction((tx) => tx.finishEmail(email as ClaimedEmail, { at: T0, outcome, error }));
        }
        await add(store);
        const forget = (before: number, failedBefore: number) =>
          store.transaction((tx) => tx.forgetEmails({ before, failedBefore, limit: 10 }));
        assert.equal(await forget(T0, T0), 0);
        assert.equal(await forget(T0 + 1, T0), 1);
        assert.equal(await forget(T0 + 1, T0 + 1), 1);
        assert.equal((await claim(store)).length, 1, "one that waits stays");
      }));
  });
}

async function add(store: Store, fields: Partial<NewEmail> = {}): Promise<NewEmail> {
  const email: NewEmail = {
    id: newId("email"),
    kind: "notice",
    recipient: "ada@example.com",
    userId: null,
    about: null,
    details: { names: ["Ada"] },
    createdAt: T0,
    giveUpAt: T0 + 99_999,
    ...fields,
  };
  await store.transaction((tx) => tx.insertEmails([email]));
  return email;
}

function claim(
  store: Store,
  {
    now = T0,
    busy = [],
    most = 10,
    mostNotices = most,
  }: { now?: number; busy?: readonly string[]; most?: number; mostNotices?: number } = {},
): Promise<readonly ClaimedEmail[]> {
  const until = now + UNTIL - T0;
  return store.transaction((tx) => tx.claimEmails({ now, until, most, mostNotices, busy }));
}

function finish(store: Store, email: ClaimedEmail): Promise<boolean> {
  return store.transaction((tx) => tx.finishEmail(email, { at: T0, outcome: "sent", error: null }));
}

const idsOf = (emails: readonly ClaimedEmail[]): readonly string[] => emails.map(({ id }) => id);
