// The lookups of verification. Those of one turn of the event loop go to the database as one query, so
// fifty waiting requests cost one round trip; while the connections for it are busy, further ones gather.
// A lookup is sent after it was asked for, never answered from one that was already under way: what was
// committed before the question is in the answer.
import { sql } from "kysely";
import type { PoolClient, QueryResultRow } from "pg";
import type { Facts } from "@mintmark/core";
import type { Hash, VerificationLookup } from "../credential-port.ts";
import type { SqlContext } from "../sql/context.ts";
import {
  type ApiKeyFactsRow,
  selectApiKeyFacts,
  selectTokenFacts,
  type TokenFactsRow,
  toApiKeyFacts,
  toTokenFacts,
} from "../sql/credential-facts.ts";
import { StoreUnavailable } from "../store.ts";

/** Queries under way at once; more would make batches smaller and the database's work larger. */
const QUERIES_AT_ONCE = 2;

/** Hashes in one query. */
const LOOKUPS_AT_ONCE = 1_000;

/** Where connections come from: the pool that verification has to itself. */
export interface ConnectionSource {
  connect(): Promise<PoolClient>;
}

export interface VerificationLookups {
  find(kind: "pat" | "api_key", hash: Hash): Promise<VerificationLookup>;
}

/** By personal_access_tokens_hash or api_keys_hash; every join is by primary key. No row is locked. */
export function createVerificationLookups(pool: ConnectionSource, { db, json }: SqlContext): VerificationLookups {
  const wanted = sql<Hash>`any(${[]}::bytea[])`;
  const tokens = new LookupBatch(
    pool,
    "verify-token",
    selectTokenFacts(db).select("pat.hash").where("pat.hash", "=", wanted).compile().sql,
    (row) => toTokenFacts(row as TokenFactsRow, json),
  );
  const apiKeys = new LookupBatch(
    pool,
    "verify-api-key",
    selectApiKeyFacts(db).select("key.hash").where("key.hash", "=", wanted).compile().sql,
    (row) => toApiKeyFacts(row as ApiKeyFactsRow, json),
  );
  return { find: (kind, hash) => (kind === "pat" ? tokens : apiKeys).find(hash) };
}

interface Lookup {
  readonly hash: Hash;
  readonly waiters: PromiseWithResolvers<VerificationLookup>[];
}

class LookupBatch {
  readonly #pool: ConnectionSource;
  readonly #name: string;
  readonly #text: string;
  readonly #toFacts: (row: QueryResultRow) => Facts;
  #waiting = new Map<string, Lookup>();
  #isScheduled = false;
  #underWay = 0;

  constructor(pool: ConnectionSource, name: string, text: string, toFacts: (row: QueryResultRow) => Facts) {
    this.#pool = pool;
    this.#name = name;
    this.#text = text;
    this.#toFacts = toFacts;
  }

  find(hash: Hash): Promise<VerificationLookup> {
    const waiter = Promise.withResolvers<VerificationLookup>();
    const key = keyOf(hash);
    const lookup = this.#waiting.get(key);
    if (lookup === undefined) this.#waiting.set(key, { hash, waiters: [waiter] });
    else lookup.waiters.push(waiter);
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
      const answers = await this.#query(lookups);
      for (const [key, { waiters }] of lookups) {
        for (const waiter of waiters) waiter.resolve(answers.get(key) ?? null);
      }
    } catch (error) {
      const unavailable = new StoreUnavailable("the credential could not be looked up", { cause: error });
      for (const { waiters } of lookups.values()) {
        for (const waiter of waiters) waiter.reject(unavailable);
      }
    } finally {
      this.#underWay -= 1;
      if (this.#waiting.size > 0) this.#schedule();
    }
  }

  #takeWaiting(): Map<string, Lookup> {
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

  async #query(lookups: ReadonlyMap<string, Lookup>): Promise<Map<string, Facts>> {
    const hashes = Array.from(lookups.values(), (lookup) => lookup.hash);
    const client = await this.#pool.connect();
    let isBroken = true;
    try {
      const { rows } = await client.query({ name: this.#name, text: this.#text, values: [hashes] });
      isBroken = false;
      return new Map(rows.map((row) => [keyOf(row["hash"] as Hash), this.#toFacts(row)]));
    } finally {
      client.release(isBroken);
    }
  }
}

function keyOf(hash: Hash): string {
  return Buffer.from(hash.buffer, hash.byteOffset, hash.byteLength).toString("latin1");
}
