import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import process from "node:process";
import { describe, test } from "node:test";
import { Client } from "pg";
import { addMember, addToken, addUser, newHash, newUser, T0 } from "./contract/samples.ts";
import { openPostgresStore } from "../../src/store/postgres/open.ts";
import { OutcomeUnknown, type Store, StoreUnavailable } from "../../src/store/store.ts";
import { DEFAULT_POLICY } from "./default-policy.ts";
import { createFaultyNetwork, type FaultyNetwork } from "./faulty-network.ts";
import { openPostgres } from "./open-stores.ts";

/** Far more than the time that the store waits for a database that does not respond. */
const SECONDS = { timeout: 20_000 };

// The tests mostly wait for time limits to pass, so they all wait at once.
describe("a PostgreSQL that fails", { concurrency: true }, () => {
  describe("PostgreSQL that cannot be reached", { concurrency: true }, () => {
    test("a port that refuses connections is StoreUnavailable for every kind of access", SECONDS, async () => {
      const server = createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      const address = server.address();
      server.close();
      assert.ok(address !== null && typeof address === "object");
      await assertUnavailable(`postgres://nobody@127.0.0.1:${address.port}/nothing`);
    });

    test("a server that accepts and then never responds is StoreUnavailable within seconds", SECONDS, async () => {
      const server = createServer((socket) => socket.on("error", () => {})).listen(0, "127.0.0.1");
      await once(server, "listening");
      const address = server.address();
      assert.ok(address !== null && typeof address === "object");
      await assertUnavailable(`postgres://nobody@127.0.0.1:${address.port}/nothing`);
      server.close();
    });

    test("a database that does not exist is StoreUnavailable", SECONDS, () =>
      withPostgres(async (_store, url) => {
        const missing = new URL(url);
        missing.pathname = "/missing";
        await assertUnavailable(missing.href);
      }),
    );
  });

  describe("PostgreSQL that goes away", { concurrency: true }, () => {
    test(
      "a connection lost in a transaction is StoreUnavailable, nothing is written, and the store continues",
      SECONDS,
      () =>
        withPostgres(async (store, url) => {
          const user = newUser();
          const lost = store.transaction(async (tx) => {
            await tx.insertUser(user);
            await endOtherConnections(url);
            await tx.setUserName(user.id, "Grace");
          });
          await assert.rejects(lost, StoreUnavailable);
          assert.equal(await store.reads.findUser(user.id), null);
          await addUser(store);
        }),
    );

    test("idle connections that are closed are not used again", SECONDS, () =>
      withPostgres(async (store, url) => {
        await Promise.all(Array.from({ length: 8 }, async () => store.findForVerification("pat", newHash())));
        await Promise.all(Array.from({ length: 8 }, () => addUser(store)));
        await endOtherConnections(url);
        await endOtherConnections(url);
        await addUser(store);
        assert.equal(await store.findForVerification("pat", newHash()), null);
        assert.equal(await store.whyNotReady(), null);
      }),
    );

    test("a connection lost before the commit arrives is OutcomeUnknown", SECONDS, () =>
      withFaultyNetwork(async (store, network) => {
        const user = newUser();
        network.fault = "cut-before-commit";
        await assert.rejects(
          store.transaction((tx) => tx.insertUser(user)),
          OutcomeUnknown,
        );
        network.fault = "none";
        assert.equal(await store.reads.findUser(user.id), null);
      }),
    );

    test(
      "a connection lost before the response to the commit arrives is OutcomeUnknown, though it is committed",
      SECONDS,
      () =>
        withFaultyNetwork(async (store, network) => {
          const user = newUser();
          network.fault = "cut-after-commit";
          await assert.rejects(
            store.transaction((tx) => tx.insertUser(user)),
            OutcomeUnknown,
          );
          network.fault = "none";
          assert.equal((await store.reads.findUser(user.id))?.id, user.id);
        }),
    );
  });

  describe("PostgreSQL behind a dropped route", { concurrency: true }, () => {
    test("verification is StoreUnavailable, and works again on a new connection", SECONDS, () =>
      withFaultyNetwork(async (store, network) => {
        const { hash } = await addToken(store, await addMember(store));
        assert.notEqual(await store.findForVerification("pat", hash), null);
        network.fault = "silent";
        const lookups = [hash, newHash(), hash].map(async (wanted) => store.findForVerification("pat", wanted));
        for (const lookup of lookups) await assert.rejects(lookup, StoreUnavailable);
        network.fault = "none";
        assert.notEqual(await store.findForVerification("pat", hash), null);
      }),
    );

    test("a read is StoreUnavailable, and works again on a new connection", SECONDS, () =>
      withFaultyNetwork(async (store, network) => {
        const user = await addUser(store);
        network.fault = "silent";
        await assert.rejects(store.reads.findUser(user.id), StoreUnavailable);
        network.fault = "none";
        assert.deepEqual(await store.reads.findUser(user.id), user);
      }),
    );

    test("a transaction that cannot begin or continue is StoreUnavailable", SECONDS, () =>
      withFaultyNetwork(async (store, network) => {
        const user = newUser();
        const interrupted = store.transaction(async (tx) => {
          await tx.insertUser(user);
          network.fault = "silent";
          await tx.findUser(user.id);
        });
        await assert.rejects(interrupted, StoreUnavailable);
        await assert.rejects(
          store.transaction(async () => {}),
          StoreUnavailable,
        );
        network.fault = "none";
        assert.equal(await store.reads.findUser(user.id), null);
      }),
    );

    test("a commit without a response is OutcomeUnknown", SECONDS, () =>
      withFaultyNetwork(async (store, network) => {
        const user = newUser();
        const interrupted = store.transaction(async (tx) => {
          await tx.insertUser(user);
          network.fault = "silent";
        });
        await assert.rejects(interrupted, OutcomeUnknown);
        network.fault = "none";
        assert.equal(await store.reads.findUser(user.id), null);
      }),
    );
  });

  describe("PostgreSQL under load", { concurrency: true }, () => {
    test(
      "a replica that is stopped inside a transaction keeps others waiting for two seconds, and its locks for five",
      SECONDS,
      () =>
        withPostgres(async (store, url) => {
          const { organization } = await addMember(store);
          const script = join(import.meta.dirname, "children", "hold-organization.ts");
          const holder = spawn(process.execPath, ["--conditions=development", script, url, organization.id], {
            stdio: ["ignore", "pipe", "ignore"],
          });
          try {
            await once(holder.stdout, "data");
            holder.kill("SIGSTOP");
            const lock = (): Promise<unknown> =>
              store.transaction((tx) => tx.lockOrganization(organization.id, "exclusive"));
            const startedAt = performance.now();
            await assert.rejects(lock(), StoreUnavailable);
            assert.ok(performance.now() - startedAt < 4_000, "the first was refused soon");
            while (
              await lock().then(
                () => false,
                () => true,
              )
            );
            assert.ok(performance.now() - startedAt < 9_000, "the locks were freed soon");
          } finally {
            holder.kill("SIGKILL");
          }
        }),
    );

    test("a lock that another transaction holds is StoreUnavailable within seconds", SECONDS, () =>
      withPostgres(async (store) => {
        const { organization } = await addMember(store);
        await store.transaction(async (tx) => {
          await tx.lockOrganization(organization.id, "exclusive");
          await assert.rejects(
            store.transaction((other) => other.lockOrganization(organization.id, "shared")),
            StoreUnavailable,
          );
        });
      }),
    );

    test("shared locks of an organization do not wait for each other", SECONDS, () =>
      withPostgres(async (store) => {
        const { organization } = await addMember(store);
        await store.transaction(async (tx) => {
          await tx.lockOrganization(organization.id, "shared");
          await store.transaction((other) => other.lockOrganization(organization.id, "shared"));
        });
      }),
    );

    test("verification does not wait for transactions that hold every connection", SECONDS, () =>
      withPostgres(async (store) => {
        const { hash } = await addToken(store, await addMember(store));
        const release = Promise.withResolvers<void>();
        const held = Array.from({ length: 30 }, () => store.transaction(() => release.promise));
        assert.notEqual(await store.findForVerification("pat", hash), null);
        release.resolve();
        await Promise.all(held);
      }),
    );

    test("recording a use does not wait for a transaction that holds the token", SECONDS, () =>
      withPostgres(async (store) => {
        const { id } = await addToken(store, await addMember(store));
        await store.transaction(async (tx) => {
          await tx.lockToken(id);
          const use = { credentialId: id, count: 1, lastUsedAt: T0, ip: null, userAgent: null };
          await store.transaction((other) => other.recordUses([use]));
        });
        assert.equal((await store.reads.findToken(id))?.useCount, 1);
      }),
    );

    test("lockToken() returns the state after the wait, also of the membership", SECONDS, () =>
      withPostgres(async (store, url) => {
        const { membership, ...rest } = await addMember(store, { role: "admin" });
        const { id } = await addToken(store, { membership, ...rest });
        const isLocked = Promise.withResolvers<void>();
        const mayEnd = Promise.withResolvers<void>();
        const first = store.transaction(async (tx) => {
          await tx.lockToken(id);
          await tx.setMemberRole(membership.id, "viewer");
          isLocked.resolve();
          await mayEnd.promise;
        });
        await isLocked.promise;
        const second = store.transaction((tx) => tx.lockToken(id));
        await untilOneWaits(url);
        mayEnd.resolve();
        await first;
        assert.equal((await second)?.membership.role, "viewer");
      }),
    );
  });
});

