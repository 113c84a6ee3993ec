// The lookups of verification: from memory where it is on and still true, and otherwise from the file.
// Memory: `data_version` of a connection that never writes changes with every commit of any other connection, in this process
// or another. Where it has changed, the authority log says what to forget.
// The file: nanoseconds matter, so the lookups bypass Kysely and use two prepared statements, whose text comes from
// ../verification.ts: lists and verification see the same facts. Lookups that come together run in a row, in one read
// transaction, in which each takes half the time.
// Rule: a look at what was committed counts only for lookups that were requested before it, because a request can arrive
// after a revocation elsewhere is over, late in the same turn. So the lookups of one turn of the event loop wait for its end,
// and one look then serves all of them.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Facts } from "@mintmark/core";
import { sql, type SqlBool } from "kysely";
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
import { oncePerTurn } from "../../bounded.ts";
import type { CredentialCache } from "../authority/cache.ts";
import { type AuthorityKey, type AuthorityListener, EVERYTHING } from "../authority/change.ts";
import type { LogEntry, Position } from "../authority/database.ts";
import { continuityOf, ENTRIES_OF_PAGE, pageOf } from "../authority/log.ts";
import { StoreUnavailable } from "../store.ts";

interface Parts {
  /** The connection that reads, has no open transaction between calls, and never writes. */
  readonly reader: DatabaseSync;
  readonly read: ReadLookups;
  /** Runs before each look at the file, and throws when the file cannot be trusted. */
  readonly beforeEach: () => void;
  /** `null`: every lookup reads. */
  readonly cache: CredentialCache | null;
}

interface LogStatements {
  readonly version: StatementSync;
  readonly clock: StatementSync;
  readonly log: StatementSync;
}

export class FileAuthority {
  readonly #parts: Parts;
  readonly #lookUp = oncePerTurn<Lookup>((lookups) => this.#answer(lookups));
  #statements: LogStatements | null = null;
  #version: unknown = undefined;
  #applied: Position | null = null;
  /** Public, so that a commit to which nobody listens costs no call. */
  readonly listeners = new Set<AuthorityListener>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  find(kind: "pat" | "api_key", hash: Hash): Promise<VerificationLookup> {
    return new Promise((resolve, reject) => this.#lookUp({ kind, hash, resolve, reject }));
  }

  /** Notifies of each change after memory has dropped what it names. Returns how to stop. */
  onChange(listener: AuthorityListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Notifies the listeners of everything that was committed before the call. Throws `StoreUnavailable`. */
  readOn(): void {
    try {
      this.#parts.beforeEach();
      this.#catchUp();
    } catch (error) {
      throw new StoreUnavailable("what was committed could not be read", { cause: error });
    }
  }

  /** The same after a commit of this process, whose outcome it does not change: the next look reads what this one could not. */
  noteCommit(): void {
    try {
      this.readOn();
    } catch {}
  }

  #answer(lookups: readonly Lookup[]): void {
    const { read, beforeEach, cache } = this.#parts;
    try {
      beforeEach();
      const unknown = cache === null ? lookups : this.#answerFromMemory(cache, lookups);
      // A row that is read now is at least as new as the last look, so it may be kept.
      if (unknown.length > 0) read(unknown, (hash, facts) => cache?.set(hash, facts));
    } catch (error) {
      const unavailable = new StoreUnavailable("the credential could not be looked up", { cause: error });
      for (const { reject } of lookups) reject(unavailable);
    }
  }

  /** Returns the lookups that memory cannot serve. */
  #answerFromMemory(cache: CredentialCache, lookups: readonly Lookup[]): readonly Lookup[] {
    this.#catchUp();
    return lookups.filter(({ kind, hash, resolve }) => {
      const facts = cache.get(hash);
      if (facts?.kind !== kind) return true;
      resolve(facts);
      return false;
    });
  }

