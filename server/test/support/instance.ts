// A real instance for tests: real store, real HTTP on a free port of 127.0.0.1, its log kept in memory so
// that a test can look for what must not be in it. Both engines, one clock that tests may turn.
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { Writable } from "node:stream";
import { pino } from "pino";
import { freePort } from "../../../tests/support/free-port.ts";
import { createTestDatabase } from "../../../tests/support/postgres.ts";
import { scratchParent } from "../../../tests/support/scratch.ts";
import { loadConfig } from "../../src/config/config.ts";
import { createInstance, type Instance } from "../../src/instance.ts";
import { Client } from "./client.ts";
import { MIGRATED } from "./migrated-database.ts";

export type Engine = "sqlite" | "postgres";
export const ENGINES: readonly Engine[] = ["sqlite", "postgres"];

export interface TestInstance extends Instance {
  readonly engine: Engine;
  readonly url: string;
  /** Every line the instance logged. */
  readonly log: string[];
  /** The data folder of a SQLite instance. */
  readonly folder: string;
  /** The database of a PostgreSQL instance. */
  readonly databaseUrl: string | null;
  /** Moves the instance's clock forward. */
  advance(ms: number): void;
  /** A client with nothing: anonymous until it is given a cookie or a secret. */
  client(): Client;
  /** Closes the instance, and starts another on its data and its address. */
  restart(): Promise<TestInstance>;
}

export interface TestInstanceOptions {
  readonly engine?: Engine;
  /** Further environment variables, as an operator would set them. */
  readonly env?: Readonly<Record<string, string>>;
  /** Follow-ups wait for `followUps.step()`. */
  readonly followUpsByHand?: boolean;
  /** The clock of the host. With it, decisions follow the database's clock, and `advance()` has no effect. */
  readonly hostClock?: () => number;
}

/** Starts an instance; it listens, is empty, and is gone without a trace after `close()`. */
export async function startInstance(options: TestInstanceOptions = {}): Promise<TestInstance> {
  const { engine = "sqlite", env = {}, hostClock } = options;
  const folder = await mkdtemp(join(scratchParent(), "mintmark-test-"));
  const database = engine === "postgres" ? await createTestDatabase(MIGRATED) : null;
  const log: string[] = [];
  let offset = 0;
  const port = await freePort();
  const config = loadConfig({
    MINTMARK_DATA: join(folder, "mintmark.db"),
    ...(database === null ? {} : { DATABASE_URL: database.url }),
    MINTMARK_PORT: String(port),
    MINTMARK_MINT_LIMIT: "0",
    ...env,
  });
  const url = `http://127.0.0.1:${port}`;
  const start = async (): Promise<TestInstance> => {
    const instance = await createInstance(config, {
      ...(hostClock === undefined ? { clock: () => Date.now() + offset } : { hostClock }),
      logger: memoryLogger(log),
      followUpsByHand: options.followUpsByHand ?? false,
    });
    await instance.listen();
    return {
      ...instance,
      engine,
      url,
      log,
      folder,
      databaseUrl: database?.url ?? null,
      advance: (ms) => void (offset += ms),
      client: () => new Client(url),
      restart: async () => {
        await instance.close();
        return start();
      },
      close: async () => {
        await instance.close();
        await database?.drop();
        await rm(folder, { recursive: true, force: true });
      },
    };
  };
  return start();
}

function memoryLogger(lines: string[]): ReturnType<typeof pino> {
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  return pino({ level: "debug" }, stream);
}

/** A name no other test uses. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomBytes(4).toString("hex")}`;
}
