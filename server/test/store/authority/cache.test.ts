import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, test } from "node:test";
import { defaultPolicy, type Facts, type TokenFacts } from "@mintmark/core";
import { newId } from "../../../src/secrets/generate.ts";
import { CredentialCache } from "../../../src/store/authority/cache.ts";
import type { AuthorityKey } from "../../../src/store/authority/change.ts";

const POLICY = defaultPolicy(["member"]);
const NOW = 1_790_000_000_000;

interface Holder {
  readonly membership: TokenFacts["membership"]["id"];
  readonly user: TokenFacts["user"]["id"];
  readonly organization: TokenFacts["organization"]["id"];
}

const newHolder = (): Holder => ({
  membership: newId("membership"),
  user: newId("user"),
  organization: newId("organization"),
});

function factsOf(holder: Holder, fields: Partial<TokenFacts> = {}): TokenFacts {
  return {
    kind: "pat",
    id: newId("token"),
    name: "CI deploy",
    prefix: "mm_pat_1234",
    permissions: null,
    createdAt: NOW,
    expiresAt: null,
    lastUsedAt: null,
    revokedAt: null,
    revokedReason: null,
    isSwept: false,
    membership: { id: holder.membership, role: "member", suspendedAt: null, endedAt: null },
    user: {
      id: holder.user,
      name: "Ada",
      email: "ada@example.com",
      emailVerifiedAt: NOW,
      externalId: null,
      suspendedAt: null,
      deletedAt: null,
    },
    organization: {
      id: holder.organization,
      name: "Engines",
      personal: false,
      externalId: null,
      deletedAt: null,
      policy: POLICY,
    },
    ...fields,
  };
}

const cacheOf = (most: number, now = (): number => NOW): CredentialCache => new CredentialCache({ most, now });
const key = (kind: AuthorityKey["kind"], id: string): AuthorityKey => ({ kind, key: id });

