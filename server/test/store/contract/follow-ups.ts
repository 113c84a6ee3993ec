import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { endOf, type RevokedReason, type TokenId } from "@mintmark/core";
import {
  type Ended,
  type FollowUp,
  type Store,
  subjectOf,
  type TokenRecord,
  type Transaction,
} from "../../../src/store/store.ts";
import { ALL, idsOf } from "./paging.ts";
import { actorOf, addMember, addToken, join, type Member, newId, newToken, present, T0 } from "./samples.ts";
import { type OpenStore, withStore } from "./under-test.ts";

const NO_BLOCKS = { mintedBefore: null, withoutExpiry: false, unusedSince: null, all: false };
const NO_FILTER = { state: null, userId: null, stale: null, neverUsed: false, ends: null, query: null };

interface EndCase {
  readonly name: string;
  readonly reason: RevokedReason;
  readonly of: (member: Member) => Ended;
  /** The one row. */
  readonly end: (tx: Transaction, member: Member, at: number) => Promise<void>;
}

const ENDS: readonly EndCase[] = [
  {
    name: "the deletion of an organization",
    reason: "organization_deleted",
    of: ({ organization }) => ({ kind: "organization", id: organization.id }),
    end: (tx, { organization }, at) => tx.deleteOrganization(organization.id, at, "owner"),
  },
  {
    name: "the deletion of an account",
    reason: "user_deleted",
    of: ({ user }) => ({ kind: "user", id: user.id }),
    end: (tx, { user }, at) => tx.deleteUser(user.id, at),
  },
  {
    name: "the end of a membership",
    reason: "member_removed",
    of: ({ membership }) => ({ kind: "membership", id: membership.id }),
    end: (tx, { membership }, at) => tx.endMembership(membership.id, at, "owner"),
  },
  {
    name: "the revocation of all tokens of a membership",
    reason: "suspended",
    of: ({ membership }) => ({ kind: "generation", id: membership.id, generation: 0 }),
    end: (tx, { membership }) => tx.raiseTokenGeneration(membership.id),
  },
];

