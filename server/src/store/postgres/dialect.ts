// Kysely over pg: one connection of the pool for a whole transaction, any connection for a read.
import {
  type CompiledQuery,
  type DatabaseConnection,
  PostgresAdapter,
  PostgresQueryCompiler,
  type QueryResult,
} from "kysely";
import type { Pool, PoolClient, QueryResult as PgResult } from "pg";
import type { SqlLanguage } from "../context.ts";
import { endsConnection, toStoreError } from "./errors.ts";
import { type DatabaseClock, isProven, PROVE, timeOf } from "./primary.ts";

export const POSTGRES_LANGUAGE: SqlLanguage = {
  createQueryCompiler: () => new PostgresQueryCompiler(),
  createAdapter: () => new PostgresAdapter(),
};

/** A connection from the pool. `release` returns it, or closes it when it is broken. */
export class HeldConnection implements DatabaseConnection {
  readonly #client: PoolClient;
  #isBroken = false;

  private constructor(client: PoolClient) {
    this.#client = client;
  }

  static async take(pool: Pool): Promise<HeldConnection> {
    try {
      return new HeldConnection(await pool.connect());
    } catch (error) {
      throw toStoreError(error);
    }
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    try {
      return toResult<R>(await this.command(query.sql, query.parameters));
    } catch (error) {
      throw toStoreError(error);
    }
  }

  streamQuery(): never {
    throw new Error("the store reads pages, not streams");
  }

  /** Runs one statement, or several without parameters. Throws the driver's own errors. */
  async command(text: string, values?: readonly unknown[]): Promise<PgResult> {
    try {
      return await this.#client.query(text, values as unknown[] | undefined);
    } catch (error) {
      if (endsConnection(error)) this.#isBroken = true;
      throw error;
    }
  }

  /** Throws unless the server may write. Runs `before` first, in the same round trip, and tells the clock the time. */
  async prove(clock: DatabaseClock, before = ""): Promise<void> {
    const startedAt = clock.start();
    try {
      clock.observe(timeOf(await this.command(`${before}${PROVE}`)), startedAt);
    } catch (error) {
      throw toStoreError(error);
    }
  }

  /** Rolls back an open transaction. A connection that cannot do even that is closed, which has the same effect. */
  async rollback(): Promise<void> {
    if (this.#isBroken) return;
    try {
      await this.command("rollback");
    } catch {
      this.#isBroken = true;
    }
  }

  markBroken(): void {
    this.#isBroken = true;
  }

  release(): void {
    this.#client.release(this.#isBroken);
  }
}

/** Runs every statement on any free connection, for reads outside transactions. Each of them proves the server. */
export class PooledConnection implements DatabaseConnection {
  readonly #pool: Pool;
  readonly #clock: DatabaseClock;

  constructor(pool: Pool, clock: DatabaseClock) {
    this.#pool = pool;
    this.#clock = clock;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const connection = await HeldConnection.take(this.#pool);
    try {
      if (!isProven(query.query) || !this.#clock.isFresh()) await connection.prove(this.#clock);
      return await connection.executeQuery<R>(query);
    } finally {
      connection.release();
    }
  }

  streamQuery(): never {
    throw new Error("the store reads pages, not streams");
  }
}

function toResult<R>(result: PgResult): QueryResult<R> {
  return { rows: result.rows as R[], numAffectedRows: BigInt(result.rowCount ?? 0) };
}
