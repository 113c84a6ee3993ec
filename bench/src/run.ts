// One run, store after store: fill it, start an instance on it, warm it up, then rounds that alternate between the bare
// server and the instance. No other instance runs at the same time, because each has background work.
import { cpus } from "node:os";
import process from "node:process";
import { type Case, caseOf, type CaseName, storeOf } from "./cases.ts";
import { type Assignment, WORKING_SET } from "./load.ts";
import type { Options } from "./options.ts";
import { LoadProcess, leaveServerCore, ServerProcess } from "./processes.ts";
import { openStores, type StoreEnvironment } from "./stores.ts";

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
  /** The rounds of each case, and the bare server's round directly before each. */
  readonly cases: ReadonlyMap<CaseName, readonly { readonly round: Round; readonly bare: Round }[]>;
  /** The largest resident set of an instance before its first request, or `null` when none ran. */
  readonly idleRssMb: number | null;
  /** The most that an instance held for its warm tokens: what it has in memory of them and of their uses. */
  readonly warmHeldMb: number | null;
}

type Measured = { readonly round: Round; readonly bare: Round };

interface NamedCase {
  readonly name: CaseName;
  readonly benchCase: Case;
}

interface Bench {
  readonly options: Options;
  readonly isPinned: boolean;
  readonly load: LoadProcess;
  readonly measureBare: () => Promise<Round>;
  readonly progress: (line: string) => void;
}

export async function runBenchmark(options: Options, progress: (line: string) => void): Promise<Results> {
  const isPinned = leaveServerCore();
  if (!isPinned) progress("server and load cannot be pinned to separate cores here: expect noise");
  const cases = options.cases.map((name): NamedCase => ({ name, benchCase: caseOf(name, options.quick) }));
  const stores = await openStores(isPinned, progress);
  const load = await LoadProcess.start();
  const bareServer = await ServerProcess.start({ script: "serve-bare.ts", isPinned });
  try {
    const bareAssignment: Assignment = { ...assignmentOf(bareServer, BARE_REQUESTS, options), expectedStatus: 200 };
    const bare: Round[] = [];
    const measureBare = async (): Promise<Round> => {
      const round = await measure(load, bareServer, bareAssignment);
      bare.push(round);
      return round;
    };
    await load.observe(bareAssignment);
    const bench: Bench = { options, isPinned, load, measureBare, progress };
    const measured = new Map<CaseName, Measured[]>();
    let idleRssMb: number | null = null;
    let warmHeldMb: number | null = null;
    for (const sharing of Map.groupBy(cases, ({ benchCase }) => storeOf(benchCase)).values()) {
      const environment = await stores.make((sharing[0] as NamedCase).benchCase);
      const instance = await measureInstance(bench, environment, sharing);
      idleRssMb = Math.max(idleRssMb ?? 0, instance.idleRssMb);
      if (instance.warmHeldMb !== null) warmHeldMb = Math.max(warmHeldMb ?? 0, instance.warmHeldMb);
      for (const [name, rounds] of instance.measured) measured.set(name, rounds);
    }
    if (cases.length === 0) for (let round = 0; round < options.rounds; round++) await measureBare();
    const inOrder = new Map(cases.map(({ name }) => [name, measured.get(name) ?? []]));
    return { machine: machine(), isPinned, isQuick: options.quick, bare, cases: inOrder, idleRssMb, warmHeldMb };
  } finally {
    load.end();
    await bareServer.end();
    await stores.remove();
  }
}

interface InstanceFigures {
  readonly idleRssMb: number;
  readonly warmHeldMb: number | null;
  readonly measured: ReadonlyMap<CaseName, Measured[]>;
}

/** The cases that share a store, and so an instance. */
async function measureInstance(
  { options, isPinned, load, measureBare, progress }: Bench,
  environment: StoreEnvironment,
  cases: readonly NamedCase[],
): Promise<InstanceFigures> {
  const { benchCase: first } = cases[0] as NamedCase;
  const server = await startInstance(environment, `${storeOf(first)}.cpuprofile`, isPinned, options);
  try {
    const idleRssMb = (await server.usage()).rssBytes / 2 ** 20;
    const assignments = cases.map(({ benchCase }) => assignmentOf(server, benchCase, options));
    const isWarm = first.cache === "warm";
    const idle = isWarm ? await server.held() : null;
    for (const assignment of assignments) await warmUp(load, assignment);
    const warmHeldMb = idle === null ? null : ((await server.held()).heldBytes - idle.heldBytes) / 2 ** 20;
    const measured = new Map(cases.map(({ name }) => [name, [] as Measured[]]));
    progress(`${cases.map(({ name }) => name).join(", ")}: ${options.rounds} rounds`);
    for (let round = 0; round < options.rounds; round++) {
      for (const [index, { name }] of cases.entries()) {
        const bare = await measureBare();
        measured.get(name)?.push({ round: await measure(load, server, assignments[index] as Assignment), bare });
      }
    }
    return { idleRssMb, warmHeldMb, measured };
  } finally {
    await server.end();
  }
}

/** The bare server gets requests of the same length and with the same headers. */
const BARE_REQUESTS: Case = {
  engine: "sqlite",
  tokens: WORKING_SET,
  credential: "valid",
  audit: "summary",
  cache: "off",
};

function startInstance(
  environment: StoreEnvironment,
  profileName: string,
  isPinned: boolean,
  { profile }: Options,
): Promise<ServerProcess> {
  return ServerProcess.start({
    script: "serve-instance.ts",
    isPinned,
    nodeArgs: profile === null ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}`, `--cpu-prof-name=${profileName}`],
    env: { ...environment, MINTMARK_PORT: "0", MINTMARK_TRUSTED_PROXIES: "127.0.0.1" },
  });
}

function assignmentOf(server: ServerProcess, { tokens, credential, cache }: Case, options: Options): Assignment {
  return {
    port: server.port,
    connections: options.connections,
    durationMs: options.roundMs,
    tokens,
    inUse: cache === "warm" ? tokens : Math.min(tokens, WORKING_SET),
    credential,
    expectedStatus: credential === "valid" ? 200 : 401,
  };
}

/** With so many connections at once, few commits record the first use of many tokens. */
const CONNECTIONS_WHILE_WARMING = 500;

/** The first use of each token per day is written before the response. The benchmark does not measure it. */
async function warmUp(load: LoadProcess, measured: Assignment): Promise<void> {
  const assignment = { ...measured, connections: Math.max(measured.connections, CONNECTIONS_WHILE_WARMING) };
  for (let seen = 0; seen < 2 * Math.max(assignment.inUse, WORKING_SET);)
    seen += (await load.observe(assignment)).requests;
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
