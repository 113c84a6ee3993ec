// Node's test runner runs this once around a whole run (`--test-global-setup`), in the runner's process. The process of
// each test file inherits its environment.
import process from "node:process";
import { type Cluster, startCluster } from "./postgres-cluster.ts";
import { TEST_POSTGRES_VARIABLE } from "./postgres.ts";
import { whyNoProxies } from "./proxies.ts";

let cluster: Cluster | undefined;

export async function globalSetup(): Promise<void> {
  // Here, before the files run side by side: two installations at once would wait for each other.
  const reason = await whyNoProxies();
  if (reason !== null) process.stderr.write(`\nNothing behind a proxy is tested: ${reason}\n\n`);
  if (process.env[TEST_POSTGRES_VARIABLE] !== undefined) return;
  cluster = await startCluster();
  process.env[TEST_POSTGRES_VARIABLE] = cluster.url;
}

export async function globalTeardown(): Promise<void> {
  await cluster?.stop();
}
