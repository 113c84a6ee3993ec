// `npm run bench:mcp`: the cost of open streams of AI clients, and how soon they end. It opens one stream per token, each
// on its own connection, and measures the instance while they are idle. Then each token calls a tool, 50 at once, and
// some tokens are revoked one after the other. The bars: 200 MB, and 100 ms from the response of the revocation to the
// end of the stream at the client. The exit status tells whether the bars are met.
import { mkdtemp, rm } from "node:fs/promises";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as after } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startCluster } from "../../../tests/support/postgres-cluster.ts";
import { fillPostgres } from "../fill-postgres.ts";
import { leaveServerCore, runScript, ServerProcess } from "../processes.ts";
import { secretOf } from "../tokens.ts";
import { callTool, openStream, revoke, type Stream } from "./stream.ts";

const BAR_MB = 200;
const BAR_MS = 100;
const CALLS_AT_ONCE = 50;
const USAGE = `usage: npm run bench:mcp -- [options]
  --streams N        open streams, each with a separate token (500)
  --revocations N    number of streams to end, one after the other (100)
  --seconds N        how long to measure idle streams (10)
  --engine ENGINE    sqlite or postgres only
  --json FILE        write the figures to FILE
`;

interface Figures {
  readonly engine: string;
  readonly idleMb: number;
  readonly openMb: number;
  /** The share of one core that open streams take while nothing happens. */
  readonly quietCpu: number;
  readonly calledMb: number;
  readonly endedP50Ms: number;
  readonly endedP99Ms: number;
  readonly endedMaxMs: number;
}

const { values } = parseArgs({
  options: {
    help: { type: "boolean", default: false },
    streams: { type: "string", default: "500" },
    revocations: { type: "string", default: "100" },
    seconds: { type: "string", default: "10" },
    engine: { type: "string" },
    json: { type: "string" },
  },
});
if (values.help) process.stdout.write(USAGE);
else await run();

async function run(): Promise<void> {
  const isPinned = leaveServerCore();
  const all: Figures[] = [];
  for (const engine of ["sqlite", "postgres"]) {
    if (values.engine === undefined || values.engine === engine) all.push(await measure(engine, isPinned));
  }
  for (const { engine, ...figures } of all) {
    process.stdout.write(`\n${engine}, ${values.streams} streams\n`);
    for (const [name, value] of Object.entries(figures))
      process.stdout.write(`${value.toFixed(2).padStart(10)} ${name}\n`);
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(all, null, 2)}\n`);
  process.exitCode = all.every((one) => Math.max(one.openMb, one.calledMb) < BAR_MB && one.endedMaxMs < BAR_MS) ? 0 : 1;
}

async function measure(engine: string, isPinned: boolean): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), "mintmark-mcp-"));
  const cluster = engine === "postgres" ? await startCluster({ isDurable: true }) : null;
  try {
    const file = join(folder, "mintmark.db");
    if (cluster === null)
      await runScript({ script: "fill-sqlite.ts", args: [file, values.streams], isServer: true, isPinned });
    const database =
      cluster === null ? {} : { DATABASE_URL: await fillPostgres(cluster.url, "mcp", Number(values.streams)) };
    const server = await ServerProcess.start({
      script: "serve-instance.ts",
      // As npm start runs it.
      nodeArgs: ["--max-semi-space-size=4"],
      env: { MINTMARK_DATA: file, MINTMARK_PORT: "0", MINTMARK_LOG_LEVEL: "info", ...database },
      isPinned,
    });
    try {
      return { engine, ...(await watch(server)) };
    } finally {
      await server.end();
    }
  } finally {
    await cluster?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function watch(server: ServerProcess): Promise<Omit<Figures, "engine">> {
  const megabytes = async (): Promise<number> => (await server.usage()).rssBytes / 2 ** 20;
  const { port } = server;
  const idleMb = await megabytes();
  const streams: Stream[] = [];
  for (let token = 0; token < Number(values.streams); token++) streams.push(await openStream(port, secretOf(token)));
  const before = await server.usage();
  await after(Number(values.seconds) * 1000);
  const quiet = await server.usage();
  for (let token = 0; token < streams.length; token += CALLS_AT_ONCE) {
    const wave = streams.slice(token, token + CALLS_AT_ONCE);
    await Promise.all(wave.map((_, index) => callTool(port, secretOf(token + index), "whoami")));
  }
  const calledMb = await megabytes();
  const ended: number[] = [];
  for (const [token, stream] of streams.slice(0, Number(values.revocations)).entries()) {
    await revoke(port, secretOf(token));
    const answeredAt = performance.now();
    ended.push((await stream.endedAt) - answeredAt);
  }
  for (const stream of streams) stream.leave();
  ended.sort((one, other) => one - other);
  const share = (part: number): number =>
    ended[Math.min(ended.length - 1, Math.floor(ended.length * part))] ?? Number.NaN;
  return {
    idleMb,
    openMb: quiet.rssBytes / 2 ** 20,
    quietCpu: (quiet.cpuUs - before.cpuUs) / (Number(values.seconds) * 1e6),
    calledMb,
    endedP50Ms: share(0.5),
    endedP99Ms: share(0.99),
    endedMaxMs: share(1),
  };
}
