// Instances of the store on one database in one process: who uses memory, who waits for whom, and what a network
// that fails changes about it.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Client } from "pg";
import type { Facts } from "@mintmark/core";
import { createTestDatabase, type TestDatabase } from "../../../tests/support/postgres.ts";
import { startCluster } from "../../../tests/support/postgres-cluster.ts";
import { openPostgresStore, type PostgresStoreOptions } from "../../src/store/postgres/open.ts";
import { type Confirmation, type NewToken, type Store, StoreUnavailable } from "../../src/store/store.ts";
import { MIGRATED } from "../support/migrated-database.ts";
import { addMember, addToken, type Member, revocation } from "./contract/samples.ts";
import { DEFAULT_POLICY } from "./default-policy.ts";
import { createFaultyNetwork, type FaultyNetwork } from "./faulty-network.ts";

/** L where no test waits for its end: longer than a busy machine ever takes to answer. */
const LEASE_MS = 10_000;
/** L where a test waits for its end. */
const SHORT = { lease: { leaseMs: 1_500 } };
const SHORT_ENDS_MS = 1_500 * 1.02;

const LIMIT = { timeout: 60_000 };

describe("replicas on one PostgreSQL", { concurrency: true }, () => {
  test("a revoke is over on every replica when it returns", LIMIT, () =>
    withDatabase(async ({ open, token }) => {
      const [one, two] = [await open(), await open()];
      await Promise.all([warm(one, token), warm(two, token)]);
      const { confirmedBy, replicas } = await revoke(one, token);
      assert.deepEqual([confirmedBy, replicas], ["replicas", 2]);
      for (const store of [one, two]) assert.equal((await find(store, token)).isRevoked, true);
    }),
  );

  test("a process without a cache registers nowhere, and its changes wait for the others", LIMIT, () =>
    withDatabase(async ({ open, token }) => {
      const [one, two] = [await open({ cachedCredentials: 0 }), await open()];
      assert.equal((await find(one, token)).isFromMemory, false);
      assert.equal((await find(one, token)).isFromMemory, false);
      await warm(two, token);
      const { confirmedBy, replicas } = await revoke(one, token);
      assert.deepEqual([confirmedBy, replicas], ["replicas", 2]);
      const views = await one.listReplicas();
      assert.deepEqual(views.map(({ state, isThis }) => `${state}${isThis ? ", this" : ""}`).toSorted(), [
        "live",
        "uncached, this",
      ]);
      assert.deepEqual(
        views.find(({ isThis }) => isThis)?.waits.map(({ replicas }) => replicas),
        [2],
      );
    }),
  );

  test("a replica that is silent is waited for once, forgets everything, and registers again", LIMIT, () =>
    withDatabase(async ({ faulty, open, token, another }) => {
      const network = await faulty();
      const [one, two] = [await open(SHORT), await open({ ...SHORT, url: network.url })];
      const next = await another();
      for (const store of [one, two]) await Promise.all([warm(store, token), warm(store, next)]);
      network.fault = "silent";
      const first = await revoke(one, token);
      assert.partialDeepStrictEqual(first, { confirmedBy: "lease", replicas: 1 });
      assert.ok(first.waitedMs >= SHORT_ENDS_MS - 1, `${first.waitedMs} ms`);
      await assert.rejects(find(two, token), StoreUnavailable);
      assert.equal((await revoke(one, next)).confirmedBy, "single");
      assert.deepEqual((await one.listReplicas()).map(({ state }) => state).toSorted(), ["fenced", "live"]);
      network.fault = "none";
      await until(async () => (await one.listReplicas()).every(({ state }) => state === "live"));
      assert.equal((await one.listReplicas()).find(({ inc }) => inc === 2)?.state, "live");
      for (const revoked of [token, next]) assert.equal((await find(two, revoked)).isRevoked, true);
    }),
  );

  test("a repeated revoke waits for the first one", LIMIT, () =>
    withDatabase(async ({ faulty, open, token }) => {
      const network = await faulty();
      // Long enough for a slow machine to look at the cache of the silent one.
      const lease = { leaseMs: 3_000 };
      const two = await open({ url: network.url, lease });
      const [one, three] = [await open({ lease }), await open({ lease })];
      await Promise.all([warm(one, token), warm(two, token)]);
      network.fault = "silent";
      const startedAt = performance.now();
      const first = revoke(one, token);
      await until(async () => (await find(three, token)).isRevoked);
      // The process of the first revoke may fence the silent replica before the wait of the second is over.
      await revoke(three, token);
      assert.ok(performance.now() - startedAt >= 3_000);
      await assert.rejects(find(two, token), StoreUnavailable);
      await first;
    }),
  );

  test("a notification that is lost delays a change by a renewal, and no more", LIMIT, () =>
    withDatabase(async ({ url, open, token }) => {
      const [one, two] = [await open({ cachedCredentials: 0 }), await open({ lease: { leaseMs: 4_000 } })];
      await warm(two, token);
      const client = new Client({ connectionString: url });
      await client.connect();
      await client.query(`
        begin; update personal_access_tokens set revoked_at = 1, revoked_reason = 'revoked';
        update authority_clock set seq = seq + 1, nonce = 'mute';
        insert into authority_log select seq, nonce, 'token', '${token.id}', 1 from authority_clock; commit`);
      await client.end();
      assert.equal((await confirmed(one)).confirmedBy, "replicas");
      assert.equal((await find(two, token)).isRevoked, true);
    }),
  );

  test("a database that is lost after the commit delays the answer until every lease is over", LIMIT, () =>
    withDatabase(async ({ faulty, open, token }) => {
      const network = await faulty();
      const [one, two] = [await open({ ...SHORT, url: network.url }), await open(SHORT)];
      await Promise.all([warm(one, token), warm(two, token)]);
      network.fault = "silent-after-commit";
      const { confirmedBy, replicas, waitedMs } = await revoke(one, token);
      assert.deepEqual([confirmedBy, replicas], ["lease", 1]);
      assert.ok(waitedMs >= SHORT_ENDS_MS - 1, `${waitedMs} ms`);
      assert.equal((await find(two, token)).isRevoked, true);
    }),
  );

  test("nobody waits for a replica that was closed", LIMIT, () =>
    withDatabase(async ({ open, token }) => {
      const [one, two] = [await open(), await open()];
      await Promise.all([warm(one, token), warm(two, token)]);
      await two.close();
      assert.deepEqual(await revoke(one, token), { confirmedBy: "single", replicas: 1, waitedMs: 0 });
      assert.equal((await one.listReplicas()).length, 1);
    }),
  );

  test("a database that went back in time is never verified from memory", LIMIT, () =>
    withDatabase(async ({ url, open, token, another }) => {
      const heard: string[] = [];
      const store = await open({ ...SHORT, onLease: { rolledBack: () => void heard.push("rolled back") } });
      await warm(store, token);
      await revoke(store, await another());
      const client = new Client({ connectionString: url });
      await client.connect();
      await client.query("update authority_clock set seq = seq - 1");
      await client.end();
      await until(async () => heard.length > 0);
      assert.equal((await find(store, token)).isFromMemory, false);
      assert.equal((await find(store, token)).isFromMemory, false);
    }),
  );
});

