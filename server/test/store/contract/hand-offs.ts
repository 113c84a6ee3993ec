import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { NewHandOff, SessionRecord, Store } from "../../../src/store/store.ts";
import { addMember, addSession, type Member, newHash, newId, present, T0 } from "./samples.ts";

const LATER = T0 + 1_000;
/** Before every other hand-off. */
const LONG_AGO = T0 - 1_000_000;

export function describeHandOffs(store: () => Store): void {
  describe("hand-offs", { concurrency: true }, () => {
    async function add(member: Member, fields: Partial<NewHandOff> = {}): Promise<NewHandOff> {
      const handOff: NewHandOff = {
        id: newId("handOff"),
        codeHash: newHash(),
        madeBy: newId("managementKey"),
        userId: member.user.id,
        membershipId: member.membership.id,
        organizationId: member.organization.id,
        page: "tokens",
        returnTo: null,
        returnUrl: "https://shop.example/",
        authenticatedAt: T0,
        createdAt: T0,
        expiresAt: LATER,
        ...fields,
      };
      await store().transaction((tx) => tx.insertHandOff(handOff));
      return handOff;
    }
    const claim = ({ id }: NewHandOff, at = T0): Promise<boolean> =>
      store().transaction((tx) => tx.claimHandOff(id, "cookie", at));
    /** The session of a redeemed hand-off. */
    async function open(member: Member) {
      const handOff = await add(member, { createdAt: LONG_AGO });
      assert.ok(await claim(handOff));
      return { handOff, session: await addSession(store(), member, { handOffId: handOff.id }) };
    }
    const find = async ({ hash }: { readonly hash: Uint8Array }): Promise<SessionRecord | null> =>
      (await store().reads.findSession(hash))?.session ?? null;

    test("a hand-off is found by its code and its id", async () => {
      const { codeHash, ...handOff } = await add(await addMember(store()));
      const stored = { ...handOff, redeemedAt: null, endedAt: null };
      assert.deepEqual(await store().reads.findHandOffByCode(codeHash), stored);
      assert.deepEqual(await store().reads.findHandOff(handOff.id), stored);
      assert.equal(await store().reads.findHandOffByCode(newHash()), null);
    });

    test("claimHandOff() succeeds once, also of many at once, and not after the end or the expiry", async () => {
      const member = await addMember(store());
      const handOff = await add(member);
      const claims = await Promise.all(Array.from({ length: 5 }, () => claim(handOff)));
      assert.equal(claims.filter(Boolean).length, 1);
      assert.equal(await claim(await add(member), LATER), false);
      const ended = await add(member);
      const end = (): Promise<boolean> => store().transaction((tx) => tx.endHandOff(ended.id, T0));
      assert.deepEqual([await end(), await end(), await claim(ended)], [true, false, false]);
    });

    test("a session carries its hand-off, and is found only while that holds", async () => {
      const ends: Record<string, (member: Member, handOff: NewHandOff) => Promise<unknown>> = {
        "the hand-off": (_, { id }) => store().transaction((tx) => tx.endHandOff(id, T0)),
        "the membership": ({ membership }) => store().transaction((tx) => tx.endMembership(membership.id, T0, "boss")),
        "the organization": ({ organization }) =>
          store().transaction((tx) => tx.deleteOrganization(organization.id, T0, "boss")),
        "its row": () => store().transaction((tx) => tx.forgetHandOffs(LONG_AGO + 1, 10)),
      };
      for (const [name, end] of Object.entries(ends)) {
        const member = await addMember(store());
        const { handOff, session } = await open(member);
        const { id, membershipId, page, returnUrl } = handOff;
        const wanted = { id, membershipId, page, returnUrl, via: "cookie" };
        assert.deepEqual(present(await find(session)).handOff, wanted, name);
        const { reads } = store();
        assert.deepEqual((await reads.findOpenSession(member.user.id, session.id, T0))?.handOff, wanted, name);
        assert.equal((await reads.listSessions(member.user.id, T0)).length, 1, name);
        await end(member, handOff);
        assert.equal(await find(session), null, name);
        assert.equal(await reads.findOpenSession(member.user.id, session.id, T0), null, name);
        assert.deepEqual(await reads.listSessions(member.user.id, T0), [], name);
      }
    });

    test("endSurplusHandOffs() ends the oldest links of the user that nobody has opened", async () => {
      const member = await addMember(store());
      const opened = await add(member, { createdAt: T0 - 9 });
      await claim(opened);
      const links = [];
      for (let age = 0; age < 3; age++) links.push(await add(member, { createdAt: T0 - age }));
      const other = await add(await addMember(store()), { createdAt: T0 - 9 });
      await store().transaction((tx) => tx.endSurplusHandOffs(member.user.id, 2, T0));
      const endedAt = async ({ id }: NewHandOff) => present(await store().reads.findHandOff(id)).endedAt;
      assert.deepEqual(await Promise.all([opened, ...links, other].map(endedAt)), [null, null, null, T0, null]);
    });
  });
}
