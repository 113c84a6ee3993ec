// `npm run bench:lists`: how long a page of a long list takes, on both engines, and whether every statement behind
// it walks an index. The bar is 100 ms per page for any length of the list. The exit status tells whether the bar is met.
import { mkdtemp, rm } from "node:fs/promises";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { loadConfig } from "../../../server/src/config/config.ts";
import { createInstance } from "../../../server/src/instance.ts";
import { watchPlans } from "../../../server/test/support/query-plans.ts";
import { startCluster } from "../../../tests/support/postgres-cluster.ts";
import { fillPostgres, fillSqlite } from "./fill.ts";
import { type ListFigure, measureLists } from "./measure.ts";
import type { Sizes } from "./rows.ts";

const BAR_MS = 100;
const USAGE = `usage: npm run bench:lists -- [options]
  --members N        members of the organization (10000)
  --tokens N         its tokens (100000)
  --events N         audit events (10000000)
  --engine ENGINE    sqlite or postgres only
  --rounds N         requests for each page (5)
  --json FILE        write the figures to FILE
`;

interface Report {
  readonly engine: string;
  readonly filledInSeconds: number;
  readonly figures: readonly ListFigure[];
  readonly faults: readonly string[];
}

const { values } = parseArgs({
  options: {
    help: { type: "boolean", default: false },
    members: { type: "string", default: "10000" },
    tokens: { type: "string", default: "100000" },
    events: { type: "string", default: "10000000" },
    engine: { type: "string" },
    rounds: { type: "string", default: "5" },
    json: { type: "string" },
  },
});
if (values.help) process.stdout.write(USAGE);
else await run();

async function run(): Promise<void> {
  const sizes: Sizes = {
    members: Number(values.members),
    tokens: Number(values.tokens),
    events: Number(values.events),
  };
  const reports: Report[] = [];
  for (const engine of ["sqlite", "postgres"]) {
    if (values.engine === undefined || values.engine === engine) reports.push(await reportOn(engine, sizes));
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ sizes, reports }, null, 2)}\n`);
  const isHeld = reports.every(
    ({ figures, faults }) => faults.length === 0 && figures.every(({ medianMs }) => medianMs < BAR_MS),
  );
  process.exitCode = isHeld ? 0 : 1;
}

async function reportOn(engine: string, sizes: Sizes): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), "mintmark-lists-"));
  const cluster = engine === "postgres" ? await startCluster({ isDurable: true }) : null;
  try {
    const now = Date.now();
    const file = join(folder, "mintmark.db");
    await (cluster === null ? fillSqlite(file, sizes, now) : fillPostgres(cluster.url, sizes, now));
    const filledInSeconds = Math.round((Date.now() - now) / 1000);
    process.stdout.write(`\n${engine}, filled in ${filledInSeconds} s: ${JSON.stringify(sizes)}\n`);
    const config = loadConfig({
      MINTMARK_DATA: file,
      MINTMARK_PORT: "0",
      MINTMARK_LOG_LEVEL: "silent",
      ...(cluster === null ? {} : { DATABASE_URL: cluster.url }),
    });
    const instance = await createInstance(config);
    const plans = await watchPlans({ folder, databaseUrl: cluster?.url ?? null });
    try {
      const { port } = await instance.listen();
      const url = `http://127.0.0.1:${port}`;
      const faults = await plans.faultsOf(() => measureLists(instance, url, now, 1));
      const figures = await measureLists(instance, url, now, Number(values.rounds));
      print(figures, faults);
      return { engine, filledInSeconds, figures, faults };
    } finally {
      await plans.close();
      await instance.close();
    }
  } finally {
    await cluster?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function print(figures: readonly ListFigure[], faults: readonly string[]): void {
  process.stdout.write(`${"median".padStart(9)} ${"slowest".padStart(9)} items page   list\n`);
  for (const { operation, filter, page, items, medianMs, slowestMs } of figures) {
    const mark = medianMs < BAR_MS ? "" : `   over ${BAR_MS} ms`;
    process.stdout.write(
      `${medianMs.toFixed(1).padStart(9)} ${slowestMs.toFixed(1).padStart(9)} ${String(items).padStart(5)} ${page.padEnd(6)} ${operation} ${filter}${mark}\n`,
    );
  }
  process.stdout.write(faults.length === 0 ? "every statement walks an index\n" : `${faults.join("\n")}\n`);
}
