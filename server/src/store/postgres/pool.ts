// Connections to PostgreSQL, limited in number and in how long they may be silent.
import { Client, type ClientConfig, type CustomTypesConfig, Pool, types } from "pg";
import { type DatabaseClock, PROVE, timeOf } from "./primary.ts";

/** The time to open a connection, or to wait for a free one. */
export const CONNECT_MS = 3_000;
const IDLE_MS = 30_000;

// Instants and counts stay far below 2^53.
const TYPES: CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === types.builtins.INT8 && format !== "binary" ? Number : types.getTypeParser(oid, format),
};

export interface PoolOptions {
  readonly url: string;
  readonly connections: number;
  /** After this time the connection counts as lost, whatever the network reports. */
  readonly silenceMs: number;
  /** Statements that set up each new connection, before it proves that its server may write. */
  readonly settings?: string;
  /** Each connection tells it the time when it opens. */
  readonly clock: DatabaseClock;
}

export function createPool(options: PoolOptions): Pool {
  const pool = new Pool({
    ...configOf(options),
    max: options.connections,
    idleTimeoutMillis: IDLE_MS,
    onConnect: async (client) => {
      client.on("error", () => {});
      const startedAt = options.clock.start();
      options.clock.observe(timeOf(await client.query(`${options.settings ?? ""}${PROVE}`)), startedAt);
    },
  });
  // A broken connection reports it to its next user. An "error" event without a listener would end the process.
  pool.on("error", () => {});
  return pool;
}

/** A connection that its user opens, sets up and closes. */
export function createClient(options: Pick<PoolOptions, "url" | "silenceMs">): Client {
  return new Client(configOf(options));
}

function configOf({ url, silenceMs }: Pick<PoolOptions, "url" | "silenceMs">): ClientConfig {
  return {
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: silenceMs,
    keepAlive: true,
    application_name: "mintmark",
    types: TYPES,
  };
}
