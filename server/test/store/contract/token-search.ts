import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { credentialEnd, credentialState, type CredentialState, type EndRules, type TokenPolicy } from "@mintmark/core";
import type {
  Cursor,
  Page,
  Store,
  TokenBlocks,
  TokenFilter,
  TokenOrder,
  TokenRecord,
  TokenSearch,
} from "../../../src/store/store.ts";
import { addMember, addToken, type Member, newToken, present, revocation, T0 } from "./samples.ts";

const DAY = 86_400_000;
const NOW = T0 + 100 * DAY;
const STATES: readonly CredentialState[] = ["active", "expired", "revoked", "suspended", "blocked"];
const ANY: TokenFilter = {
  state: null,
  userId: null,
  stale: null,
  neverUsed: false,
  ends: null,
  query: null,
};
const NO_BLOCKS: TokenBlocks = { mintedBefore: null, withoutExpiry: false, unusedSince: null, all: false };
const NEWEST: TokenOrder = { by: "created", direction: "descending" };
const ORDERS = (["created", "expires", "lastUsed"] as const).flatMap((by) =>
  (["ascending", "descending"] as const).map((direction): TokenOrder => ({ by, direction })),
);

export function describeTokenSearch(store: () => Store): void {
  describe("searching an organization's tokens", { concurrency: true }, () => {
    test("each order gives every token once, in pages of any size: no expiry last, never used first", async () => {
      const { organization, tokens } = await manyTokens(store());
      for (const order of ORDERS) {
        const expected = sortedBy(tokens, order);
        for (const limit of [1, 7, tokens.length]) {
          const found = await readAll(store(), organization.id, { ...searchFor(), order }, limit);
          assert.deepEqual(namesOf(found), namesOf(expected), `${order.by} ${order.direction} by ${limit}`);
        }
      }
    });

    test("a state is the one that lists show, also if the policy blocks the token", async () => {
      const { organization, tokens } = await manyTokens(store());
      const policies: readonly [Partial<TokenPolicy>, Partial<TokenBlocks>][] = [
        [{}, {}],
        [{ maxLifetimeDays: 60 }, { mintedBefore: NOW - 60 * DAY }],
        [{ allowNoExpiry: false }, { withoutExpiry: true }],
        [{ idleDays: 30 }, { unusedSince: NOW - 30 * DAY }],
        [
          { maxLifetimeDays: 95, allowNoExpiry: false, idleDays: 20 },
          { mintedBefore: NOW - 95 * DAY, withoutExpiry: true, unusedSince: NOW - 20 * DAY },
        ],
      ];
      for (const [policy, blocks] of policies) {
        for (const state of STATES) {
          const search = { ...searchFor({ state }), blocks: { ...NO_BLOCKS, ...blocks } };
          const found = await readAll(store(), organization.id, search, 9);
          const expected = tokens.filter((token) => stateUnder(token, policy) === state);
          assert.deepEqual(namesOf(found), namesOf(sortedBy(expected, NEWEST)), `${state} ${JSON.stringify(policy)}`);
        }
      }
      const all = { ...searchFor({ state: "active" }), blocks: { ...NO_BLOCKS, all: true } };
      assert.deepEqual(await readAll(store(), organization.id, all, 9), []);
    });

    test("filters narrow together, in every order", async () => {
      const { organization, tokens, members } = await manyTokens(store());
      const holder = present(members[1]).user.id;
      const cases: readonly [Partial<TokenFilter>, (token: TokenRecord) => boolean][] = [
        [{ userId: holder }, (token) => token.user.id === holder],
        [{ neverUsed: true }, (token) => token.lastUsedAt === null],
        [
          { stale: { lastUsedBy: NOW - 40 * DAY, createdBy: NOW - 20 * DAY } },
          (token) =>
            isLive(token) &&
            (token.lastUsedAt === null ? token.createdAt <= NOW - 20 * DAY : token.lastUsedAt <= NOW - 40 * DAY),
        ],
        [
          { ends: { by: NOW + 10 * DAY, mintedBefore: null, unusedSince: null } },
          (token) => endsBetween(token, NOW, NOW + 10 * DAY),
        ],
        [{ query: "TOKEN-1" }, (token) => token.name.includes("token-1")],
        [{ query: "  grace" }, () => false],
        [{ query: "grace" }, (token) => token.user.name.includes("Grace")],
        [{ query: "mm_pat_9f" }, (token) => token.prefix.startsWith("mm_pat_9f")],
        [{ query: "%" }, () => false],
        [
          { userId: holder, neverUsed: true, query: "token" },
          (token) => token.user.id === holder && token.lastUsedAt === null,
        ],
      ];
      for (const [filter, passes] of cases) {
        for (const order of ORDERS) {
          const found = await readAll(store(), organization.id, { ...searchFor(filter), order }, 8);
          const expected = sortedBy(tokens.filter(passes), order);
          assert.deepEqual(namesOf(found), namesOf(expected), JSON.stringify([filter, order]));
        }
      }
    });

    test("tokens that end soon are those that core's effective end says, whatever the policy", async () => {
      const { organization, tokens } = await manyTokens(store());
      const by = NOW + 10 * DAY;
      const policies: readonly EndRules[] = [
        { maxLifetimeDays: null, idleDays: null },
        { maxLifetimeDays: 60, idleDays: null },
        { maxLifetimeDays: null, idleDays: 30 },
        { maxLifetimeDays: 95, idleDays: 20 },
      ];
      const instants = (rules: EndRules, at: number) => ({
        mintedBefore: rules.maxLifetimeDays === null ? null : at - rules.maxLifetimeDays * DAY,
        unusedSince: rules.idleDays === null ? null : at - rules.idleDays * DAY,
      });
      let selected = 0;
      for (const rules of policies) {
        const search = {
          ...searchFor({ ends: { by, ...instants(rules, by) } }),
          blocks: { ...NO_BLOCKS, ...instants(rules, NOW) },
        };
        const found = await readAll(store(), organization.id, search, 9);
        const expected = tokens.filter((token) => {
          const end = credentialEnd(rules, token);
          return token.revokedAt === null && end !== null && end.at > NOW && end.at <= by;
        });
        assert.deepEqual(namesOf(found), namesOf(sortedBy(expected, NEWEST)), JSON.stringify(rules));
        selected += found.length;
      }
      assert.ok(selected > 10);
    });

    test("a name is found without regard to case, also after it was changed", async () => {
      const member = await addMember(store());
      const { id } = await addToken(store(), member, { name: "Ökonomie" });
      const find = async (query: string): Promise<number> =>
        (await readAll(store(), member.organization.id, searchFor({ query }), 5)).length;
      assert.equal(await find("öKONO"), 1);
      await store().transaction((tx) => tx.renameToken(id, "Élan"));
      assert.deepEqual([await find("élan"), await find("ökonomie")], [1, 0]);
    });

    test("a page searches a bounded number of tokens, and says where the search continues", async () => {
      const member = await addMember(store());
      const needle = await addToken(store(), member, { name: "needle", createdAt: T0 - 1 });
      await store().transaction(async (tx) => {
        for (let i = 0; i < 2_600; i++) await tx.insertToken(newToken(member, { createdAt: T0 + i }));
      });
      for (const order of [NEWEST, { by: "expires", direction: "descending" } as const]) {
        const search = { ...searchFor({ query: "needle" }), order };
        const first = await store().reads.searchTokens(member.organization.id, search, { limit: 50, after: null });
        assert.ok(first.next !== null, "there are more tokens to search");
        const rest = await readAll(store(), member.organization.id, search, 50, first.next);
        assert.deepEqual(
          [...first.items, ...rest].map(({ id }) => id),
          [needle.id],
        );
      }
    });
  });
}