async function withPostgres(work: (store: Store, url: string) => Promise<void>): Promise<void> {
  const opened = await openPostgres();
  try {
    await work(opened.store, opened.url);
  } finally {
    await opened.close();
  }
}

/** A store that reaches its database through a network that can fail. */
async function withFaultyNetwork(work: (store: Store, network: FaultyNetwork) => Promise<void>): Promise<void> {
  const opened = await openPostgres();
  const network = await createFaultyNetwork(opened.url);
  const store = await openPostgresStore({ url: network.url, defaultPolicy: DEFAULT_POLICY, silenceMs: 1_500 });
  try {
    await work(store, network);
  } finally {
    await store.close();
    await network.close();
    await opened.close();
  }
}

async function assertUnavailable(url: string): Promise<void> {
  const store = await openPostgresStore({ url, defaultPolicy: DEFAULT_POLICY });
  await Promise.all([
    assert.rejects(store.reads.getInstance(), StoreUnavailable),
    assert.rejects(
      store.transaction(async () => {}),
      StoreUnavailable,
    ),
    assert.rejects(async () => store.findForVerification("pat", newHash()), StoreUnavailable),
    assert.rejects(store.migrate(), StoreUnavailable),
    store.whyNotReady().then((reason) => assert.notEqual(reason, null)),
  ]);
  await store.close();
}

async function endOtherConnections(url: string): Promise<void> {
  await onServer(
    url,
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
  );
}

async function onServer(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(sql);
  await client.end();
  return rows;
}

/** Resolves when a connection to this database waits for a lock. */
async function untilOneWaits(url: string): Promise<void> {
  const sql = "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  while ((await onServer(url, sql)).length === 0);
}