export function describeFollowUps(store: () => Store, open: OpenStore): void {
  describe("follow-ups of the end of many tokens", { concurrency: true }, () => {
    for (const { name, reason, of, end } of ENDS) {
      test(`${name} shows at once, everywhere, the revocations that will be recorded`, async () => {
        const { member, tokens } = await memberWithTokens(store());
        const followUp = followUpOf(of(member), reason, T0 + 5);
        const before = await listed(store(), member);
        assert.deepEqual(before, { live: 2, listed: 2, counted: 2, ending: 2, states: ["active", "active"] });
        await store().transaction(async (tx) => {
          await end(tx, member, T0 + 5);
          await tx.insertFollowUp(followUp);
        });
        const none = { live: 0, listed: 0, counted: 0, ending: 0, states: ["revoked", "revoked"] };
        assert.deepEqual(await listed(store(), member), none);
        const shown = await records(store(), idsOf(tokens));
        for (const { revokedAt, revokedReason, revokedBy } of shown) {
          assert.deepEqual([revokedAt, revokedReason, revokedBy], [T0 + 5, reason, followUp.by]);
        }
        assert.deepEqual(await finish(store(), of(member), followUp), idsOf(tokens).sort());
        assert.deepEqual(await listed(store(), member), none);
        assert.deepEqual(await records(store(), idsOf(tokens)), shown);
      });

      test(`${name} leaves other tokens unchanged, and records one revocation for each of its tokens, some at a time`, async () => {
        const { member, tokens } = await memberWithTokens(store());
        const other = await addToken(store(), await addMember(store()));
        const followUp = followUpOf(of(member), reason, T0 + 5);
        await store().transaction((tx) => end(tx, member, T0 + 5));
        const take = (limit: number, after: { readonly at: number; readonly id: string } | null) =>
          store().transaction((tx) => tx.revokeEndedTokens(of(member), revocationOf(followUp), { limit, after }));
        const first = await take(1, null);
        assert.equal(first.revoked.length, 1);
        const second = await take(1, present(first.next));
        assert.deepEqual([...idsOf(first.revoked), ...idsOf(second.revoked)].sort(), idsOf(tokens).sort());
        assert.equal(second.next, null);
        assert.deepEqual(await take(9, null), { revoked: [], next: null });
        assert.equal(present(await store().reads.findToken(other.id)).revokedAt, null);
      });
    }

    test("of two ends the earlier one is recorded, and shown before", async () => {
      const { member, tokens } = await memberWithTokens(store());
      const [removal, deletion] = [present(ENDS[2]), present(ENDS[0])];
      const removed = followUpOf(removal.of(member), removal.reason, T0 + 5);
      const deleted = followUpOf(deletion.of(member), deletion.reason, T0 + 6);
      await store().transaction(async (tx) => {
        await removal.end(tx, member, T0 + 5);
        await tx.insertFollowUp(removed);
        await deletion.end(tx, member, T0 + 6);
        await tx.insertFollowUp(deleted);
      });
      const shown = await records(store(), idsOf(tokens));
      assert.ok(shown.every(({ revokedReason }) => revokedReason === "member_removed"));
      assert.deepEqual(await finish(store(), deletion.of(member), deleted), []);
      assert.deepEqual(await finish(store(), removal.of(member), removed), idsOf(tokens).sort());
      assert.deepEqual(await records(store(), idsOf(tokens)), shown);
    });

    test("a token that is minted after all tokens of its membership ended is active, and does not belong to that end", async () => {
      const { member, tokens } = await memberWithTokens(store());
      const of = present(ENDS[3]).of(member);
      await store().transaction((tx) => tx.raiseTokenGeneration(member.membership.id));
      const young = await addToken(store(), member);
      assert.deepEqual(await store().reads.countGeneration(member.membership.id, 9), { generation: 1, count: 1 });
      assert.equal(await store().reads.countUnrevokedTokens(of, 9), 2);
      assert.equal(await store().reads.countToward("tokensOfMembership", member.membership.id, T0), 1);
      assert.deepEqual(await finish(store(), of, followUpOf(of, "admin", T0)), idsOf(tokens).sort());
      const lookup = present(await store().findForVerification("pat", young.hash));
      assert.ok(lookup.kind === "pat" && !lookup.isSwept && lookup.revokedAt === null);
    });

    test("verification knows every end before the revocation is recorded", async () => {
      for (const { end, reason } of ENDS) {
        const member = await addMember(store());
        const token = await addToken(store(), member);
        await store().transaction((tx) => end(tx, member, T0 + 5));
        const facts = present(await store().findForVerification("pat", token.hash));
        assert.equal(facts.revokedAt, null);
        assert.equal(endOf(facts)?.reason, reason === "suspended" ? "admin" : reason);
      }
    });

    test("each user who loses tokens is returned once, with their number and the newest", async () => {
      const member = await addMember(store());
      const colleague = await addMember(store(), { organization: member.organization });
      await addMember(store(), { organization: member.organization });
      const tokens: TokenId[] = [];
      for (const at of [T0, T0 + 1, T0 + 2]) tokens.unshift((await addToken(store(), member, { createdAt: at })).id);
      const other = await addToken(store(), colleague);
      const of: Ended = { kind: "organization", id: member.organization.id };
      await store().transaction((tx) => tx.deleteOrganization(member.organization.id, T0 + 5, "owner"));
      const expected = [
        { userId: member.user.id, count: 3, named: tokens.slice(0, 2).map((id) => ({ id, name: "deploy" })) },
        { userId: colleague.user.id, count: 1, named: [{ id: other.id, name: "deploy" }] },
      ].sort((a, b) => (a.userId < b.userId ? -1 : 1));
      const all = await store().reads.listEndedHolders(of, { limit: 9, after: null, named: 2 });
      assert.deepEqual(all, { holders: expected, next: null });
      const page = await store().reads.listEndedHolders(of, { limit: 1, after: null, named: 2 });
      assert.notEqual(page.next, null);
      const rest = await store().reads.listEndedHolders(of, { limit: 9, after: page.next, named: 2 });
      assert.deepEqual([...page.holders, ...rest.holders], expected);
    });

    test("nobody is notified of the expiry of a token that was revoked before", () =>
      withStore(open, async (own) => {
        const member = await addMember(own);
        const token = await addToken(own, member, { expiresAt: T0 + 9, expiryNoticeAt: T0 + 6 });
        await own.transaction((tx) => tx.endMembership(member.membership.id, T0 + 5, "owner"));
        const due = await own.transaction((tx) => tx.lockDueEndNotices("pat", T0 + 8, 9));
        assert.deepEqual(due, [{ id: token.id, dueAt: T0 + 6 }]);
        assert.notEqual((await own.reads.listTokensById([token.id]))[0]?.revokedAt, null);
        const noted = await own.transaction((tx) => tx.noteExpiries("pat", T0 + 9, 9));
        assert.deepEqual(noted, { looked: 1, expired: [] });
      }));

    describeClaims(open);
  });
}

