// One run on one engine. It starts the database and the replicas, runs people, programs and faults against them, and
// checks the history.
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { freePort } from "../../../tests/support/free-port.ts";
import { type Cluster, startCluster } from "../../../tests/support/postgres-cluster.ts";
import { check } from "./check.ts";
import { injectFaults, type Stage } from "./faults.ts";
import { emptyHistory } from "./history.ts";
import { Link } from "./link.ts";
import { Random } from "./random.ts";
import { Replica } from "./replica.ts";
import type { RunResult } from "./report.ts";
import { Workload } from "./workload.ts";

export const ENGINES = ["sqlite", "postgres"] as const;

export interface RunOptions {
  readonly engine: (typeof ENGINES)[number];
  readonly seed: number;
  readonly replicas: number;
  readonly ms: number;
  readonly tell: (line: string) => void;
}

interface Database {
  /** The environment of a replica, by its number. */
  readonly environment: (index: number) => Readonly<Record<string, string>>;
  readonly links: readonly Link[];
  readonly holdLock: Stage["holdLock"];
  readonly crash: Stage["crashDatabase"];
  readonly close: () => Promise<void>;
}

const CHANGERS = 3;
const VERIFIERS_EACH = 3;
const SETTLE_MS = 5_000;
const FAKETIME = [
  "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
  "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
];

export async function runEngine({ engine, seed, replicas: count, ms, tell }: RunOptions): Promise<RunResult> {
  const began = performance.now();
  const random = new Random(seed);
  const history = emptyHistory();
  const folder = await mkdtemp(join(tmpdir(), "mintmark-prove-"));
  const database = engine === "sqlite" ? onSqlite(folder) : await onPostgres(count);
  const replicas: Replica[] = [];
  const endReplicas = (): void => {
    for (const replica of replicas) replica.signal("SIGKILL");
  };
  process.once("exit", endReplicas);
  try {
    for (let index = 0; index < count; index++)
      replicas.push(new Replica(index, await freePort(), { ...SETTINGS, ...database.environment(index) }));
    const [first, ...others] = replicas as [Replica, ...Replica[]];
    const output = await first.start();
    const workload = new Workload(replicas, history, random);
    // While there is no account, each start prints a new set-up code, and only the last one works.
    await workload.setUp(output);
    await Promise.all(others.map((replica) => replica.start()));
    const running = workload.run(CHANGERS, VERIFIERS_EACH);
    const endsAt = performance.now() + ms;
    const stage: Stage = {
      replicas,
      links: database.links,
      random,
      holdLock: database.holdLock,
      crashDatabase: database.crash,
      faketime: FAKETIME.find((file) => existsSync(file)) ?? null,
    };
    await injectFaults(stage, history, () => performance.now() > endsAt, tell);
    await sleep(SETTLE_MS);
    workload.end();
    await running;
    const problems = [...(await workload.audit()), ...workload.unexpected];
    const seconds = (performance.now() - began) / 1_000;
    return { engine, seed, seconds, history, findings: check(history), problems };
  } finally {
    process.off("exit", endReplicas);
    for (const replica of replicas) await replica.stop();
    await database.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Limits per person are off, because the driver plays many people. */
const SETTINGS = { MINTMARK_MINT_LIMIT: "0", MINTMARK_LOG_LEVEL: "error" };

/** All replicas on one file, as two processes of one host can be. */
function onSqlite(folder: string): Database {
  const file = join(folder, "mintmark.db");
  return {
    environment: () => ({ MINTMARK_DATA: file }),
    links: [],
    crash: null,
    holdLock: async (ms) => {
      const held = new DatabaseSync(file, { timeout: 5_000 });
      held.exec("begin immediate");
      await sleep(ms);
      held.exec("rollback");
      held.close();
    },
    close: async () => {},
  };
}

/** One PostgreSQL that waits for its disk, and a connection to it for each replica. */
async function onPostgres(replicas: number): Promise<Database> {
  const cluster: Cluster = await startCluster({ isDurable: true });
  const port = Number(new URL(cluster.url).port);
  const links = await Promise.all(Array.from({ length: replicas }, () => Link.open(port)));
  return {
    environment: (index) => {
      const url = new URL(cluster.url);
      url.port = String(links[index]?.port);
      return { DATABASE_URL: url.href };
    },
    links,
    crash: async () => {
      await cluster.halt("as a crash");
      await cluster.resume("primary");
    },
    holdLock: async (ms) => {
      const held = new Client({ connectionString: cluster.url });
      held.on("error", () => {});
      await held.connect();
      await held.query("begin");
      await held.query("select 1 from organizations order by id for update");
      await sleep(ms);
      await held.query("rollback").catch(() => {});
      await held.end().catch(() => {});
    },
    close: async () => {
      for (const link of links) await link.close();
      await cluster.stop();
    },
  };
}
