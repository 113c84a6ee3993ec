// What the demo's programs ask of the robots' API: a method and an address, as a proxy would report them.

const WATCHING = ["GET /v1/robots", "GET /v1/robots/{n}/telemetry?minutes=15", "GET /v1/missions?state=running"];
const RUNNING = ["GET /v1/missions", "POST /v1/missions/{n}/run", "GET /v1/missions/{n}/log"];
const READING = ["GET /v1/telemetry/export?day=yesterday", "GET /v1/robots/{n}/telemetry", "GET /v1/robots"];
const BUILDING = ["PUT /v1/robots/{n}/firmware", "POST /v1/missions/{n}/run", "GET /v1/robots/{n}", "GET /v1/robots"];
const BACKING_UP = ["GET /v1/backup/robots", "GET /v1/backup/missions"];

/** By the beginning of a credential's label. */
const ASKS: readonly (readonly [prefix: string, asks: readonly string[]])[] = [
  ["mara-dashboard", WATCHING],
  ["mara-terminal", [...WATCHING, ...RUNNING]],
  ["mara-deploy", BUILDING],
  ["mara-bot", RUNNING],
  ["tobias-backup", BACKING_UP],
  ["priya-audit", ["GET /v1/members", "GET /v1/audit?page={n}"]],
  ["elena", [...READING, "POST /v1/simulations", "GET /v1/simulations/{n}"]],
  ["yuki", RUNNING],
  ["ines", WATCHING],
  ["chiara", RUNNING],
  ["key-ci", BUILDING],
  ["key-gateway", ["POST /v1/telemetry", "GET /v1/robots/{n}/commands"]],
  ["key-migration", ["PUT /v1/robots/{n}", "PUT /v1/missions/{n}"]],
];

export function asksOf(label: string): readonly string[] {
  return ASKS.find(([prefix]) => label.startsWith(prefix))?.[1] ?? READING;
}
