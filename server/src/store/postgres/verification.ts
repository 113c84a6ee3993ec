// The lookups of verification. Those of one turn of the event loop go to the database as one query, so fifty waiting
// requests take one round trip; while its connections are busy, more lookups gather. A lookup is sent after it was
// requested and never uses the result of an earlier query, so it sees everything that was committed before the request.
import { sql, type SqlBool } from "kysely";
import type { PoolClient } from "pg";
import type { Facts } from "@mintmark/core";
import type { Hash } from "../values.ts";
import {
  API_KEY_COLUMNS,
  expectColumns,
  selectApiKeyFactsToVerify,
  selectTokenFactsToVerify,
  toApiKeyFacts,
  toApiKeyRow,
  TOKEN_COLUMNS,
  toTokenFacts,
  toTokenRow,
  type Values,
  type VerificationLookup,
} from "../verification.ts";
import { hashKey } from "../../secrets/generate.ts";
import type { SqlContext } from "../context.ts";
import { StoreUnavailable } from "../store.ts";
import { toStoreError } from "./errors.ts";
import { DATABASE_TIME, type DatabaseClock, IS_PROVEN } from "./primary.ts";

/** Simultaneous queries. More would make batches smaller and give the database more work. */
const QUERIES_AT_ONCE = 2;

/** Hashes in one query. */
const LOOKUPS_AT_ONCE = 1_000;

/** The source of connections: the pool of verification. */
export interface ConnectionSource {
  connect(): Promise<PoolClient>;
}

export interface VerificationLookups {
  find(kind: "pat" | "api_key", hash: Hash): Promise<VerificationLookup>;
}

/**
 * Settings of each connection that looks up. The number of hashes differs from query to query, so PostgreSQL would plan
 * the five joins for every one, which takes longer than running them; and a plan from when the tables were small would
 * stay when they have grown. One plan is good for all: by index, row by row.
 */
export const VERIFICATION_SETTINGS = `
  set plan_cache_mode = force_generic_plan;
  set enable_seqscan = off;
  set enable_bitmapscan = off;
  set enable_hashjoin = off;
  set enable_mergejoin = off;
  set jit = off;
  set statement_timeout = '3s';
`;

/**
 * Uses personal_access_tokens_hash_key or api_keys_hash; every join is by number or id, along an index. Locks no row.
 */
export function createVerificationLookups(
  pool: ConnectionSource,
  { db, json }: SqlContext,
  clock: DatabaseClock,
): VerificationLookups {
  const tokens = new LookupBatch(pool, clock, {
    name: "verify-token",
    text: selectTokenFactsToVerify(db, json)
      .select([sql<string>`encode(pat.hash, 'hex')`.as("hash"), NOW.as("now")])
      .where(sql<SqlBool>`pat.hash_key = any(${""}::bigint[])`)
      .where(sql<SqlBool>`${sql.raw(IS_PROVEN)}`)
      .compile().sql,
    columns: TOKEN_COLUMNS,
    toArray: toKeyArray,
    toFacts: (values) => toTokenFacts(toTokenRow(values), json),
  });
  const apiKeys = new LookupBatch(pool, clock, {
    name: "verify-api-key",
    text: selectApiKeyFactsToVerify(db, json)
      .select([sql<string>`encode(key.hash, 'hex')`.as("hash"), NOW.as("now")])
      .where(sql<SqlBool>`key.hash = any(${""}::bytea[])`)
      .where(sql<SqlBool>`${sql.raw(IS_PROVEN)}`)
      .compile().sql,
    columns: API_KEY_COLUMNS,
    toArray: toByteaArray,
    toFacts: (values) => toApiKeyFacts(toApiKeyRow(values), json),
  });
  return { find: (kind, hash) => (kind === "pat" ? tokens : apiKeys).find(hash) };
}

const NOW = sql<number>`${sql.raw(DATABASE_TIME)}`;

