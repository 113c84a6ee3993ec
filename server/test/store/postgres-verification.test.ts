import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Pool, PoolClient } from "pg";
import { addMember, addToken, newHash } from "./contract/samples.ts";
import { AuthorityChange } from "../../src/store/context.ts";
import { DatabaseClock } from "../../src/store/postgres/primary.ts";
import { createPool } from "../../src/store/postgres/pool.ts";
import { PooledConnection, POSTGRES_LANGUAGE } from "../../src/store/postgres/dialect.ts";
import {
  createVerificationLookups,
  VERIFICATION_SETTINGS,
  type VerificationLookups,
} from "../../src/store/postgres/verification.ts";
import { bindKysely, createStoredJson } from "../../src/store/context.ts";
import { type Hash, type Store, StoreUnavailable } from "../../src/store/store.ts";
import { DEFAULT_POLICY } from "./default-policy.ts";
import { openPostgres } from "./open-stores.ts";

interface CountedLookups extends VerificationLookups {
  /** Connections taken so far: one for each query. */
  readonly queries: () => number;
}

describe("lookups of verification on PostgreSQL", { concurrency: true }, () => {
  test("all lookups of one turn of the event loop are one query", () =>
    withLookups(async (lookups, store) => {
      const member = await addMember(store);
      const tokens = [await addToken(store, member), await addToken(store, member)];
      const hashes = Array.from({ length: 50 }, (_, index) => tokens[index % 3]?.hash ?? newHash());
      // Each in a separate callback, like requests on different sockets.
      const found = await Promise.all(hashes.map((hash) => inTurn(() => lookups.find("pat", hash))));
      assert.deepEqual(
        found.map((facts) => facts?.id),
        hashes.map((_, index) => tokens[index % 3]?.id),
      );
      assert.equal(lookups.queries(), 1);
    }));

  test("lookups that arrive during a query wait together for the next one", () =>
    withLookups(async (lookups) => {
      const waiting: Promise<unknown>[] = [];
      for (let turn = 0; turn < 20; turn++) {
        waiting.push(lookups.find("pat", newHash()));
        await new Promise(setImmediate);
      }
      await Promise.all(waiting);
      assert.ok(lookups.queries() < waiting.length, `${lookups.queries()} queries for ${waiting.length} turns`);
    }));

  test("more lookups than fit in one query all get a result", () =>
    withLookups(async (lookups, store) => {
      const token = await addToken(store, await addMember(store));
      const hashes = [...Array.from({ length: 2_500 }, newHash), token.hash];
      const found = await findAll(lookups, hashes);
      assert.equal(found.filter((facts) => facts !== null).length, 1);
      assert.equal(found.at(-1)?.id, token.id);
    }));

  test("the statement is planned once, by index, whatever the number of hashes", () =>
    withLookups(async (lookups, store, pool) => {
      const { hash } = await addToken(store, await addMember(store));
      for (let size = 1; size <= 20; size++) {
        await findAll(lookups, [hash, ...Array.from({ length: size }, newHash)]);
      }
      const { rows: plans } = await pool.query<{ generic: number; custom: number }>(
        "select generic_plans as generic, custom_plans as custom from pg_prepared_statements where name = 'verify-token'",
      );
      assert.deepEqual(plans, [{ generic: 20, custom: 0 }]);
      const { rows: lines } = await pool.query<{ "QUERY PLAN": string }>(
        `explain (costs off) execute "verify-token" ('{}')`,
      );
      const plan = lines.map((line) => line["QUERY PLAN"]).join("\n");
      assert.match(plan, /Index Scan using personal_access_tokens_hash_key/);
      assert.doesNotMatch(plan, /Seq Scan|Hash|Merge/);
    }));

  test("a query that fails refuses each of its lookups, and the next one succeeds", () =>
    withLookups(async (lookups, store) => {
      const { hash } = await addToken(store, await addMember(store));
      lookups.failNext();
      const outcomes = await Promise.allSettled([lookups.find("pat", hash), lookups.find("pat", newHash())]);
      for (const outcome of outcomes) {
        assert.equal(outcome.status, "rejected");
        assert.ok(outcome.reason instanceof StoreUnavailable);
      }
      assert.notEqual(await lookups.find("pat", hash), null);
    }));
});

/** Lookups over a separate pool, which counts its connections and can make them fail. */
async function withLookups(
  work: (lookups: CountedLookups & { failNext(): void }, store: Store, pool: Pool) => Promise<void>,
): Promise<void> {
  const opened = await openPostgres();
  const clock = new DatabaseClock();
  const settings = VERIFICATION_SETTINGS;
  const pool = createPool({ url: opened.url, connections: 4, silenceMs: 5_000, settings, clock });
  let queries = 0;
  let isNextToFail = false;
  const connect = async (): Promise<PoolClient> => {
    queries += 1;
    if (!isNextToFail) return pool.connect();
    isNextToFail = false;
    throw new Error("no route to host");
  };
  const db = bindKysely(POSTGRES_LANGUAGE, new PooledConnection(pool, clock));
  const context = { db, locksRows: true, json: createStoredJson(DEFAULT_POLICY), change: new AuthorityChange() };
  const lookups = createVerificationLookups({ connect }, context, clock);
  try {
    await work(
      {
        find: (kind, hash) => lookups.find(kind, hash),
        queries: () => queries,
        failNext: () => {
          isNextToFail = true;
        },
      },
      opened.store,
      pool,
    );
  } finally {
    await pool.end();
    await opened.close();
  }
}

/** Callbacks that are scheduled together run in one turn of the event loop, one after another. */
function inTurn<T>(callback: () => Promise<T>): Promise<T> {
  return new Promise((resolve) => setImmediate(() => resolve(callback())));
}

function findAll(
  lookups: VerificationLookups,
  hashes: readonly Hash[],
): Promise<Awaited<ReturnType<VerificationLookups["find"]>>[]> {
  return Promise.all(hashes.map((hash) => lookups.find("pat", hash)));
}
