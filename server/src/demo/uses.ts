// The third part of the history: who uses which credential, when and from where, and the machines that continue while
// the demo runs. A pattern describes a week; chance, the same in every demo, varies the days.
import type { Verification, Verifier } from "../verify/verifier.ts";
import { routeOf } from "../verify/request.ts";
import { PLACES, type Place } from "./cast.ts";
import { presentSecret } from "./received-secrets.ts";
import type { Stage } from "./stage.ts";
import type { Chance } from "./timeline.ts";

interface Pattern {
  /** Days before today, both inclusive; 0 is today. */
  readonly from: number;
  readonly until: number;
  readonly days: "every" | "weekdays" | "mondays";
  /** Times of day, UTC. Chance skips some days. */
  readonly at: readonly string[];
  /** Requests in a row. */
  readonly requests: readonly [least: number, most: number];
  readonly places: readonly Place[];
}

/** The percentage of weekdays without use. */
const SKIPPED = 12;
const LATEST_START_MINUTES = 6;

export function addUses(stage: Stage): void {
  const { chance, timeline } = stage;
  for (const [label, pattern] of [...Object.entries(PATTERNS), ...MACHINES]) {
    for (let daysAgo = pattern.from; daysAgo >= pattern.until; daysAgo--) {
      if (!isDayOf(pattern, timeline.instant(daysAgo, "12:00"))) continue;
      if (pattern.days === "weekdays" && chance.between(1, 100) <= SKIPPED) continue;
      for (const time of pattern.at) {
        const at = timeline.instant(daysAgo, time) + chance.between(0, LATEST_START_MINUTES * 60_000);
        const place = chance.pick(pattern.places);
        const times = chance.between(...pattern.requests);
        timeline.add(at, () => stage.use(label, place, times, requestsOf(label)));
      }
    }
  }
}

function isDayOf({ days }: Pattern, instant: number): boolean {
  const day = new Date(instant).getUTCDay();
  if (days === "mondays") return day === 1;
  return days === "every" || (day >= 1 && day <= 5);
}

/** How often the machines are asked whether a request is due. */
const EVERY_MS = 1_000;
const HOUR_MS = 3_600_000;

/** A request that is due now. */
interface Due {
  readonly label: string;
  readonly place: Place;
}

/**
 * The requests of machines in the `spanMs` from `at` on. Each machine sends as many in an hour as in the same hour of its
 * history, at random moments. So the charts of a demo that runs for a day continue as they were.
 */
export function dueRequests(chance: Chance, at: number, spanMs: number): readonly Due[] {
  return MACHINES.flatMap(([label, pattern]) => {
    const isDue = chance.next() < (requestsInHour(pattern, at) * spanMs) / HOUR_MS;
    return isDue ? [{ label, place: chance.pick(pattern.places) }] : [];
  });
}

/** How many requests the pattern has on average in the hour of the instant. */
function requestsInHour(pattern: Pattern, at: number): number {
  if (!isDayOf(pattern, at)) return 0;
  const hour = new Date(at).toISOString().slice(11, 13);
  const [least, most] = pattern.requests;
  return (pattern.at.filter((time) => time.startsWith(hour)).length * (least + most)) / 2;
}

/** Sends a request, as a proxy would report it. */
function send(stage: Stage, verifier: Verifier, { label, place }: Due): Promise<Verification> {
  const [method, url] = stage.chance.pick(requestsOf(label)).split(" ");
  const client = { ip: place.ip, userAgent: place.userAgent, route: routeOf(method, url) };
  return presentSecret(verifier, stage.secretOf(label), client);
}

/**
 * Sends one request of each machine, and then those that are due while the demo runs. Returns a function that stops
 * them.
 */
export function startTraffic(stage: Stage, verifier: Verifier, onError: (error: unknown) => void): () => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  const sendAll = (due: readonly Due[]): void => {
    last = Promise.all([last, ...due.map((one) => send(stage, verifier, one))]).catch(onError);
  };
  sendAll(MACHINES.map(([label, { places }]) => ({ label, place: stage.chance.pick(places) })));
  const timer = setInterval(
    () => sendAll(dueRequests(stage.chance, stage.timeline.clock(), EVERY_MS)),
    EVERY_MS,
  ).unref();
  return async () => {
    clearInterval(timer);
    await last;
  };
}

const { maraTerminal, maraHome, elenaNotebook, samTerminal, yukiBench, dashboard, fieldTablet } = PLACES;
const { continuousIntegration, secondRunner, backupServer, oldServer, fleetGateway } = PLACES;

const hourly = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => `${String(from + i).padStart(2, "0")}:05`);