describe("the cache of credentials", () => {
  test("finds by the whole hash, and replaces what it knew of it", () => {
    const cache = cacheOf(4);
    const hash = randomBytes(32);
    const facts = factsOf(newHolder());
    cache.set(hash, facts);
    assert.equal(cache.get(Buffer.from(hash)), facts);
    for (const at of [0, 4, 15, 31]) {
      const twin = Uint8Array.from(hash, (byte, index) => (index === at ? byte ^ 1 : byte));
      assert.equal(cache.get(twin), undefined);
    }
    const newer = factsOf(newHolder(), { id: facts.id });
    cache.set(hash, newer);
    assert.equal(cache.get(hash), newer);
    assert.equal(cache.size, 1);
  });

  test("is bounded, and forgets what was not used for longest", () => {
    const cache = cacheOf(3);
    const hashes = Array.from({ length: 5 }, () => randomBytes(32));
    const isKnown = (): readonly boolean[] => hashes.map((hash) => cache.get(hash) !== undefined);
    for (const hash of hashes.slice(0, 3)) cache.set(hash, factsOf(newHolder()));
    cache.get(hashes[0] as Buffer);
    cache.set(hashes[3] as Buffer, factsOf(newHolder()));
    assert.deepEqual(isKnown(), [true, false, true, true, false]);
    cache.get(hashes[0] as Buffer);
    cache.set(hashes[4] as Buffer, factsOf(newHolder()));
    assert.deepEqual(isKnown(), [true, false, false, true, true]);
    assert.equal(cache.size, 3);
  });

  test("drops by credential, membership, user and organization, and nothing else", () => {
    const cache = cacheOf(100);
    const [mine, other] = [newHolder(), newHolder()];
    const colleague = { ...newHolder(), organization: mine.organization };
    const elsewhere = { ...newHolder(), user: mine.user };
    const added = [mine, mine, colleague, elsewhere, other].map((holder) => ({
      hash: randomBytes(32),
      facts: factsOf(holder),
    }));
    const { membership: _membership, user: _user, isSwept: _isSwept, ...rest } = factsOf(mine);
    const apiKey: Facts = { ...rest, kind: "api_key", id: newId("apiKey"), role: "viewer" };
    const all = [...added, { hash: randomBytes(32), facts: apiKey }];
    const cases: [AuthorityKey, readonly number[]][] = [
      [key("token", added[0]?.facts.id as string), [0]],
      [key("api_key", apiKey.id), [5]],
      [key("membership", mine.membership), [0, 1]],
      [key("user", mine.user), [0, 1, 3]],
      [key("organization", mine.organization), [0, 1, 2, 5]],
      [key("organization", newId("organization")), []],
      [key("all", ""), [0, 1, 2, 3, 4, 5]],
    ];
    for (const [dropped, gone] of cases) {
      for (const { hash, facts } of all) cache.set(hash, facts);
      cache.drop([dropped]);
      const missing = all.flatMap(({ hash }, index) => (cache.get(hash) === undefined ? [index] : []));
      assert.deepEqual(missing, gone, dropped.kind);
    }
  });

  test("keeps one object for the facts of a holder, and takes newer ones over", () => {
    const cache = cacheOf(10);
    const holder = newHolder();
    const [first, second, third] = [factsOf(holder), factsOf(holder), factsOf(holder)];
    for (const facts of [first, second]) cache.set(randomBytes(32), facts);
    assert.equal(first.user, second.user);
    assert.equal(first.membership, second.membership);
    assert.equal(first.organization, second.organization);
    cache.set(randomBytes(32), { ...third, membership: { ...third.membership, role: "admin" } });
    const hash = randomBytes(32);
    cache.set(hash, factsOf(holder, { membership: { ...third.membership, role: "admin" } }));
    assert.equal((cache.get(hash) as TokenFacts).membership.role, "admin");
    assert.equal(second.membership.role, "member");
  });

  test("has the last use of an idle credential read again near its end, and only then", () => {
    let now = NOW;
    const cache = cacheOf(10, () => now);
    const policy = { ...POLICY, idleDays: 2 };
    const facts = factsOf(newHolder());
    const hash = randomBytes(32);
    cache.set(hash, { ...facts, lastUsedAt: NOW, organization: { ...facts.organization, policy } });
    now = NOW + 47 * 3_600_000;
    assert.notEqual(cache.get(hash), undefined);
    now = NOW + 48 * 3_600_000 - 1;
    assert.equal(cache.get(hash), undefined);
  });

  test("agrees with a plain map through many changes", () => {
    const cache = cacheOf(40);
    const model = new Map<string, TokenFacts>();
    const holders = Array.from({ length: 6 }, newHolder);
    const hashes = Array.from({ length: 60 }, () => randomBytes(32));
    let seed = 13;
    const next = (most: number): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % most;
    for (let step = 0; step < 20_000; step++) {
      const hash = hashes[next(60)] as Buffer;
      const name = hash.toString("hex");
      const holder = holders[next(6)] as Holder;
      switch (next(8)) {
        case 0:
        case 1:
        case 2: {
          const facts = factsOf(holder);
          if (!model.delete(name) && model.size === 40) model.delete(model.keys().next().value as string);
          model.set(name, facts);
          cache.set(hash, facts);
          break;
        }
        case 3: {
          const kind = (["membership", "user", "organization"] as const)[next(3)] as "user";
          for (const [other, facts] of model) if (facts[kind].id === holder[kind]) model.delete(other);
          if (next(4) === 0) cache.drop([key(kind, holder[kind])]);
          else cache.drop([key("token", newId("token")), key(kind, holder[kind])]);
          break;
        }
        case 4: {
          const facts = model.get(name);
          model.delete(name);
          if (facts !== undefined) cache.drop([key("token", facts.id)]);
          break;
        }
        default: {
          const facts = model.get(name);
          assert.equal(cache.get(hash), facts);
          if (facts === undefined) break;
          model.delete(name);
          model.set(name, facts);
        }
      }
      assert.equal(cache.size, model.size);
    }
  });
});
