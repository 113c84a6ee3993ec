// The cases of sdk/cases: the verdict on every request, on a real instance, and on every odd response of an instance. The
// responses that a product sends are those of the instance itself.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { sendRaw } from "../../server/test/support/raw.ts";
import { createVerifier, type ProblemResponse, type Refused, type Verifier } from "../src/index.ts";
import {
  RESPONSES,
  assertVerification,
  filled,
  rawHeadersOf,
  read,
  type RefusalSnapshot,
  type RequestCase,
  REQUESTS,
  type Secrets,
  sourcesOf,
} from "./support/cases.ts";
import { startMemoryWorld } from "./support/memory-world.ts";
import { type RealWorld, startRealWorld } from "./support/real-world.ts";
import { type Scripted, startScripted } from "./support/scripted.ts";

const PUBLIC_URL = "https://mintmark.example.com";
const SERVICE_KEY = "mm_svc_0000000000000000000000000000000000000000dd7c1036";
const REFUSALS = (read("refusals.json") as { refusals: RefusalSnapshot[] }).refusals;

/** The response without what differs by design: the id of the request, and the address of the documentation. */
function comparable({ status, headers, body }: ProblemResponse): unknown {
  const { "Content-Length": _length, Date: _date, ...rest } = headers;
  const lower = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name.toLowerCase(), value]));
  const { requestId, ...fields } = JSON.parse(body) as { requestId: string };
  assert.match(requestId, /^[0-9a-f]{32}$/);
  assert.equal(lower["x-request-id"], requestId);
  return { status, headers: { ...lower, "x-request-id": "…" }, fields };
}

/** Plays every case. */
async function play(verifier: Verifier, secrets: Secrets): Promise<void> {
  assert.ok(REQUESTS.length >= 60);
  for (const given of REQUESTS) {
    const { permission, ip } = given;
    for (const [how, source] of Object.entries(sourcesOf(given, secrets))) {
      const verification = await verifier.verify(source, { permission, ip });
      assertVerification(verification, given.expect, secrets, `${given.name}, as ${how}`);
    }
  }
}

describe("the cases of requests, in memory", () => {
  it("have the same verdicts as on a real instance", async () => {
    const { verifier, secrets } = await startMemoryWorld();
    await play(verifier, secrets);
  });
});

