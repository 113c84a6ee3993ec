// Node's test runner runs this once around a whole run (`--test-global-setup`), in the runner's process. The process of
// each test file inherits its environment.
import process from "node:process";
import { PROGRAMS, whyMissing } from "./debian-packages.ts";
import { type Cluster, startCluster } from "./postgres-cluster.ts";
import { TEST_POSTGRES_VARIABLE } from "./postgres.ts";

let cluster: Cluster | undefined;

export async function globalSetup(): Promise<void> {
  // Here, before the files run side by side: two installations at once would wait for each other. A program that cannot
  // be installed is missed by the tests that need it.
  await whyMissing(PROGRAMS);
  if (process.env[TEST_POSTGRES_VARIABLE] !== undefined) return;
  cluster = await startCluster();
  process.env[TEST_POSTGRES_VARIABLE] = cluster.url;
}

export async function globalTeardown(): Promise<void> {
  await cluster?.stop();
}
