// `npm run bench:directory`: how long a host takes to bring all its users, organizations and members in by batches over HTTP,
// and to send the same again, on both engines with durable commits. The bars: 100,000 memberships, each of another user, in
// 60 s on SQLite and in 120 s on PostgreSQL.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { CHANGES_OF_BATCH } from "@mintmark/core";
import { loadConfig } from "../../../server/src/config/config.ts";
import { createInstance } from "../../../server/src/instance.ts";
import { createManagementKeyOnHost } from "../../../server/src/use-cases/admin/management-key.ts";
import { freePort } from "../../../tests/support/free-port.ts";
import { startCluster } from "../../../tests/support/postgres-cluster.ts";

const USAGE = `usage: npm run bench:directory -- [options]
  --memberships N    as many users, each a member of one organization (100000)
  --organizations N  (100)
  --engine ENGINE    sqlite or postgres only
`;
const BARS_S = { sqlite: 60, postgres: 120 } as const;

/** How many batches are under way at once. */
const AT_ONCE = 2;

const { values } = parseArgs({
  options: {
    help: { type: "boolean", default: false },
    memberships: { type: "string", default: "100000" },
    organizations: { type: "string", default: "100" },
    engine: { type: "string" },
  },
});
if (values.help) process.stdout.write(USAGE);
else await run();

type Change = Readonly<Record<string, unknown>>;

async function run(): Promise<void> {
  const sizes = { memberships: Number(values.memberships), organizations: Number(values.organizations) };
  for (const engine of ["sqlite", "postgres"] as const) {
    if (values.engine !== undefined && values.engine !== engine) continue;
    const folder = await mkdtemp(join(tmpdir(), "mintmark-directory-"));
    const cluster = engine === "postgres" ? await startCluster({ isDurable: true }) : null;
    try {
      const port = await freePort();
      const config = loadConfig({
        MINTMARK_DATA: join(folder, "mintmark.db"),
        MINTMARK_LOG_LEVEL: "warn",
        MINTMARK_PORT: String(port),
        ...(cluster === null ? {} : { DATABASE_URL: cluster.url }),
      });
      const instance = await createInstance(config);
      try {
        await instance.listen();
        const { secret } = await createManagementKeyOnHost(instance.deps, { name: "bench" });
        const send = (changes: readonly Change[]): Promise<number> =>
          sendAll(`http://127.0.0.1:${port}`, secret.expose(), changes);
        process.stdout.write(`${engine}: ${JSON.stringify(sizes)}\n`);
        const changes = directoryOf(sizes);
        const cpu = process.cpuUsage();
        const seconds = await send(changes);
        const { user, system } = process.cpuUsage(cpu);
        const verdict = seconds < BARS_S[engine] ? "within" : "MISSES";
        const own = ((user + system) / 1e6).toFixed(1);
        process.stdout.write(
          `  imported in ${seconds.toFixed(1)} s, ${own} s of them processor time of this process (${verdict} the bar of ${BARS_S[engine]} s)\n`,
        );
        process.stdout.write(`  the same again, which changes nothing, in ${(await send(changes)).toFixed(1)} s\n`);
      } finally {
        await instance.close();
      }
    } finally {
      await cluster?.stop();
      await rm(folder, { recursive: true, force: true });
    }
  }
}

function directoryOf(sizes: { readonly memberships: number; readonly organizations: number }): readonly Change[] {
  const users = Array.from({ length: sizes.memberships }, (_, index) => `user_${index}`);
  const organizations = Array.from({ length: sizes.organizations }, (_, index) => `org_${index}`);
  const version = Date.now();
  return [
    ...organizations.map((organization) => ({ type: "organization.put", organization, name: organization, version })),
    ...users.map((user) => ({
      type: "user.put",
      user,
      name: `Person ${user}`,
      email: `${user}@shop.example.com`,
      emailVerified: true,
      version,
    })),
    ...users.map((user, index) => ({
      type: "member.put",
      organization: organizations[Math.floor((index * organizations.length) / users.length)],
      user,
      role: "member",
      version,
    })),
  ];
}

/** Returns the seconds until every change has its result. Users and organizations come before the members. */
async function sendAll(url: string, secret: string, changes: readonly Change[]): Promise<number> {
  const began = performance.now();
  const members = changes.findIndex(({ type }) => type === "member.put");
  for (const part of [changes.slice(0, members), changes.slice(members)]) {
    const batches: (readonly Change[])[] = [];
    for (let start = 0; start < part.length; start += CHANGES_OF_BATCH)
      batches.push(part.slice(start, start + CHANGES_OF_BATCH));
    const work = async (): Promise<void> => {
      for (let batch = batches.shift(); batch !== undefined; batch = batches.shift())
        await sendBatch(url, secret, batch);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }
  return (performance.now() - began) / 1_000;
}

async function sendBatch(url: string, secret: string, changes: readonly Change[]): Promise<void> {
  const response = await fetch(`${url}/api/manage/batch`, {
    method: "POST",
    headers: { Authorization: `Bearer ${secret}`, "Content-Type": "application/json" },
    body: JSON.stringify({ changes }),
  });
  // A batch that had to wait too long for another one is sent again, as after every 503.
  if (response.status === 503) return sendBatch(url, secret, changes);
  const { results, detail } = (await response.json()) as {
    readonly results?: readonly { readonly status: number; readonly detail?: string }[];
    readonly detail?: string;
  };
  const refused = results?.find(({ status }) => status !== 200);
  if (results?.length !== changes.length || refused !== undefined)
    throw new Error(`a batch was refused: ${detail ?? refused?.detail ?? String(response.status)}`);
}