/**
 * A statement that takes an array and returns these columns, the hash in hex, and the time. Only rows whose whole hash
 * was requested count.
 */
interface Statement {
  readonly name: string;
  readonly text: string;
  readonly columns: readonly string[];
  /** Makes the array, as text, from hashes in hex. */
  readonly toArray: (hashes: readonly string[]) => string;
  readonly toFacts: (values: Values) => Facts;
}

type Waiter = PromiseWithResolvers<VerificationLookup>;

class LookupBatch {
  readonly #pool: ConnectionSource;
  readonly #clock: DatabaseClock;
  readonly #statement: Statement;
  /** The waiting lookups for each hash, in hex. */
  #waiting = new Map<string, Waiter[]>();
  #isScheduled = false;
  #underWay = 0;

  constructor(pool: ConnectionSource, clock: DatabaseClock, statement: Statement) {
    this.#pool = pool;
    this.#clock = clock;
    this.#statement = statement;
  }

  find(hash: Hash): Promise<VerificationLookup> {
    const waiter: Waiter = Promise.withResolvers();
    const key = Buffer.from(hash.buffer, hash.byteOffset, hash.byteLength).toString("hex");
    const waiters = this.#waiting.get(key);
    if (waiters === undefined) this.#waiting.set(key, [waiter]);
    else waiters.push(waiter);
    this.#schedule();
    return waiter.promise;
  }

  /** `setImmediate` runs after the sockets of this turn were read, so their requests share one query. */
  #schedule(): void {
    if (this.#isScheduled || this.#underWay >= QUERIES_AT_ONCE) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      void this.#send();
    });
  }

  async #send(): Promise<void> {
    const lookups = this.#takeWaiting();
    if (lookups.size === 0) return;
    this.#underWay += 1;
    try {
      const found = await this.#query([...lookups.keys()]);
      for (const [hash, waiters] of lookups) {
        const facts = found.get(hash) ?? null;
        for (const waiter of waiters) waiter.resolve(facts);
      }
    } catch (error) {
      const known = toStoreError(error);
      const unavailable =
        known instanceof StoreUnavailable
          ? known
          : new StoreUnavailable("the credential could not be looked up", { cause: error });
      for (const waiters of lookups.values()) {
        for (const waiter of waiters) waiter.reject(unavailable);
      }
    } finally {
      this.#underWay -= 1;
      if (this.#waiting.size > 0) this.#schedule();
    }
  }

  #takeWaiting(): Map<string, Waiter[]> {
    const taken = this.#waiting;
    if (taken.size <= LOOKUPS_AT_ONCE) {
      this.#waiting = new Map();
      return taken;
    }
    const first = new Map([...taken].slice(0, LOOKUPS_AT_ONCE));
    for (const key of first.keys()) taken.delete(key);
    this.#schedule();
    return first;
  }

  async #query(hashes: readonly string[]): Promise<Map<string, Facts>> {
    const { name, text, columns, toArray, toFacts } = this.#statement;
    const client = await this.#pool.connect();
    let isBroken = true;
    const startedAt = this.#clock.start();
    try {
      const { rows, fields } = await client.query<unknown[]>({
        name,
        text,
        values: [toArray(hashes)],
        rowMode: "array",
      });
      isBroken = false;
      expectColumns(
        fields.slice(0, -2).map((field) => field.name),
        columns,
      );
      const [first] = rows;
      if (first !== undefined) this.#clock.observe(first[columns.length + 1] as number, startedAt);
      return new Map(rows.map((values) => [values[columns.length] as string, toFacts(values)]));
    } finally {
      client.release(isBroken);
    }
  }
}

/** The text of an array, which takes a tenth of the time that the driver needs for an array of buffers. */
function toByteaArray(hashes: readonly string[]): string {
  return `{"\\\\x${hashes.join('","\\\\x')}"}`;
}

function toKeyArray(hashes: readonly string[]): string {
  return `{${hashes.map((hash) => hashKey(Buffer.from(hash, "hex"))).join()}}`;
}
