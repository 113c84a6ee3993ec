// `npm run bench:large`: how large changes affect other users: a policy change, announcements of expiry, the deletion of
// a large organization. It runs in one process, on both engines, while other users verify and mint tokens all the time.
// The bars: nobody waits longer than 50 ms for the event loop, and no statement takes a second.
import { DAY_MS } from "@mintmark/core";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { parseArgs } from "node:util";
import { Client } from "pg";
import { loadConfig } from "../../../server/src/config/config.ts";
import { createInstance } from "../../../server/src/instance.ts";
import { startCluster } from "../../../tests/support/postgres-cluster.ts";
import { fillPostgres, fillSqlite } from "../lists/fill.ts";
import { measureChanges, type LargeFigure } from "./measure.ts";

const USAGE = `usage: npm run bench:large -- [options]
  --members N        members of the organization (10000)
  --tokens N         its tokens (100000)
  --engine ENGINE    sqlite or postgres only
`;

const { values } = parseArgs({
  options: {
    help: { type: "boolean", default: false },
    members: { type: "string", default: "10000" },
    tokens: { type: "string", default: "100000" },
    engine: { type: "string" },
  },
});
if (values.help) process.stdout.write(USAGE);
else await run();

async function run(): Promise<void> {
  const sizes = { members: Number(values.members), tokens: Number(values.tokens), events: 100_000 };
  for (const engine of ["sqlite", "postgres"]) {
    if (values.engine !== undefined && values.engine !== engine) continue;
    const folder = await mkdtemp(join(tmpdir(), "mintmark-large-"));
    const cluster = engine === "postgres" ? await startCluster({ isDurable: true }) : null;
    try {
      const file = join(folder, "mintmark.db");
      const now = Date.now();
      await (cluster === null ? fillSqlite(file, sizes, now) : fillPostgres(cluster.url, sizes, now));
      await makeAnnouncementsDue(cluster?.url ?? null, file, now);
      const config = loadConfig({
        MINTMARK_DATA: file,
        MINTMARK_LOG_LEVEL: "warn",
        MINTMARK_MINT_LIMIT: "0",
        MINTMARK_TOKEN_LIMIT: "10000",
        ...(cluster === null ? {} : { DATABASE_URL: cluster.url }),
      });
      const instance = await createInstance(config);
      try {
        process.stdout.write(`\n${engine}: ${JSON.stringify(sizes)}\n`);
        for await (const figure of measureChanges(instance)) print(figure);
      } finally {
        await instance.close();
      }
    } finally {
      await cluster?.stop();
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/** For all expiring tokens, as on a day after the announcements were paused. */
async function makeAnnouncementsDue(url: string | null, file: string, now: number): Promise<void> {
  const statement = `update personal_access_tokens set expires_at = ${now + 5 * DAY_MS}, expiry_notice_at = ${now}
    where revoked_at is null`;
  if (url === null) {
    const database = new DatabaseSync(file);
    database.exec(statement);
    database.close();
    return;
  }
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.query("vacuum analyze");
  await client.end();
}

function print({ change, answerMs, settledMs, stallMs, verification, mint, statementMs }: LargeFigure): void {
  const ms = (value: number): string => `${value.toFixed(0)} ms`;
  process.stdout.write(
    `${change}: response after ${ms(answerMs)}, all notified and recorded after ${(settledMs / 1000).toFixed(1)} s; ` +
      `longest stall ${ms(stallMs)}; a verification p50 ${verification.p50.toFixed(1)} ms, p99 ${ms(verification.p99)}, at most ${ms(verification.max)}; ` +
      `a stranger's mint p50 ${ms(mint.p50)}, at most ${ms(mint.max)}; longest statement ${ms(statementMs)}\n`,
  );
}
