// The stores of a run: one for each engine and size, in one temporary folder and one PostgreSQL server.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Cluster, startCluster } from "../../tests/support/postgres-cluster.ts";
import { type Case, storeOf } from "./cases.ts";
import { fillPostgres } from "./fill-postgres.ts";
import { runScript } from "./processes.ts";

/** The credentials that a warm instance keeps, as by default. */
const CACHED = 100_000;

/** The environment of an instance on the store. */
export type StoreEnvironment = Readonly<Record<string, string>>;

export interface Stores {
  /** Fills the store of a case. */
  make(benchCase: Case): Promise<StoreEnvironment>;
  remove(): Promise<void>;
}

/** PostgreSQL starts with its first store, because its background work would disturb earlier measurements. */
export async function openStores(isPinned: boolean, progress: (line: string) => void): Promise<Stores> {
  const folder = await mkdtemp(join(tmpdir(), "mintmark-bench-"));
  let cluster: Cluster | null = null;
  return {
    async make(benchCase) {
      const began = performance.now();
      if (benchCase.engine === "postgres") cluster ??= await startCluster({ isDurable: true });
      const environment = await makeStore(benchCase, folder, cluster, isPinned);
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      progress(`filled ${benchCase.engine} with ${benchCase.tokens} tokens in ${seconds} s`);
      return environment;
    },
    async remove() {
      await cluster?.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function makeStore(
  benchCase: Case,
  folder: string,
  cluster: Cluster | null,
  isPinned: boolean,
): Promise<StoreEnvironment> {
  const { engine, tokens, audit, cache } = benchCase;
  const settings = { MINTMARK_AUDIT_USE: audit, MINTMARK_CACHE: cache === "off" ? "off" : String(CACHED) };
  if (cluster !== null && engine === "postgres") {
    return { ...settings, DATABASE_URL: await fillPostgres(cluster.url, `bench_${tokens}_${audit}_${cache}`, tokens) };
  }
  const file = join(folder, `${storeOf(benchCase)}.db`);
  await runScript({ script: "fill-sqlite.ts", args: [file, String(tokens)], isServer: true, isPinned });
  return { ...settings, MINTMARK_DATA: file };
}
