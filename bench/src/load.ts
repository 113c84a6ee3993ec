// The load: a separate process that sends requests over many connections and reports the results.
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { Connection } from "./connection.ts";
import { junkOf, sampleOf, secretOf } from "./tokens.ts";

/** The assignment from the benchmark to the load. */
export interface Assignment {
  readonly port: number;
  readonly connections: number;
  readonly durationMs: number;
  /** Tokens in the store. */
  readonly tokens: number;
  /** Different tokens in use, in turn. */
  readonly inUse: number;
  readonly credential: "valid" | "junk";
  readonly expectedStatus: number;
}

export interface Observation {
  readonly requests: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Different tokens in use where lookups read. */
export const WORKING_SET = 1000;

process.on("message", (assignment: Assignment) => {
  observe(assignment).then(
    (observation) => process.send?.({ observation }),
    (error: Error) => process.send?.({ problem: error.message }),
  );
});
process.once("disconnect", () => process.exit(0));
process.send?.({ ready: true });

/** A round goes on where the one before stopped, so that all tokens get their turn. */
let turn = 0;

async function observe(assignment: Assignment): Promise<Observation> {
  const requests = rememberedRequests(assignment);
  const latencies: number[] = [];
  const unexpected = new Set<number>();
  const open = (): Promise<Connection> =>
    Connection.open(assignment.port, {
      next: () => requests[turn++ % requests.length] as Buffer,
      onAnswer: (status, ms) => {
        if (status !== assignment.expectedStatus) unexpected.add(status);
        latencies.push(ms);
      },
    });
  const connections = await Promise.all(Array.from({ length: assignment.connections }, open));
  const began = performance.now();
  const running = Promise.all(connections.map((connection) => connection.start()));
  await Promise.race([running, pause(assignment.durationMs)]);
  for (const connection of connections) connection.stop();
  await running;
  const seconds = (performance.now() - began) / 1000;
  if (unexpected.size > 0) {
    throw new Error(`responses had status ${[...unexpected].join(", ")} instead of ${assignment.expectedStatus}`);
  }
  return { requests: latencies.length, seconds, ...quantilesOf(latencies) };
}

/** The rounds of a case alternate with those of the bare server, which gets the requests of another one. */
const keptRequests = new Map<string, readonly Buffer[]>();

function rememberedRequests(assignment: Assignment): readonly Buffer[] {
  const key = `${assignment.tokens} ${assignment.inUse} ${assignment.credential}`;
  const known = keptRequests.get(key);
  if (known !== undefined) return known;
  const requests = requestsOf(assignment);
  keptRequests.set(key, requests);
  return requests;
}

/** Requests as a reverse proxy makes them: one for each token, each from a different address. */
function requestsOf({ tokens, inUse, credential }: Assignment): readonly Buffer[] {
  return sampleOf(tokens, inUse).map((token, i) => {
    const secret = credential === "valid" ? secretOf(token) : junkOf(token);
    const lines = [
      "GET /forward-auth?permission=organization:read HTTP/1.1",
      "Host: mintmark.internal",
      `X-Forwarded-For: 198.${51 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`,
      "X-Forwarded-Proto: https",
      "X-Forwarded-Method: GET",
      "X-Forwarded-Uri: /api/scans?limit=50",
      "User-Agent: bench/1.0",
      "Accept: */*",
      `Authorization: Bearer ${secret}`,
    ];
    return Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
  });
}

function quantilesOf(latencies: readonly number[]): { readonly p50Ms: number; readonly p99Ms: number } {
  const sorted = Float64Array.from(latencies).sort();
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}
