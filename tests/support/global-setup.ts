// What node's test runner does once around a whole run (`--test-global-setup`). It runs in the runner's own process,
// whose environment every test file's process inherits.
import process from "node:process";
import { type Cluster, startCluster } from "./postgres-cluster.ts";
import { TEST_POSTGRES_VARIABLE } from "./postgres.ts";

let cluster: Cluster | undefined;

export async function globalSetup(): Promise<void> {
  if (process.env[TEST_POSTGRES_VARIABLE] !== undefined) return;
  cluster = await startCluster();
  process.env[TEST_POSTGRES_VARIABLE] = cluster.url;
}

export async function globalTeardown(): Promise<void> {
  await cluster?.stop();
}