function searchFor(filter: Partial<TokenFilter> = {}): TokenSearch {
  return { filter: { ...ANY, ...filter }, order: NEWEST, blocks: NO_BLOCKS, now: NOW };
}

/** Tokens of three members, one of them suspended, in every state, and one of another organization beside them. */
async function manyTokens(store: Store): Promise<{
  readonly organization: Member["organization"];
  readonly members: readonly Member[];
  readonly tokens: readonly TokenRecord[];
}> {
  const first = await addMember(store);
  const { organization } = first;
  const grace = await addMember(store, { organization, user: { name: "Grace Hopper" } });
  const suspended = await addMember(store, { organization });
  const members = [first, grace, suspended];
  await store.transaction((tx) => tx.suspendMembership(suspended.membership.id, T0, "sample"));
  await addToken(store, await addMember(store));
  const ids = [];
  for (let i = 0; i < 36; i++) {
    const { id } = await addToken(store, present(members[i % 3]), {
      name: `token-${i}`,
      prefix: i % 5 === 0 ? "mm_pat_9f0" : "mm_pat_0a1",
      // Several have the same instant. Then the id decides.
      createdAt: T0 + Math.floor(i / 2) * 5 * DAY,
      expiresAt: i % 4 === 0 ? null : NOW + (i - 18) * DAY,
    });
    ids.push(id);
    await store.transaction(async (tx) => {
      if (i % 6 === 5) await tx.revokeToken(id, revocation());
      if (i % 3 !== 1) return;
      const use = { credentialId: id, count: 1, ip: null, userAgent: null };
      await tx.recordUses([{ ...use, lastUsedAt: NOW - Math.floor(i / 4) * 7 * DAY }]);
    });
  }
  const tokens = await Promise.all(ids.map(async (id) => present(await store.reads.findToken(id))));
  return { organization, members, tokens };
}

async function readAll(
  store: Store,
  organizationId: Member["organization"]["id"],
  search: TokenSearch,
  limit: number,
  after: Cursor | null = null,
): Promise<TokenRecord[]> {
  const items: TokenRecord[] = [];
  let next = after;
  do {
    const page: Page<TokenRecord> = await store.reads.searchTokens(organizationId, search, { limit, after: next });
    assert.ok(page.items.length <= limit);
    items.push(...page.items);
    next = page.next;
  } while (next !== null);
  return items;
}

function stateUnder(token: TokenRecord, policy: Partial<TokenPolicy>): CredentialState {
  const { organization } = token;
  const facts = { ...token, organization: { ...organization, policy: { ...organization.policy, ...policy } } };
  return credentialState(facts, { now: NOW, allowPersonal: true }).state;
}

function isLive({ revokedAt, expiresAt }: TokenRecord): boolean {
  return revokedAt === null && (expiresAt === null || expiresAt > NOW);
}

function endsBetween({ revokedAt, expiresAt }: TokenRecord, from: number, to: number): boolean {
  return revokedAt === null && expiresAt !== null && expiresAt > from && expiresAt <= to;
}

function sortedBy(tokens: readonly TokenRecord[], { by, direction }: TokenOrder): TokenRecord[] {
  const at = (token: TokenRecord): number => {
    if (by === "created") return token.createdAt;
    return by === "expires" ? (token.expiresAt ?? Number.POSITIVE_INFINITY) : (token.lastUsedAt ?? 0);
  };
  const ascending = tokens.toSorted((a, b) => (at(a) === at(b) ? (a.id < b.id ? -1 : 1) : at(a) < at(b) ? -1 : 1));
  return direction === "ascending" ? ascending : ascending.toReversed();
}

function namesOf(tokens: readonly TokenRecord[]): readonly string[] {
  return tokens.map(({ name }) => name);
}
