// One run: fill the stores, start the servers, warm them up, then rounds that alternate between the bare
// server and each server under test.
import { cpus } from "node:os";
import process from "node:process";
import { type Case, caseOf, type CaseName, storeOf } from "./cases.ts";
import { type Assignment, WORKING_SET } from "./load.ts";
import type { Options } from "./options.ts";
import { LoadProcess, leaveServerCore, ServerProcess } from "./processes.ts";
import { makeStores, type Stores } from "./stores.ts";

/** One round of one server. */
export interface Round {
  readonly rps: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU time of the server's process for each request. */
  readonly cpuUs: number;
  /** The share of one core that the server's process used. */
  readonly busy: number;
}

export interface Results {
  readonly machine: string;
  readonly isPinned: boolean;
  readonly isQuick: boolean;
  readonly bare: readonly Round[];
  /** Of each case, its rounds and the bare server's directly before each. */
  readonly cases: ReadonlyMap<CaseName, readonly { readonly round: Round; readonly bare: Round }[]>;
  /** The largest resident set of an instance that has answered nothing yet; `null` when none ran. */
  readonly idleRssMb: number | null;
}

interface Contestant {
  readonly name: CaseName;
  readonly server: ServerProcess;
  readonly assignment: Assignment;
}

export async function runBenchmark(options: Options, progress: (line: string) => void): Promise<Results> {
  const isPinned = leaveServerCore();
  if (!isPinned) progress("server and load cannot be pinned to cores of their own here: expect noise");
  const cases = options.cases.map((name) => ({ name, benchCase: caseOf(name, options.quick) }));
  const stores = await makeStores(
    cases.map(({ benchCase }) => benchCase),
    isPinned,
    progress,
  );
  const servers: ServerProcess[] = [];
  const load = await LoadProcess.start();
  try {
    const bareServer = await ServerProcess.start({ script: "serve-bare.ts", isPinned });
    servers.push(bareServer);
    const contestants: Contestant[] = [];
    const instances = new Map<string, ServerProcess>();
    let idleRssMb: number | null = null;
    for (const { name, benchCase } of cases) {
      let server = instances.get(storeOf(benchCase));
      if (server === undefined) {
        server = await startInstance(stores, benchCase, isPinned, options);
        servers.push(server);
        instances.set(storeOf(benchCase), server);
        idleRssMb = Math.max(idleRssMb ?? 0, (await server.usage()).rssBytes / 2 ** 20);
      }
      contestants.push({ name, server, assignment: assignmentOf(server, benchCase, options) });
    }
    progress("warming up");
    const bareAssignment: Assignment = { ...assignmentOf(bareServer, BARE_REQUESTS, options), expectedStatus: 200 };
    await load.observe(bareAssignment);
    for (const { assignment } of contestants) await warmUp(load, assignment);
    const bare: Round[] = [];
    const rounds = new Map(options.cases.map((name) => [name, [] as { round: Round; bare: Round }[]]));
    for (let round = 1; round <= options.rounds; round++) {
      progress(`round ${round} of ${options.rounds}`);
      if (contestants.length === 0) bare.push(await measure(load, bareServer, bareAssignment));
      for (const { name, server, assignment } of contestants) {
        const before = await measure(load, bareServer, bareAssignment);
        bare.push(before);
        rounds.get(name)?.push({ round: await measure(load, server, assignment), bare: before });
      }
    }
    return { machine: machine(), isPinned, isQuick: options.quick, bare, cases: rounds, idleRssMb };
  } finally {
    load.end();
    await Promise.all(servers.map((server) => server.end()));
    await stores.remove();
  }
}

/** The bare server gets requests of the same length and with the same headers. */
const BARE_REQUESTS: Case = { engine: "sqlite", tokens: WORKING_SET, credential: "valid", audit: "summary" };

function startInstance(
  stores: Stores,
  benchCase: Case,
  isPinned: boolean,
  { profile }: Options,
): Promise<ServerProcess> {
  const name = `${storeOf(benchCase)}.cpuprofile`;
  return ServerProcess.start({
    script: "serve-instance.ts",
    isPinned,
    nodeArgs: profile === null ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}`, `--cpu-prof-name=${name}`],
    env: { ...stores.environmentOf(benchCase), MINTMARK_PORT: "0", MINTMARK_TRUSTED_PROXIES: "127.0.0.1" },
  });
}

function assignmentOf(server: ServerProcess, { tokens, credential }: Case, options: Options): Assignment {
  return {
    port: server.port,
    connections: options.connections,
    durationMs: options.roundMs,
    tokens,
    credential,
    expectedStatus: credential === "valid" ? 200 : 401,
  };
}

/** The first use of each token of a day is written before the answer; it is not what is measured. */
async function warmUp(load: LoadProcess, assignment: Assignment): Promise<void> {
  for (let seen = 0; seen < 2 * WORKING_SET;) seen += (await load.observe(assignment)).requests;
}

async function measure(load: LoadProcess, server: ServerProcess, assignment: Assignment): Promise<Round> {
  const before = await server.usage();
  const { requests, seconds, p50Ms, p99Ms } = await load.observe(assignment);
  const cpuUs = (await server.usage()).cpuUs - before.cpuUs;
  return { rps: requests / seconds, p50Ms, p99Ms, cpuUs: cpuUs / requests, busy: cpuUs / 1e6 / seconds };
}

function machine(): string {
  const cores = cpus();
  const model = cores[0]?.model.trim() ?? "unknown";
  return `${process.platform} ${process.arch}, ${cores.length} × ${model}, Node ${process.version}`;
}
