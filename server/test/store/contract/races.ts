// Two connections race, like two requests on two replicas. Complete use cases race elsewhere. Here the schema and the
// locks alone must suffice.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Conflict, type Store, type Transaction } from "../../../src/store/store.ts";
import {
  addMember,
  addOrganization,
  addToken,
  addUser,
  newId,
  newInvitation,
  newToken,
  present,
  revocation,
  T0,
} from "./samples.ts";
import type { OpenStore, StoreUnderTest } from "./under-test.ts";

const ROUNDS = 200;

export function describeRaces(store: () => Store, open: OpenStore): void {
  describe("races", () => {
    test(`of two invitations of one address at once, one is made (${ROUNDS} rounds)`, async () => {
      const member = await addMember(store());
      await eachRound(async (round) => {
        const email = `guest-${round}@example.test`;
        await oneWins(store(), "pending_invitation", () => {
          const invitation = newInvitation(member, { email });
          return (tx) => tx.insertInvitation(invitation);
        });
      });
    });

    test(`of two joinings of one user at once, one is made (${ROUNDS} rounds)`, async () => {
      const organization = await addOrganization(store());
      await eachRound(async () => {
        const user = await addUser(store());
        await oneWins(store(), "active_membership", () => {
          const id = newId("membership");
          const membership = { id, organizationId: organization.id, userId: user.id, role: "member", joinedAt: T0 };
          return (tx) => tx.insertMembership(membership);
        });
      });
    });

    test(`of a minting and a removal at once, no active token outlives the membership`, async () => {
      for (let round = 0; round < 50; round++) {
        const member = await addMember(store());
        const { membership } = member;
        const mint = store().transaction(async (tx) => {
          const locked = await tx.lockMembership(member.organization.id, member.user.id);
          if (locked !== null) await tx.insertToken(newToken(member));
        });
        const remove = store().transaction(async (tx) => {
          await tx.lockMembership(member.organization.id, member.user.id);
          await tx.endMembership(membership.id, T0, "owner");
        });
        await Promise.all([mint, remove]);
        const { items } = await store().reads.listTokensOfUser(member.user.id, null, { limit: 10, after: null });
        assert.ok(items.every((token) => token.revokedAt !== null));
      }
    });

    test("two revocations at once record one revocation, and both see it", async () => {
      const opened = await open();
      try {
        await raceRevocations(opened);
      } finally {
        await opened.close();
      }
    });

    test("several that record the same revocations at once do not deadlock, and each is recorded once", async () => {
      const page = { limit: 10, after: null };
      for (let round = 0; round < 20; round++) {
        const member = await addMember(store());
        for (let index = 0; index < 10; index++) await addToken(store(), member);
        const of = { kind: "generation", id: member.membership.id, generation: 0 } as const;
        const answers = await Promise.all(
          [1, 2, 3].map(() => store().transaction((tx) => tx.revokeEndedTokens(of, revocation(), page))),
        );
        assert.equal(answers.flatMap(({ revoked }) => revoked).length, 10);
      }
    });

    test("of a minting and the end of a generation at once, the token is minted after it or is revoked with it", async () => {
      for (let round = 0; round < 50; round++) {
        const member = await addMember(store());
        const { id } = member.membership;
        const mint = store().transaction(async (tx) => {
          await tx.lockMembership(member.organization.id, member.user.id);
          const token = newToken(member);
          const { generation } = await tx.countGeneration(id, 1);
          await tx.insertToken(token);
          return { token, generation };
        });
        const sweep = store().transaction(async (tx) => {
          await tx.lockMembership(member.organization.id, member.user.id);
          await tx.raiseTokenGeneration(id);
        });
        const [{ token, generation }] = await Promise.all([mint, sweep]);
        const found = present(await store().reads.findToken(token.id));
        assert.equal(found.isSwept, generation === 0);
      }
    });
  });
}

async function raceRevocations(opened: StoreUnderTest): Promise<void> {
  const { store } = opened;
  const another = await opened.openAnother();
  try {
    const member = await addMember(store);
    for (let round = 0; round < 50; round++) {
      const { id } = await addToken(store, member);
      const revoke = (from: Store, at: number): Promise<number | null> =>
        from.transaction(async (tx) => {
          await tx.lockToken(id);
          await tx.revokeToken(id, revocation({ at }));
          return present(await tx.findToken(id)).revokedAt;
        });
      const [first, second] = await Promise.all([revoke(store, T0 + 1), revoke(another, T0 + 2)]);
      assert.equal(first, second);
      assert.equal(present(await store.reads.findToken(id)).revokedAt, first);
    }
  } finally {
    await another.close();
  }
}

async function eachRound(round: (index: number) => Promise<void>): Promise<void> {
  for (let index = 0; index < ROUNDS; index++) await round(index);
}

/** Runs the work twice at once: one is committed, the other is refused by the rule. */
async function oneWins(
  store: Store,
  rule: Conflict["rule"],
  work: () => (tx: Transaction) => Promise<void>,
): Promise<void> {
  const outcomes = await Promise.allSettled([store.transaction(work()), store.transaction(work())]);
  const refused = outcomes
    .filter((outcome) => outcome.status === "rejected")
    .map((outcome) => outcome.reason as unknown);
  assert.equal(refused.length, 1);
  assert.ok(refused[0] instanceof Conflict);
  assert.equal(refused[0].rule, rule);
}