  /**
   * Forgets everything that a commit before the call has changed. Takes a few microseconds where nothing was committed.
   * After it failed, the next call reads again.
   */
  #catchUp(): void {
    // Prepared at the first call: the tables may not exist before the first migration.
    this.#statements ??= prepareLogStatements(this.#parts.reader);
    const version = (this.#statements.version.get() as unknown as readonly unknown[])[0];
    if (version === this.#version) return;
    this.#readOn(this.#statements);
    // A commit since the version was read moves it again.
    this.#version = version;
  }

  #readOn({ clock, log }: LogStatements): void {
    const last = clock.get() as unknown as Position;
    const applied = this.#applied;
    if (applied?.seq === last.seq && applied.nonce === last.nonce) return;
    if (applied !== null) {
      const rows = log.all(applied.seq, ENTRIES_OF_PAGE + 1) as unknown as readonly LogEntry[];
      const page = pageOf(applied, last, rows);
      const isWhole = continuityOf(applied, page) === "held" && page.entries.length < ENTRIES_OF_PAGE;
      if (isWhole) return this.#apply(page.entries.at(-1) ?? applied, page.entries);
    }
    // Rows that are read from now on are at least as new as the last position.
    this.#apply(last, EVERYTHING);
  }

  #apply({ seq, nonce }: Position, keys: readonly AuthorityKey[]): void {
    this.#parts.cache?.drop(keys);
    this.#applied = { seq, nonce };
    for (const listener of this.listeners) listener(keys);
  }
}

function prepareLogStatements(reader: DatabaseSync): LogStatements {
  const version = reader.prepare("pragma data_version");
  version.setReturnArrays(true);
  return {
    version,
    clock: reader.prepare("select seq, nonce from authority_clock"),
    log: reader.prepare("select seq, nonce, kind, key from authority_log where seq >= ? order by seq limit ?"),
  };
}

/** A lookup that waits for its facts. */
export interface Lookup {
  readonly kind: "pat" | "api_key";
  readonly hash: Hash;
  readonly resolve: (found: VerificationLookup) => void;
  readonly reject: (error: unknown) => void;
}

/** Resolves the lookups, which began before the call, from the database. `found` gets what there is. */
export type ReadLookups = (lookups: readonly Lookup[], found: (hash: Hash, facts: Facts) => void) => void;

/**
 * Finds a token by the key of its table and an API key by api_keys_hash; every join is by primary key. All lookups of one
 * call see one state of the database.
 */
export function createLookupReader(database: DatabaseSync, context: SqlContext): ReadLookups {
  // Prepared at the first call: the tables may not exist before the first migration.
  let statements: Statements | null = null;
  return (lookups, found) => {
    statements ??= prepareStatements(database, context);
    answer(database, statements, lookups, found);
  };
}

/**
 * A transaction that stayed open would show the same old data for ever, so it always ends. Should even that fail, the
 * next one cannot begin, and no lookup succeeds.
 */
function answer(
  database: DatabaseSync,
  { begin, end, find }: Statements,
  lookups: readonly Lookup[],
  found: (hash: Hash, facts: Facts) => void,
): void {
  begin.run();
  try {
    for (const { kind, hash, resolve } of lookups) {
      const facts = find(kind, hash);
      if (facts !== null) found(hash, facts);
      resolve(facts);
    }
    end.run();
  } finally {
    if (database.isTransaction) database.exec("rollback");
  }
}

interface Statements {
  readonly begin: StatementSync;
  readonly end: StatementSync;
  readonly find: (kind: "pat" | "api_key", hash: Hash) => VerificationLookup;
}

function prepareStatements(database: DatabaseSync, { db, json }: SqlContext): Statements {
  const anyHash = new Uint8Array(0);
  const tokens = prepare(
    database,
    selectTokenFactsToVerify(db, json)
      .where(sql<SqlBool>`pat.hash_key = ${0n} and pat.hash = ${anyHash}`)
      .compile().sql,
    TOKEN_COLUMNS,
  );
  const apiKeys = prepare(
    database,
    selectApiKeyFactsToVerify(db, json).where("key.hash", "=", anyHash).compile().sql,
    API_KEY_COLUMNS,
  );
  return {
    begin: database.prepare("begin"),
    end: database.prepare("commit"),
    find: (kind, hash) => {
      // Node types a row as an object; after `setReturnArrays` it is an array.
      if (kind === "pat") {
        const values = tokens.get(hashKey(hash), hash) as Values | undefined;
        return values === undefined ? null : toTokenFacts(toTokenRow(values), json);
      }
      const values = apiKeys.get(hash) as Values | undefined;
      return values === undefined ? null : toApiKeyFacts(toApiKeyRow(values), json);
    },
  };
}

function prepare(database: DatabaseSync, sql: string, columns: readonly string[]): StatementSync {
  const statement = database.prepare(sql);
  expectColumns(
    statement.columns().map((column) => column.name),
    columns,
  );
  statement.setReturnArrays(true);
  return statement;
}