describe("the cases of requests, on a real instance", () => {
  let world: RealWorld;
  let verifier: Verifier;
  before(async () => {
    world = await startRealWorld();
    verifier = createVerifier({ url: world.instance.url, serviceKey: world.serviceKey, publicUrl: PUBLIC_URL });
  });
  after(() => world.close());

  it("gives the expected verdict on each, however a program hands over the request", async () => {
    await play(verifier, world.secrets);
  });

  it("covers every code of a refusal", () => {
    const codes = new Set([...REQUESTS, ...RESPONSES].map(({ expect }) => expect.code));
    for (const { code } of REFUSALS) assert.ok(codes.has(code), code);
  });

  it("refuses with the response that the instance's own API sends", async () => {
    let compared = 0;
    for (const given of REQUESTS.filter(isComparable)) {
      const [source] = Object.values(sourcesOf(given, world.secrets));
      const refused = (await verifier.verify(source, { ip: "127.0.0.1" })) as Refused;
      const own = comparable(await ownResponse(given));
      const sent = comparable(refused.toProblem());
      assert.deepEqual(sent, withAddress(own), given.name);
      compared++;
    }
    assert.ok(compared > 40);
  });

  it("refuses for want of a permission with the response of forward-auth", async () => {
    const token = `Authorization: Bearer ${world.secrets["viewer"]?.secret}`;
    const host = `Host: ${new URL(world.instance.url).host}`;
    const own = await sendRaw(
      world.instance.url,
      `GET /forward-auth?permission=scans:run HTTP/1.1\r\n${host}\r\n${token}\r\nConnection: close\r\n\r\n`,
    );
    const refused = await verifier.verify(world.secrets["viewer"]?.secret, { permission: "scans:run" });
    assert.ok(!refused.ok);
    const { status, headers, body } = refused.toProblem();
    const { type: _type, requestId: _id, ...fields } = JSON.parse(body) as Record<string, unknown>;
    const { type: _own, requestId: _ownId, ...ownFields } = JSON.parse(own.body) as Record<string, unknown>;
    assert.deepEqual([status, fields], [own.status, ownFields]);
    assert.equal(headers["WWW-Authenticate"], own.headers["www-authenticate"]);
  });

  /** `/api/whoami` asks for no permission and knows its client's address. A key of a service or of the host is more there. */
  function isComparable({ text, permission, ip, expect, name }: RequestCase): boolean {
    const isOther = /^a (?:service|management) key$/.test(name) || expect.code === "policy_network";
    return !expect.ok && text === undefined && permission === undefined && ip === undefined && !isOther;
  }

  async function ownResponse(given: RequestCase): Promise<ProblemResponse> {
    const raw = rawHeadersOf(given, world.secrets);
    const lines = raw.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${raw[index + 1]}`] : []));
    const query = filled(given.url ?? "", world.secrets).replace(/^[^?]*/, "");
    const head = [`GET /api/whoami${query} HTTP/1.1`, `Host: ${new URL(world.instance.url).host}`, ...lines];
    const { status, headers, body } = await sendRaw(
      world.instance.url,
      `${[...head, "Connection: close"].join("\r\n")}\r\n\r\n`,
    );
    return { status, headers: withoutConnection(headers), body };
  }
});

/** What the connection of node:http adds to a response. */
function withoutConnection(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const ofConnection = new Set(["connection", "date", "keep-alive", "transfer-encoding", "content-length"]);
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || ofConnection.has(name) ? [] : [[name, value]],
    ),
  );
}

/** The documentation of a code is at the instance, and another server's response has to say where. */
function withAddress(response: unknown): unknown {
  const { fields, ...rest } = response as { fields: { type: string } };
  return { ...rest, fields: { ...fields, type: PUBLIC_URL + fields.type } };
}

describe("the cases of responses", () => {
  let scripted: Scripted;
  let elsewhere: Scripted;
  before(async () => {
    elsewhere = await startScripted();
    scripted = await startScripted(() => `${elsewhere.url}/api/verify`);
  });
  after(() => Promise.all([scripted.close(), elsewhere.close()]));

  const token = "mm_pat_3f8a1c5b7d9e0f2a4c6b8d0e1f3a5c7b9d0e2f4af6a45d06";

  it("never lets a request pass on a response that is not a whole, active verdict", async () => {
    elsewhere.response = RESPONSES[0]?.response ?? {};
    for (const { name, permission, response, expect } of RESPONSES) {
      scripted.response = response ?? {};
      const url = response === null ? "http://127.0.0.1:1" : scripted.url;
      // Only a connection that stays open has to wait for the end of the time.
      const timeoutMs = response?.then === "stay open" ? 100 : 30_000;
      const verifier = createVerifier({ serviceKey: SERVICE_KEY, url, timeoutMs });
      const verification = await verifier.verify(token, { permission });
      assertVerification(verification, expect, {}, name);
      if (verification.ok) continue;
      assert.equal(verification.cause !== null, verification.reason === "unavailable", name);
      assert.ok(!JSON.stringify([verification.cause, verification.toProblem()]).includes(token.slice(12)), name);
    }
    assert.deepEqual(elsewhere.requests, [], "a redirect was followed");
  });

  it("refuses in time when the given fetch ignores its signal", async () => {
    const verifier = createVerifier({
      url: scripted.url,
      serviceKey: SERVICE_KEY,
      timeoutMs: 20,
      fetch: () => new Promise(() => {}),
    });
    const verification = await verifier.verify(token);
    assert.ok(!verification.ok && verification.code === "verifier_unavailable");
  });
});

describe("the response to each refusal", () => {
  /** A refusal of every code, from a scripted instance or from the request itself. */
  async function refusalOf(code: string, permission?: string, ip?: string): Promise<Refused> {
    const token = "mm_pat_3f8a1c5b7d9e0f2a4c6b8d0e1f3a5c7b9d0e2f4af6a45d06";
    const sources: Readonly<Record<string, unknown>> = {
      credentials_missing: {},
      credentials_malformed: { authorization: "Bearer" },
      credentials_multiple: { authorization: ["Bearer a", "Bearer b"] },
      scheme_unsupported: { authorization: "Basic YTpi" },
      token_in_url: { headers: {}, url: `/scans?token=${token}` },
      token_malformed: "nonsense",
    };
    const body = code === "verifier_unavailable" ? "" : JSON.stringify({ active: false, code });
    const verifier = createVerifier({
      url: PUBLIC_URL,
      serviceKey: SERVICE_KEY,
      fetch: async () => new Response(body, { headers: { "Content-Type": "application/json" } }),
    });
    const verification = await verifier.verify((sources[code] ?? token) as string, { permission, ip });
    assert.ok(!verification.ok);
    assert.equal(verification.code, code);
    return verification;
  }

  it("is the snapshot in sdk/cases/refusals.json", async () => {
    for (const { code, addressUnknown, reason, status, headers, body } of REFUSALS) {
      const permission = code === "permission_denied" ? "scans:run" : undefined;
      const refused = await refusalOf(code, permission, addressUnknown === true ? undefined : "203.0.113.7");
      const response = refused.toResponse();
      const id = refused.requestId;
      assert.equal(refused.reason, reason, code);
      assert.equal(response.status, status, code);
      const expected = { ...headers, "x-request-id": id };
      assert.deepEqual(Object.fromEntries(response.headers), expected, code);
      assert.deepEqual(await response.json(), { ...body, requestId: id }, code);
    }
  });

  it("exists for every code that a credential can be refused with", async () => {
    const { CREDENTIAL_CODES, INTAKE_CODES } = await import("@mintmark/core");
    const all = new Set([...CREDENTIAL_CODES, ...INTAKE_CODES, "token_in_url", "verifier_unavailable"]);
    assert.deepEqual(new Set(REFUSALS.map(({ code }) => code)), all);
  });
});