const PATTERNS: Readonly<Record<string, Pattern>> = {
  "mara-terminal": weekdays(46, 0, ["09:25", "14:40"], [4, 18], [maraTerminal, maraTerminal, maraHome]),
  "mara-prototype": weekdays(129, 97, ["13:30"], [1, 3], [maraTerminal]),
  "mara-old-laptop": weekdays(43, 26, ["10:20"], [1, 6], [maraHome]),
  "mara-deploy": every(41, 1, ["03:30"], [3, 3], [oldServer]),
  "mara-workshop": weekdays(40, 34, ["08:45", "13:00"], [5, 20], [maraTerminal, dashboard]),
  "mara-bot": weekdays(33, 12, ["09:00", "12:00", "16:00"], [1, 5], [dashboard]),
  "mara-report": { ...every(30, 0, ["06:00"], [6, 6], [backupServer]), days: "mondays" },
  "mara-harbor": weekdays(29, 3, ["15:00"], [2, 7], [maraTerminal]),
  "mara-dashboard": every(26, 2, hourly(6, 15), [2, 4], [dashboard]),
  "mara-dashboard-new": every(1, 0, hourly(0, 23), [2, 4], [dashboard]),
  "mara-garage": every(120, 94, ["20:30"], [1, 3], [maraHome]),
  "mara-home": every(25, 1, ["20:15"], [1, 3], [maraHome]),
  "mara-fair": every(4, 1, ["10:00", "15:30"], [3, 12], [fieldTablet]),
  "tobias-backup": every(44, 14, ["02:15"], [2, 2], [backupServer]),
  "tobias-backup-new": every(12, 0, ["02:15"], [2, 2], [backupServer]),
  "priya-audit": { ...every(43, 0, ["07:30"], [3, 5], [dashboard]), days: "mondays" },
  "elena-notebook": weekdays(43, 0, ["11:20", "16:10"], [8, 40], [elenaNotebook]),
  "elena-cluster": every(39, 15, ["01:00", "09:00"], [10, 30], [secondRunner]),
  "elena-cluster-new": every(14, 0, ["01:00", "09:00"], [10, 30], [secondRunner]),
  "elena-harbor": weekdays(28, 0, ["10:30"], [2, 10], [elenaNotebook]),
  "sam-terminal": weekdays(41, 0, ["08:10", "15:20"], [2, 14], [samTerminal]),
  "yuki-bench": weekdays(41, 0, ["07:30", "10:45", "13:30"], [5, 25], [yukiBench]),
  "nadia-analysis": weekdays(40, 3, ["10:00"], [6, 30], [elenaNotebook]),
  "owen-field": every(38, 7, ["17:30"], [2, 12], [fieldTablet]),
  "owen-script": every(35, 31, ["14:00"], [20, 60], [maraHome]),
  "owen-gist": weekdays(26, 17, ["16:40"], [1, 4], [PLACES.stranger]),
  "ines-tablet": weekdays(36, 0, ["07:20", "11:10", "14:50"], [3, 15], [fieldTablet]),
  "chiara-scheduler": every(25, 0, ["05:00", "17:00"], [4, 4], [dashboard]),
  "leo-sheet": weekdays(31, 1, ["09:50"], [1, 2], [dashboard]),
  "key-migration": weekdays(41, 28, ["11:00"], [30, 80], [backupServer]),
  "key-vendor": weekdays(28, 19, ["12:40"], [1, 5], [PLACES.stranger]),
};

/**
 * The machines that continue while the demo runs. Only API keys, so that the history of people's tokens stays unchanged.
 * One of them uses an expired key.
 */
const MACHINES: readonly (readonly [label: string, pattern: Pattern])[] = [
  ["key-ci", weekdays(43, 0, hourly(8, 16), [10, 30], [continuousIntegration, continuousIntegration, secondRunner])],
  ["key-gateway", every(36, 0, hourly(0, 23), [30, 60], [fleetGateway])],
  ["key-migration", every(20, 0, hourly(6, 17), [1, 4], [backupServer])],
];

function every(
  from: number,
  until: number,
  at: readonly string[],
  requests: Pattern["requests"],
  places: readonly Place[],
): Pattern {
  return { from, until, days: "every", at, requests, places: places };
}

function weekdays(...pattern: Parameters<typeof every>): Pattern {
  return { ...every(...pattern), days: "weekdays" };
}

// The requests that the demo's programs send to the robots' API: a method and a path, as a proxy would report them.
const WATCHING = ["GET /v1/robots", "GET /v1/robots/{n}/telemetry?minutes=15", "GET /v1/missions?state=running"];
const RUNNING = ["GET /v1/missions", "POST /v1/missions/{n}/run", "GET /v1/missions/{n}/log"];
const READING = ["GET /v1/telemetry/export?day=yesterday", "GET /v1/robots/{n}/telemetry", "GET /v1/robots"];
const BUILDING = ["PUT /v1/robots/{n}/firmware", "POST /v1/missions/{n}/run", "GET /v1/robots/{n}", "GET /v1/robots"];
const BACKING_UP = ["GET /v1/backup/robots", "GET /v1/backup/missions"];

/** By the prefix of a credential's label. */
const REQUESTS: readonly (readonly [prefix: string, requests: readonly string[]])[] = [
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

function requestsOf(label: string): readonly string[] {
  return REQUESTS.find(([prefix]) => label.startsWith(prefix))?.[1] ?? READING;
}
