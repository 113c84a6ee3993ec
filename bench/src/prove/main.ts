// `npm run prove`: real server processes, a real database, faults, and a checker. Exit code 0 only where the promise held.
// `npm run prove -- --help` lists the options.
import process from "node:process";
import { parseArgs } from "node:util";
import { formatResult, held } from "./report.ts";
import { ENGINES, runEngine } from "./run.ts";

const USAGE = `usage: npm run prove -- [options]
  --engine NAME    ${ENGINES.join(" or ")} (default: both, one after the other)
  --minutes N      how long each engine runs (3)
  --seed N         repeats the choices of a run (default: by chance)
  --replicas N     server processes (3)
`;

interface Options {
  readonly engines: readonly (typeof ENGINES)[number][];
  readonly minutes: number;
  readonly seed: number;
  readonly replicas: number;
}

function read(): Options | null {
  const { values } = parseArgs({
    options: {
      help: { type: "boolean", default: false },
      engine: { type: "string" },
      minutes: { type: "string", default: "3" },
      seed: { type: "string" },
      replicas: { type: "string", default: "3" },
    },
  });
  if (values.help) return null;
  const engines = ENGINES.filter((engine) => values.engine === undefined || values.engine === engine);
  if (engines.length === 0) throw new Error(`there is no engine "${values.engine}"`);
  const seed = values.seed === undefined ? Math.floor(Math.random() * 1e9) : numberOf(values.seed);
  return { engines, minutes: numberOf(values.minutes), seed, replicas: numberOf(values.replicas) };
}

function tell(line: string): void {
  process.stderr.write(`prove: ${line}\n`);
}

function numberOf(text: string): number {
  if (!/^\d{1,9}(\.\d{1,3})?$/.test(text) || Number(text) === 0) throw new Error(`"${text}" is not a number above 0`);
  return Number(text);
}

let options: Options | null = null;
try {
  options = read();
  if (options === null) process.stdout.write(USAGE);
} catch (error) {
  process.stderr.write(`prove: error: ${(error as Error).message}\n${USAGE}`);
  process.exitCode = 2;
}
// Ends through the exit hooks, which end the started processes.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
for (const engine of options?.engines ?? []) {
  const { minutes, seed, replicas } = options as Options;
  tell(`${engine}, ${replicas} replicas, ${minutes} minutes, seed ${seed}`);
  const result = await runEngine({ engine, seed, replicas, ms: minutes * 60_000, tell });
  process.stdout.write(formatResult(result));
  if (!held(result)) process.exitCode = 1;
}
