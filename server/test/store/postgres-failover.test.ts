import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Client } from "pg";
import { type Cluster, startCluster } from "../../../tests/support/postgres-cluster.ts";
import { addMember, addSession, addToken, newHash, revocation, T0 } from "./contract/samples.ts";
import { openPostgresStore } from "../../src/store/postgres/open.ts";
import { type Hash, type Store, StoreUnavailable, type TokenSearch } from "../../src/store/store.ts";
import { DEFAULT_POLICY } from "./default-policy.ts";
import { createSwitchingNetwork, type SwitchingNetwork } from "./switching-network.ts";

const EVERY_TOKEN: TokenSearch = {
  filter: { state: null, userId: null, stale: null, neverUsed: false, ends: null, query: null },
  order: { by: "created", direction: "descending" },
  blocks: { mintedBefore: null, withoutExpiry: false, unusedSince: null, all: false },
  now: T0,
};
const READ_ONLY = /standby or read-only/;

describe("after a failover the old primary continues as a standby", () => {
  let old: Cluster;
  let promoted: Cluster;
  let network: SwitchingNetwork;
  /** A store with connections that were opened while the old server was the primary, and stayed open. */
  let connected: Store;
  /** A store with the address of the old server, which has started again. */
  let addressed: Store;
  let token: Hash;
  let session: Hash;

  before(async () => {
    old = await startCluster();
    const first = await openStore(old.url);
    await first.migrate();
    const member = await addMember(first);
    const { id, hash } = await addToken(first, member);
    token = hash;
    ({ hash: session } = await addSession(first, member));
    await first.close();
    await old.halt();
    promoted = await startCluster({ standbyOf: old });
    await old.resume("primary");

    network = await createSwitchingNetwork(old.url);
    connected = await openStore(network.url);
    addressed = await openStore(old.url);
    for (const store of [connected, addressed]) {
      assert.notEqual(await store.findForVerification("pat", token), null);
      assert.notEqual(await store.reads.findSession(session), null);
      assert.equal(await store.whyNotReady(), null);
    }
    await untilCaughtUp(old, promoted);
    await old.halt();
    await ask(promoted.url, "select pg_promote()");
    await old.resume("standby");
    await network.switchTo(old.url);
    const newer = await openStore(promoted.url);
    await newer.transaction((tx) => tx.revokeToken(id, revocation()));
    await newer.close();
  });

  after(async () => {
    await connected.close();
    await addressed.close();
    await network.close();
    await promoted.stop();
    await old.stop();
  });

  const replicas = (): Readonly<Record<string, Store>> => ({ connected, addressed });

  for (const name of ["connected", "addressed"] as const) {
    const replica = (): Store => replicas()[name] as Store;

    test(`a replica that stayed ${name} to it verifies nothing`, async () => {
      for (let round = 0; round < 6; round++) {
        await assert.rejects(async () => replica().findForVerification("pat", token), readOnly);
        await assert.rejects(async () => replica().findForVerification("api_key", newHash()), StoreUnavailable);
        await assert.rejects(replica().readAuthorityChanges(), StoreUnavailable);
      }
    });

    test(`a replica that stayed ${name} to it reads nothing, whether the row exists or not`, async () => {
      for (let round = 0; round < 12; round++) {
        await assert.rejects(replica().reads.findSession(session), readOnly);
        await assert.rejects(replica().reads.findSession(newHash()), readOnly);
        await assert.rejects(replica().reads.searchTokens(null, EVERY_TOKEN, { limit: 10, after: null }), readOnly);
      }
    });

    test(`a replica that stayed ${name} to it begins no transaction, though it would only read`, async () => {
      for (let round = 0; round < 12; round++) {
        await assert.rejects(
          replica().transaction((tx) => tx.findSession(session)),
          readOnly,
        );
      }
    });

    test(`a replica that stayed ${name} to it is not ready, and says why`, async () => {
      assert.match((await replica().whyNotReady()) ?? "ready", READ_ONLY);
    });
  }

  test("a replica with connections to the new primary continues, and the token is revoked", async () => {
    await network.switchTo(promoted.url);
    assert.notEqual((await connected.findForVerification("pat", token))?.revokedAt, null);
    assert.equal(await connected.whyNotReady(), null);
  });
});

test("a primary that was fenced while connections were open is not trusted", async () => {
  const cluster = await startCluster();
  const store = await openStore(cluster.url);
  try {
    await store.migrate();
    const { hash } = await addToken(store, await addMember(store));
    assert.notEqual(await store.findForVerification("pat", hash), null);
    await ask(cluster.url, "alter system set default_transaction_read_only = on");
    await ask(cluster.url, "select pg_reload_conf()");
    while ((await ask(cluster.url, "show transaction_read_only"))[0]?.["transaction_read_only"] !== "on");
    await assert.rejects(async () => store.findForVerification("pat", hash), readOnly);
    await assert.rejects(store.reads.getInstance(), readOnly);
    assert.match((await store.whyNotReady()) ?? "ready", READ_ONLY);
  } finally {
    await store.close();
    await cluster.stop();
  }
});

function readOnly(error: unknown): boolean {
  return error instanceof StoreUnavailable && error.outage === "read_only";
}

function openStore(url: string): Promise<Store> {
  return openPostgresStore({ url, defaultPolicy: DEFAULT_POLICY });
}

async function untilCaughtUp(primary: Cluster, standby: Cluster): Promise<void> {
  const [end] = await ask(primary.url, "select pg_current_wal_flush_lsn()::text as lsn");
  const behind = `select pg_last_wal_replay_lsn() < '${String(end?.["lsn"])}' as behind`;
  while ((await ask(standby.url, behind))[0]?.["behind"] !== false);
}

async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
