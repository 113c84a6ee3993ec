// A connection for one purpose, beside the pools: what uses it never waits for a slow transaction. It opens at the first
// statement, and again after a failure.
// Rule: one statement runs at a time, in the order of the calls. A failed statement closes the connection.
import type { Client, QueryResult } from "pg";
import { toStoreError } from "./errors.ts";
import { createClient } from "./pool.ts";
import { type DatabaseClock, PROVE, timeOf } from "./primary.ts";

export interface OwnConnectionOptions {
  readonly url: string;
  readonly clock: DatabaseClock;
  /** Statements that set up the connection. */
  readonly settings: string;
  /** A channel to listen to, and who hears it. A lost notification is not noticed. */
  readonly listen?: { readonly channel: string; readonly heard: () => void };
}

/** A prepared statement. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** The silence after which the connection counts as lost: a lease is over before. */
const SILENCE_MS = 1_500;

export class OwnConnection {
  readonly #options: OwnConnectionOptions;
  #client: Promise<Client> | null = null;
  #opened: Client | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(options: OwnConnectionOptions) {
    this.#options = options;
  }

  /** Runs the statement after those that were asked for before. */
  run<Row extends object>(statement: Statement, values: readonly unknown[] = []): Promise<readonly Row[]> {
    const result = this.#last.then(() => this.#send<Row>(statement, values));
    this.#last = result.catch(() => {});
    return result;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#last;
    this.#end();
  }

  async #send<Row extends object>(statement: Statement, values: readonly unknown[]): Promise<readonly Row[]> {
    if (this.#isClosed) throw new Error("a statement was sent to a connection that was closed");
    try {
      const client = await (this.#client ??= this.#open());
      const result: QueryResult<Row> = await client.query<Row>({ ...statement, values: [...values] });
      return result.rows;
    } catch (error) {
      this.#end();
      throw toStoreError(error);
    }
  }

  async #open(): Promise<Client> {
    const { url, clock, settings, listen } = this.#options;
    const client = createClient({ url, silenceMs: SILENCE_MS });
    this.#opened = client;
    // A connection that was lost while nothing ran on it is opened anew by the next statement.
    client.on("error", () => this.#forget(client));
    client.on("end", () => this.#forget(client));
    if (listen !== undefined) client.on("notification", listen.heard);
    await client.connect();
    const startedAt = clock.start();
    const setUp = `${settings}${listen === undefined ? "" : `listen ${listen.channel};`}${PROVE}`;
    clock.observe(timeOf(await client.query(setUp)), startedAt);
    // A change that was notified before this must be looked for.
    listen?.heard();
    return client;
  }

  #forget(client: Client): void {
    if (this.#opened !== client) return;
    this.#opened = null;
    this.#client = null;
  }

  /** Does not wait for the server, which may not answer. */
  #end(): void {
    const client = this.#opened;
    if (client === null) return;
    this.#forget(client);
    void client.end().catch(() => {});
  }
}
