// Changes of the directory that arrive in any order, and any number of times, end in one state. `npm run orders` walks
// 10,000 orders on each engine. A change that is refused, because the host has not sent yet what it needs, is sent again.
import assert from "node:assert/strict";
import process from "node:process";
import { describe, it } from "node:test";
import { applyChanges } from "../../src/use-cases/directory/apply.ts";
import type { DirectoryChange } from "../../src/use-cases/directory/change.ts";
import { type ManagementActor, Refusal } from "../../src/use-cases/use-case.ts";
import { type Engine, ENGINES, type TestInstance } from "../support/instance.ts";
import type { Seed } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

const GIVEN = process.env["MINTMARK_TEST_ROUNDS"];
const ROUNDS: Readonly<Record<Engine, number>> = {
  sqlite: Number(GIVEN ?? 160),
  postgres: Number(GIVEN ?? 40),
};
/** PostgreSQL takes several at once. */
const AT_ONCE = 8;
const CHANGES = 16;
const USERS = ["u1", "u2", "u3"];
const ORGANIZATIONS = ["o1", "o2"];
const ROLES = ["viewer", "member", "admin", "owner"];

for (const engine of ENGINES) {
  describe(`changes of the directory in any order on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });

    it(`end in the state of the newest ones (${ROUNDS[engine]} orders)`, async () => {
      const rounds = Array.from({ length: ROUNDS[engine] }, (_, round) => round + 1);
      const work = async (): Promise<void> => {
        for (let round = rounds.pop(); round !== undefined; round = rounds.pop()) {
          const random = randomOf(round);
          const actor = await hostOf(seed, instance, `s${round}`);
          const log = logOf(random, actor.key.source);
          const order = shuffled([...log, ...log.filter(() => random() < 0.5)], random);
          await deliver(instance, actor, order, random);
          const told = `order ${round}: ${JSON.stringify(order)}`;
          assert.deepEqual(await stateOf(instance, actor.key.source), expectedOf(log), told);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
    });
  });
}

async function hostOf(seed: Seed, { deps }: TestInstance, source: string): Promise<ManagementActor> {
  const { id } = await seed.managementKey({ source });
  const key = await deps.store.reads.findManagementKey(id);
  assert.ok(key !== null);
  return { kind: "management-key", key, origin: { ip: null, userAgent: null, requestId: "test" } };
}

/** Sends the changes in batches of any size. Sends the refused ones again, until all were taken. */
async function deliver(
  { deps }: TestInstance,
  actor: ManagementActor,
  order: readonly DirectoryChange[],
  random: () => number,
): Promise<void> {
  let waiting = [...order];
  for (let pass = 0; waiting.length > 0; pass++) {
    assert.ok(pass < CHANGES, `never taken: ${JSON.stringify(waiting)}`);
    const refused: DirectoryChange[] = [];
    while (waiting.length > 0) {
      const batch = waiting.splice(0, 1 + Math.floor(random() * 12));
      const results = await applyChanges(deps, actor, batch);
      for (const [index, result] of results.entries())
        if (result instanceof Refusal) refused.push(batch[index] as DirectoryChange);
    }
    waiting = refused;
  }
}

interface Expected {
  readonly users: Map<string, unknown>;
  readonly organizations: Map<string, unknown>;
  readonly members: Map<string, unknown>;
}

const memberOf = (organization: string, user: string): string => `${organization}/${user}`;

/** A log that a host could have: each change is possible in the state before it. Some things go and come back. */
function logOf(random: () => number, source: string): readonly DirectoryChange[] {
  const one = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const log: DirectoryChange[] = [];
  while (log.length < CHANGES) {
    const { users, organizations } = expectedOf(log);
    const version = log.length + 1;
    const [user, organization] = [one(USERS), one(ORGANIZATIONS)];
    const kind = random();
    const isEnd = random() < 0.25;
    if (kind < 0.35) {
      const email = `${user}-${random() < 0.5 ? "a" : "b"}@${source}.example.com`;
      const facts = {
        name: `${user} ${one(["x", "y"])}`,
        email,
        emailVerified: random() < 0.5,
        suspended: random() < 0.3,
      };
      log.push({ kind: "user", user, version, facts: isEnd ? null : facts });
    } else if (kind < 0.55) {
      const facts = { name: `${organization} ${one(["x", "y"])}` };
      log.push({ kind: "organization", organization, version, facts: isEnd ? null : facts });
    } else if (users.has(user) && organizations.has(organization)) {
      const facts = { role: one(ROLES), suspended: random() < 0.3 };
      log.push({ kind: "member", organization, user, version, facts: isEnd ? null : facts });
    }
  }
  return log;
}

/** The state after the log in its order, by a few rules that share no code with the server. */
function expectedOf(log: readonly DirectoryChange[]): Expected {
  const [users, organizations, members] = [new Map(), new Map(), new Map()] as [
    Map<string, unknown>,
    Map<string, unknown>,
    Map<string, unknown>,
  ];
  const endMembers = (of: (organization: string, user: string) => boolean): void => {
    for (const key of members.keys()) {
      const [organization = "", user = ""] = key.split("/");
      if (of(organization, user)) members.delete(key);
    }
  };
  for (const change of log) {
    if (change.kind === "user") {
      if (change.facts !== null) users.set(change.user, change.facts);
      else {
        users.delete(change.user);
        endMembers((_, user) => user === change.user);
      }
    } else if (change.kind === "organization") {
      if (change.facts !== null) organizations.set(change.organization, change.facts);
      else {
        organizations.delete(change.organization);
        endMembers((organization) => organization === change.organization);
      }
    } else {
      const key = memberOf(change.organization, change.user);
      if (change.facts === null) members.delete(key);
      else members.set(key, change.facts);
    }
  }
  return { users, organizations, members };
}

async function stateOf({ deps }: TestInstance, source: string): Promise<Expected> {
  const { reads } = deps.store;
  const all = { limit: 200, after: null };
  const found = await reads.listDirectoryUsers({ source, query: null }, all);
  const users = new Map(
    found.items.map((user) => [
      user.externalId ?? "",
      {
        name: user.name,
        email: user.email,
        emailVerified: user.emailVerifiedAt !== null,
        suspended: user.suspendedAt !== null,
      },
    ]),
  );
  const own = await reads.listDirectoryOrganizations({ source, query: null }, all);
  const members = new Map<string, unknown>();
  for (const { id, externalId } of own.items) {
    const present = await reads.listDirectoryMembers(source, id, { limit: 200, after: null });
    for (const { externalId: user, role, suspendedAt } of present)
      members.set(memberOf(externalId ?? "", user), { role, suspended: suspendedAt !== null });
  }
  return {
    users,
    organizations: new Map(own.items.map(({ externalId, name }) => [externalId ?? "", { name }])),
    members,
  };
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const keyed = items.map((item) => ({ item, at: random() }));
  return keyed.sort((one, other) => one.at - other.at).map(({ item }) => item);
}

/** mulberry32: a small generator, so that a failing order comes again. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
