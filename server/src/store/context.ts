// The context that a verb runs in: `bind` makes the verbs of a domain into those of a store, over Kysely on a connection
// that an engine opens, holds and closes. A transaction keeps to one connection, and a verb cannot begin or end one.
// A verb is a function of the context and its arguments, in the file of its domain: a statement or a few, written once
// for both engines. Its docstring says what it guarantees, which index it reads, and which rows it locks.
// Deliberately absent: connections and transactions, which each engine handles differently.
import { emailKey, type RevokedReason, type TokenPolicy } from "@mintmark/core";
import {
  type CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type DialectAdapter,
  type Driver,
  type Expression,
  Kysely,
  type KyselyPlugin,
  type QueryCompiler,
  type QueryResult,
  type RawBuilder,
  sql,
  type SqlBool,
} from "kysely";
import { remembering } from "../bounded.ts";
import type { AuthorityKey, AuthorityKind, Confirmation, PendingConfirmation } from "./authority/change.ts";
import type { RevocationColumns, Tables } from "./tables.ts";
import type { ActorRef, Cursor, Page, PageRequest } from "./values.ts";

export interface StoredJson {
  /** The policy in force. The default fills in for a missing policy, and for rules that a stored policy lacks. */
  policyOf(text: string | null): TokenPolicy;
  permissionsOf(text: string | null): readonly string[] | null;
}

/** Where a verb runs, and what it must know of its engine. */
export interface SqlContext {
  readonly db: Kysely<Tables>;
  /** PostgreSQL locks rows. On SQLite a writing transaction is alone anyway, and the syntax does not exist. */
  readonly locksRows: boolean;
  readonly json: StoredJson;
  /** The keys that the transaction touches. Reads outside transactions have one that is never used. */
  readonly change: AuthorityChange;
}

/** The keys that a transaction touched, and its confirmation after the commit. */
export class AuthorityChange implements PendingConfirmation {
  readonly #keys = new Map<string, AuthorityKey>();
  #confirmation: Confirmation | null = null;
  /** Whether the answer of the transaction claims that what it found is in force everywhere. */
  isConfirmationDue = false;
  /** The number in the authority log for which a confirmation waits; `null` where there is nothing to wait for. */
  seq: number | null = null;

  /** Call it in the verb that changes a fact which verification reads. Repeating it has no effect. */
  touch(kind: AuthorityKind, key: string): void {
    this.#keys.set(`${kind}:${key}`, { kind, key });
  }

