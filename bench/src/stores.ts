// The stores of a run: one for each engine and size, in one temporary folder and one PostgreSQL server.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Cluster, startCluster } from "../../tests/support/postgres-cluster.ts";
import { type Case, storeOf } from "./cases.ts";
import { fillPostgres } from "./fill-postgres.ts";
import { runScript } from "./processes.ts";

/** The environment of an instance on the store. */
type StoreEnvironment = Readonly<Record<string, string>>;

export interface Stores {
  readonly environmentOf: (benchCase: Case) => StoreEnvironment;
  readonly remove: () => Promise<void>;
}

export async function makeStores(
  cases: readonly Case[],
  isPinned: boolean,
  progress: (line: string) => void,
): Promise<Stores> {
  const folder = await mkdtemp(join(tmpdir(), "mintmark-bench-"));
  const needsPostgres = cases.some(({ engine }) => engine === "postgres");
  const cluster = needsPostgres ? await startCluster({ isDurable: true }) : null;
  const environments = new Map<string, StoreEnvironment>();
  const fillOne = async (benchCase: Case): Promise<void> => {
    const began = performance.now();
    environments.set(storeOf(benchCase), await makeStore(benchCase, folder, cluster, isPinned));
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    progress(`filled ${benchCase.engine} with ${benchCase.tokens} tokens in ${seconds} s`);
  };
  const wanted = [...new Map(cases.map((benchCase) => [storeOf(benchCase), benchCase])).values()];
  // The engines fill side by side, each on its own core.
  await Promise.all(
    (["sqlite", "postgres"] as const).map(async (engine) => {
      for (const benchCase of wanted) if (benchCase.engine === engine) await fillOne(benchCase);
    }),
  );
  return {
    environmentOf: (benchCase) => environments.get(storeOf(benchCase)) as StoreEnvironment,
    remove: async () => {
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
  const { engine, tokens, audit } = benchCase;
  const settings = { MINTMARK_AUDIT_USE: audit };
  if (cluster !== null && engine === "postgres") {
    return { ...settings, DATABASE_URL: await fillPostgres(cluster.url, `bench_${tokens}_${audit}`, tokens) };
  }
  const file = join(folder, `${storeOf(benchCase)}.db`);
  await runScript({ script: "fill-sqlite.ts", args: [file, String(tokens)], isServer: true, isPinned });
  return { ...settings, MINTMARK_DATA: file };
}
