// What the SDK costs beyond its round trip to the instance: a guarded request, compared with the same question asked by
// `fetch` alone. Both run in this process, in short turns, so that the machine is the same for both. Time is processor time,
// so that other programs on the machine do not count.
import process from "node:process";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { createVerifier, type Fetch } from "../../../sdk/src/index.ts";
import { type NodeProtection, protect } from "../../../sdk/src/node.ts";
import { median } from "../report.ts";

export interface Overhead {
  /** Medians over the rounds, in microseconds of the processor per request. */
  readonly aloneUs: number;
  readonly guardedUs: number;
  /** The median of the differences within a round. */
  readonly addedUs: number;
}

export interface OverheadOptions {
  readonly rounds: number;
  readonly requests: number;
}

const SERVICE_KEY = "mm_svc_0000000000000000000000000000000000000000dd7c1036";
const TOKEN = "mm_pat_3f8a1c5b7d9e0f2a4c6b8d0e1f3a5c7b9d0e2f4af6a45d06";
const VERDICT = JSON.stringify({
  active: true,
  credential: {
    type: "pat",
    id: "pat_00000000000000000000000000000001",
    name: "CI deploy",
    prefix: "mm_pat_3f8",
    expiresAt: "2030-01-01T00:00:00.000Z",
    endsAt: "2030-01-01T00:00:00.000Z",
    endsBecause: "expiry",
  },
  user: { id: "usr_1", externalId: "42", name: "Ada", email: "ada@example.com", emailVerified: true },
  organization: { id: "org_1", externalId: "northwind", name: "Northwind", personal: false },
  role: "member",
  permissions: ["organization:read", "members:read", "tokens:create", "policy:read", "scans:read", "scans:run"],
});

/** The question that the SDK asks about that request. */
const QUESTION = {
  token: TOKEN,
  permission: "scans:read",
  ip: "203.0.113.7",
  userAgent: "curl/8.0",
  method: "GET",
  path: "/scans",
};

/** A request as node:http hands it to a listener. */
const request = (): IncomingMessage =>
  ({
    method: "GET",
    url: "/scans?page=2",
    headers: {},
    rawHeaders: [
      "Host",
      "shop.example.com",
      "Accept",
      "*/*",
      "User-Agent",
      "curl/8.0",
      "Authorization",
      `Bearer ${TOKEN}`,
    ],
    socket: { remoteAddress: "203.0.113.7" },
  }) as unknown as IncomingMessage;

/** Over HTTP to a server that responds at once. */
export async function measureOverHttp(options: OverheadOptions): Promise<Overhead> {
  const server: Server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(VERDICT) });
    response.end(VERDICT);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    return await measure(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, fetch, options);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Without a network: the response is there at once, so that the difference stands out. */
export function measureInMemory(options: OverheadOptions): Promise<Overhead> {
  const headers = { "Content-Type": "application/json" };
  return measure("https://mintmark.example.com", async () => new Response(VERDICT, { headers }), options);
}

async function measure(url: string, send: Fetch, { rounds, requests }: OverheadOptions): Promise<Overhead> {
  const guard = protect(createVerifier({ url, serviceKey: SERVICE_KEY, fetch: send }));
  const alone: number[] = [];
  const guarded: number[] = [];
  // The first round warms up both, and does not count.
  for (let round = 0; round <= rounds; round++) {
    alone.push(await microsecondsOf(requests, () => askAlone(url, send)));
    guarded.push(await microsecondsOf(requests, () => askGuarded(guard)));
  }
  const counted = [alone.slice(1), guarded.slice(1)] as const;
  return {
    aloneUs: median(counted[0]),
    guardedUs: median(counted[1]),
    addedUs: median(counted[1].map((time, index) => time - (counted[0][index] ?? 0))),
  };
}

async function askAlone(url: string, send: Fetch): Promise<void> {
  const response = await send(`${url}/api/verify`, {
    method: "POST",
    headers: { Authorization: `Bearer ${SERVICE_KEY}`, "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(QUESTION),
  });
  const verdict = (await response.json()) as { active: boolean };
  if (!verdict.active) throw new Error("the server of the benchmark refuses the token");
}

async function askGuarded({ authenticate }: NodeProtection): Promise<void> {
  // A guard remembers a request, so each one is another object.
  const caller = await authenticate(request(), null as never, "scans:read");
  if (caller === null) throw new Error("the SDK refuses the token");
}

/** One request after the other. */
async function microsecondsOf(requests: number, work: () => Promise<void>): Promise<number> {
  const began = process.cpuUsage();
  for (let request = 0; request < requests; request++) await work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / requests;
}