  get keys(): readonly AuthorityKey[] {
    return [...this.#keys.values()];
  }

  /** Whether the transaction has to use the log before its commit. */
  get needsLog(): boolean {
    return this.#keys.size > 0 || this.isConfirmationDue;
  }

  /** Call it after the commit was confirmed. */
  confirm(confirmation: Confirmation): void {
    this.#confirmation = confirmation;
  }

  readonly get = (): Confirmation => {
    if (this.#confirmation === null) throw new Error("a confirmation was read before its transaction was committed");
    return this.#confirmation;
  };
}

/** A function of the context and its arguments. */
type Verb = (context: SqlContext, ...args: never[]) => unknown;

/** The verbs without the context, as their callers see them. */
export type Bound<Verbs> = {
  readonly [Name in keyof Verbs]: Verbs[Name] extends (context: SqlContext, ...args: infer Args) => infer Result
    ? (...args: Args) => Result
    : never;
};

const PROTOTYPES = new WeakMap<object, object>();

/**
 * The verbs over one context. A set of verbs has one prototype, made at its first use, so that a transaction makes one
 * object and no function. Call the verbs as methods of the object: they read the context from `this`.
 */
export function bind<Verbs extends Readonly<Record<string, Verb>>>(context: SqlContext, verbs: Verbs): Bound<Verbs> {
  let prototype = PROTOTYPES.get(verbs);
  if (prototype === undefined) {
    prototype = prototypeOf(verbs);
    PROTOTYPES.set(verbs, prototype);
  }
  const bound = Object.create(prototype) as Bound<Verbs> & BoundContext;
  bound.context = context;
  return bound;
}

/** The same verbs with some of them replaced. */
export function withVerbs<Verbs extends object>(verbs: Verbs, replaced: Partial<Verbs>): Verbs {
  return Object.assign(Object.create(Object.getPrototypeOf(verbs) as object) as Verbs, verbs, replaced);
}

interface BoundContext {
  context: SqlContext;
}

function prototypeOf(verbs: Readonly<Record<string, Verb>>): object {
  const prototype: Record<string, unknown> = {};
  for (const [name, verb] of Object.entries(verbs)) {
    prototype[name] = function (this: BoundContext, ...args: never[]): unknown {
      return verb(this.context, ...args);
    };
  }
  return prototype;
}

/** The part of a Kysely dialect that concerns the language and not connections. */
export interface SqlLanguage {
  createQueryCompiler(): QueryCompiler;
  createAdapter(): DialectAdapter;
}

export function bindKysely(
  language: SqlLanguage,
  connection: DatabaseConnection,
  plugins: KyselyPlugin[] = [],
): Kysely<Tables> {
  const dialect: Dialect = {
    createDriver: () => new BoundDriver(connection),
    createQueryCompiler: () => language.createQueryCompiler(),
    createAdapter: () => language.createAdapter(),
    createIntrospector: (): DatabaseIntrospector => {
      throw new Error("the store does not introspect its database");
    },
  };
  return new Kysely<Tables>({ dialect, plugins });
}

class BoundDriver implements Driver {
  readonly #connection: DatabaseConnection;

  constructor(connection: DatabaseConnection) {
    this.#connection = connection;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  async beginTransaction(): Promise<void> {
    throw new Error("transactions begin in the engine, not in a verb");
  }

  async commitTransaction(): Promise<void> {}

  async rollbackTransaction(): Promise<void> {}

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {}
}

/**
 * The connection of one transaction while it is open. After the first failed statement no other statement runs, and the
 * transaction cannot commit. PostgreSQL works like that, and this makes SQLite do so, so that code that was tested on one
 * engine behaves the same on the other. After the end every statement is refused; on SQLite it would otherwise join the
 * next request's transaction.
 */
export class TransactionConnection implements DatabaseConnection {
  readonly #connection: DatabaseConnection;
  #failure: { readonly error: unknown } | null = null;
  #ended = false;

  constructor(connection: DatabaseConnection) {
    this.#connection = connection;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#ended) throw new Error("a verb was called on a transaction that has ended");
    if (this.#failure !== null) throw this.#failure.error;
    try {
      return await this.#connection.executeQuery<R>(query);
    } catch (error) {
      this.#failure ??= { error };
      throw error;
    }
  }

  streamQuery(): never {
    throw new Error("the store reads pages, not streams");
  }

  /** Throws the error of the first failed statement, even if the caller ignored it. */
  assertMayCommit(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }

  end(): void {
    this.#ended = true;
  }
}

// The parts that many statements share: tombstones, pages, searches for a text, and many rows as one parameter.

export interface Revocation {
  readonly at: number;
  readonly by: ActorRef;
  readonly reason: RevokedReason;
}

/** The tombstone of a revocation. */
export function tombstoneOf(revocation: Revocation): RevocationColumns {
  return {
    revoked_at: revocation.at,
    revoked_reason: revocation.reason,
    revoked_by_kind: revocation.by.kind,
    revoked_by_id: revocation.by.id,
    revoked_by_name: revocation.by.name,
  };
}

/**
 * Whether the row `(at, id)` lies beyond the cursor; true for every row if there is no cursor. The pair is compared as
 * one value, so items of the same millisecond are neither skipped nor repeated, and new items do not shift a page.
 */
export function isBeyond(after: Cursor | null, at: string, id: string): Expression<SqlBool> {
  if (after === null) return sql<SqlBool>`1 = 1`;
  return sql<SqlBool>`(${sql.ref(at)}, ${sql.ref(id)}) < (${after.at}, ${after.id})`;
}

/** One row more than the page holds: the same read shows whether there is a next page. */
export function rowsToRead(page: PageRequest): number {
  return page.limit + 1;
}

export function pageOf<Row, Item>(
  rows: readonly Row[],
  page: PageRequest,
  toItem: (row: Row) => Item,
  cursorOf: (item: Item) => Cursor,
): Page<Item> {
  const items = rows.slice(0, page.limit).map(toItem);
  const last = items.at(-1);
  return { items, next: rows.length > page.limit && last !== undefined ? cursorOf(last) : null };
}

/** Whether one of the columns, which hold `searchText` or an `email_key`, contains the text literally. */
export function containsText(columns: readonly string[], text: string): Expression<SqlBool> {
  const tests = columns.map((column) => {
    const key = column.endsWith("email_key") ? emailKey(text) : searchText(text);
    return sql<SqlBool>`${sql.ref(column)} like ${`%${key.replace(/[\\%_]/g, String.raw`\$&`)}%`} escape '\\'`;
  });
  return sql<SqlBool>`(${sql.join(tests, sql` or `)})`;
}

/** Text in the form in which searches compare it: the same for two spellings that differ in case or in composition. */
export function searchText(text: string): string {
  return text.normalize("NFC").toLowerCase();
}

/** The type of a column: text, or a whole number. */
export type JsonColumn = "text" | "bigint";

/**
 * A `select` of the rows, as one parameter, in the order of the rows. The text of the statement is the same for any
 * number of rows, so it is prepared once and stays below every limit on parameters. Both engines have `json_each` for
 * an object, which keeps the order of its members.
 */
export function jsonRows(
  columns: readonly JsonColumn[],
  rows: readonly (readonly (string | number | null)[])[],
): RawBuilder<unknown> {
  const casts = columns.map((type, index) => sql`cast(given.value ->> ${sql.lit(index)} as ${sql.raw(type)})`);
  return sql`select ${sql.join(casts)} from json_each(${JSON.stringify(Object.fromEntries(rows.entries()))}) as given where true`;
}

/** A `select` of one column of text. */
export function jsonTexts(texts: readonly string[]): RawBuilder<unknown> {
  return jsonRows(
    ["text"],
    texts.map((text) => [text]),
  );
}

// Far more distinct texts than an instance uses.
const REMEMBERED_TEXTS = 10_000;

/**
 * Reads token policies and lists of permissions, which are stored as JSON text. Verification meets the same few texts again
 * and again, so a text is parsed once, and its value is frozen.
 */
export function createStoredJson(defaultPolicy: TokenPolicy): StoredJson {
  const fallback = Object.freeze({ ...defaultPolicy });
  const policies = remembering(REMEMBERED_TEXTS, (text: string) =>
    Object.freeze({ ...fallback, ...(JSON.parse(text) as TokenPolicy) }),
  );
  const permissions = remembering(REMEMBERED_TEXTS, (text: string) => Object.freeze(JSON.parse(text) as string[]));
  return {
    policyOf: (text) => (text === null ? fallback : policies(text)),
    permissionsOf: (text) => (text === null ? null : permissions(text)),
  };
}