describe("a PostgreSQL that could undo what it confirmed", LIMIT, () => {
  test("is refused at the start", async () => {
    const cluster = await startCluster();
    const store = await openPostgresStore({ url: cluster.url, defaultPolicy: DEFAULT_POLICY });
    try {
      await alter(cluster.url, "alter system set fsync = off");
      // The server gives a new setting to each open connection a moment later.
      const isRefused = (): Promise<boolean> =>
        store.migrate().then(
          () => false,
          (error: StoreUnavailable) => error.outage === "not_durable",
        );
      await until(isRefused);
      await alter(cluster.url, "alter system reset fsync");
      await until(async () => !(await isRefused()));
      await store.migrate();
    } finally {
      await store.close();
      await cluster.stop();
    }
  });
});

interface TestReplicas {
  readonly url: string;
  readonly token: NewToken;
  /** Opens another instance, which `withDatabase` closes. */
  readonly open: (options?: Partial<PostgresStoreOptions>) => Promise<Store>;
  readonly another: () => Promise<NewToken>;
  /** A network before the database, for one instance. */
  readonly faulty: () => Promise<FaultyNetwork>;
}

async function withDatabase(work: (replicas: TestReplicas) => Promise<void>): Promise<void> {
  const database: TestDatabase = await createTestDatabase(MIGRATED);
  const stores: Store[] = [];
  const networks: FaultyNetwork[] = [];
  const faulty: TestReplicas["faulty"] = async () => {
    const network = await createFaultyNetwork(database.url);
    networks.push(network);
    return network;
  };
  const open: TestReplicas["open"] = async (options = {}) => {
    const url = options.url ?? database.url;
    const lease = { leaseMs: LEASE_MS };
    const store = await openPostgresStore({
      defaultPolicy: DEFAULT_POLICY,
      cachedCredentials: 50,
      lease,
      ...options,
      url,
    });
    stores.push(store);
    return store;
  };
  try {
    const first = await openPostgresStore({ url: database.url, defaultPolicy: DEFAULT_POLICY });
    stores.push(first);
    const member: Member = await addMember(first);
    const another = (): Promise<NewToken> => addToken(first, member);
    await work({ url: database.url, token: await another(), open, another, faulty });
  } finally {
    await Promise.all(networks.map((network) => network.close()));
    await Promise.all(stores.map((store) => store.close()));
    await database.drop();
  }
}

/** One verification: what it found, and whether it asked the database. */
async function find(store: Store, { hash }: NewToken) {
  const found = store.findForVerification("pat", hash);
  const facts = (await found) as Facts;
  return { isFromMemory: !(found instanceof Promise), isRevoked: facts.revokedAt !== null };
}

/** Verifies until the facts come from memory. */
async function warm(store: Store, token: NewToken): Promise<void> {
  await until(async () => (await find(store, token)).isFromMemory);
}

function revoke(store: Store, { id }: NewToken): Promise<Confirmation> {
  return confirmedOf(store, id);
}

/** How the changes before a transaction that changes nothing were confirmed. */
function confirmed(store: Store): Promise<Confirmation> {
  return confirmedOf(store, null);
}

async function confirmedOf(store: Store, id: NewToken["id"] | null): Promise<Confirmation> {
  const pending = await store.transaction(async (tx) => {
    if (id !== null) await tx.revokeToken(id, revocation());
    return tx.confirmation();
  });
  return pending.get();
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 5));
}

async function alter(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.query("select pg_reload_conf()");
  await client.end();
}