function describeClaims(open: OpenStore): void {
  test("the oldest follow-up is claimed first, keeps its progress, and is deleted when it is done", () =>
    withStore(open, async (store) => {
      const claim = (except: readonly string[] = []) => store.transaction((tx) => tx.claimFollowUp(except));
      assert.equal(await claim(), null);
      const [old, young] = [somethingToTell(T0), somethingToTell(T0 + 1)];
      for (const followUp of [young, old]) await store.transaction((tx) => tx.insertFollowUp(followUp));
      assert.deepEqual(await claim(), old);
      assert.deepEqual(await claim([old.subject]), young);
      assert.equal(await claim([old.subject, young.subject]), null);
      await store.transaction((tx) => tx.saveFollowUp(old.subject, { after: "usr_1" }));
      assert.deepEqual(await claim(), { ...old, progress: { after: "usr_1" } });
      await store.transaction((tx) => tx.finishFollowUp(old.subject));
      assert.deepEqual(await claim(), young);
    }));

  test("a step that fails leaves no rows, and does not hold the follow-up", () =>
    withStore(open, async (store) => {
      const followUp = somethingToTell(T0);
      await store.transaction((tx) => tx.insertFollowUp(followUp));
      const failure = new Error("not today");
      const failed = store.transaction(async (tx) => {
        await tx.claimFollowUp([]);
        await tx.saveFollowUp(followUp.subject, { after: "usr_1" });
        throw failure;
      });
      await assert.rejects(failed, failure);
      assert.deepEqual(await store.transaction((tx) => tx.claimFollowUp([])), followUp);
    }));
}

async function memberWithTokens(store: Store): Promise<{ member: Member; tokens: readonly { id: TokenId }[] }> {
  const member = await addMember(store);
  await join(store, (await addMember(store)).organization.id, member.user);
  const tokens = [
    newToken(member, { expiresAt: T0 + 1_000 }),
    newToken(member, { createdAt: T0 + 1, expiresAt: T0 + 1_000 }),
  ];
  for (const token of tokens) await store.transaction((tx) => tx.insertToken(token));
  return { member, tokens };
}

function followUpOf(of: Ended, reason: RevokedReason, at: number): FollowUp {
  const by = actorOf({ id: newId("user"), name: "Grace" });
  return { subject: subjectOf(of), kind: of.kind, at, by, reason, details: { because: "aud_1" }, progress: null };
}

function somethingToTell(at: number): FollowUp {
  const by = actorOf({ id: newId("user"), name: "Grace" });
  return { subject: newId("auditEvent"), kind: "policy", at, by, reason: null, details: { next: 1 }, progress: null };
}

function revocationOf({ at, by, reason }: FollowUp) {
  return { at, by, reason: present(reason) };
}

/** Records all revocations and finishes the follow-up. Returns the ids of the revoked tokens. */
async function finish(store: Store, of: Ended, followUp: FollowUp): Promise<readonly string[]> {
  return store.transaction(async (tx) => {
    const { revoked } = await tx.revokeEndedTokens(of, revocationOf(followUp), ALL);
    await tx.finishFollowUp(followUp.subject);
    return idsOf(revoked).sort();
  });
}

/** The revocations in the records of the tokens. */
async function records(store: Store, ids: readonly string[]): Promise<readonly Partial<TokenRecord>[]> {
  const found = await Promise.all(ids.map((id) => store.reads.findToken(id as TokenId)));
  return found.map((token) => {
    const { revokedAt, revokedReason, revokedBy } = present(token);
    return { revokedAt, revokedReason, revokedBy };
  });
}

/** The state of the member's two tokens in every list and count. */
async function listed(store: Store, { organization, membership, user }: Member) {
  const { reads } = store;
  const search = { filter: NO_FILTER, blocks: NO_BLOCKS, now: T0 + 9, order: NEWEST_FIRST };
  const inState = async (state: "active" | "revoked") =>
    (await reads.searchTokens(organization.id, { ...search, filter: { ...NO_FILTER, state } }, ALL)).items.length;
  const [active, revoked] = [await inState("active"), await inState("revoked")];
  const summary = present(await reads.findOrganizationSummary(organization.id, T0 + 9));
  const counted = [
    summary.tokenCount,
    (await reads.countTokensOfUser(user.id, T0 + 9)).get(organization.id)?.live ?? 0,
    (await reads.findMember(organization.id, membership.id, T0 + 9))?.tokenCount ?? 0,
    (await reads.listUnrevokedTokensOfMembership(membership.id, { limit: 9, unexpiredAt: null })).count,
  ];
  // A former member is not found. A present one holds as many tokens as the organization.
  assert.equal(new Set(counted).size, 1, counted.join());
  return {
    live: (await reads.listLiveTokens(organization.id, T0 + 9, ALL)).items.length,
    listed: (await reads.listUnrevokedTokensOfOrganization(organization.id, ALL)).items.length,
    counted: counted[0],
    ending: (await reads.listEndsOfTokens(user.id, T0 + 9, 9)).length,
    states: [...Array<string>(active).fill("active"), ...Array<string>(revoked).fill("revoked")],
  };
}

const NEWEST_FIRST = { by: "created", direction: "descending" } as const;
