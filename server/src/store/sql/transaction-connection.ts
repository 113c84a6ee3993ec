// The connection of one transaction while it is open. After the first statement that fails nothing more
// runs and the transaction cannot commit: PostgreSQL works like that, and SQLite is made to, so that
// code tested on one engine behaves the same on the other. After the end every statement is refused;
// on SQLite it would otherwise join the next request's transaction.
import type { CompiledQuery, DatabaseConnection, QueryResult } from "kysely";

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

  // eslint-disable-next-line require-yield
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error("the store reads pages, not streams");
  }

  /** Throws what the first failed statement threw, even if the work went on as if nothing had happened. */
  assertMayCommit(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }

  end(): void {
    this.#ended = true;
  }
}
