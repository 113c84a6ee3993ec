// The bridge between a client and a server that does what real servers rarely do: it breaks off connections, returns
// protocol errors with an HTTP error status, and sends requests to the client.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { test, type TestContext } from "node:test";
import type { JSONRPCMessage } from "@modelcontextprotocol/client";
import type { Failure } from "@mintmark/terminal";
import { Bridge } from "../src/mcp-bridge/bridge.ts";

interface Posted {
  readonly message: Record<string, unknown>;
  readonly headers: IncomingMessage["headers"];
}

interface Stage {
  readonly bridge: Bridge;
  readonly posted: readonly Posted[];
  readonly reported: readonly Failure[];
  /** The next message for the client. */
  readonly read: () => Promise<Record<string, unknown>>;
  /** How many are there that nobody has read. */
  readonly unread: () => number;
}

type Answer = (posted: Posted, response: ServerResponse, request: IncomingMessage) => void;

async function stageOf(t: TestContext, answer: Answer): Promise<Stage> {
  const posted: Posted[] = [];
  const server = createServer((request, response) => {
    if (request.method !== "POST") return void response.writeHead(405).end();
    void receive(request, response);
  });
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const message = (await json(request)) as Record<string, unknown>;
    const all = { message, headers: request.headers };
    posted.push(all);
    answer(all, response, request);
  };
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const written: Record<string, unknown>[] = [];
  let wake = (): void => {};
  const reported: Failure[] = [];
  const bridge = new Bridge({
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`),
    fetch,
    write: (message) => {
      written.push(message);
      wake();
    },
    report: (failure) => void reported.push(failure),
  });
  await bridge.start();
  t.after(async () => {
    await bridge.close();
    server.closeAllConnections();
    server.close();
  });
  const read = async (): Promise<Record<string, unknown>> => {
    if (written.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return written.shift() ?? assert.fail("nothing was written");
  };
  return { bridge, posted, reported, read, unread: () => written.length };
}

const modern = (id: string, method: string): JSONRPCMessage => ({
  jsonrpc: "2.0",
  id,
  method,
  params: { _meta: { "io.modelcontextprotocol/protocolVersion": "2026-07-28" } },
});
const legacy = (id: number, method: string, params = {}): JSONRPCMessage => ({ jsonrpc: "2.0", id, method, params });

function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}

function sendEvent(response: ServerResponse, message: unknown): void {
  response.writeHead(200, { "Content-Type": "text/event-stream" }).write(`data: ${JSON.stringify(message)}\n\n`);
}

test("requests name the protocol version after both sides have agreed on it, and not before", async (t) => {
  const { bridge, posted, read } = await stageOf(t, ({ message: { id, method } }, response) => {
    const result = method === "initialize" ? { protocolVersion: "2025-06-18" } : {};
    if (id === undefined) response.writeHead(202).end();
    else sendJson(response, { jsonrpc: "2.0", id, result });
  });
  const version = (): unknown => posted.at(-1)?.headers["mcp-protocol-version"];
  bridge.fromClient(
    legacy(1, "initialize", {
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: { name: "x", version: "1" },
    }),
  );
  assert.deepEqual((await read())["result"], { protocolVersion: "2025-06-18" });
  assert.equal(version(), undefined);
  bridge.fromClient(legacy(2, "tools/list"));
  await read();
  assert.equal(version(), "2025-06-18");
  bridge.fromClient(modern("3", "tools/list"));
  await read();
  assert.equal(version(), "2026-07-28");
  assert.equal(posted.at(-1)?.headers["mcp-method"], "tools/list");
});

test("a cancelled request ends without a response, and a server of 2025 is notified", async (t) => {
  const started = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const told = Promise.withResolvers<void>();
  const { bridge, posted, read, unread } = await stageOf(t, ({ message }, response) => {
    if (message["method"] === "ping") return sendJson(response, { jsonrpc: "2.0", id: message["id"], result: {} });
    if (message["method"] === "notifications/cancelled") {
      told.resolve();
      return void response.writeHead(202).end();
    }
    response.once("close", () => ended.resolve());
    started.resolve();
  });
  const cancel = (requestId: string | number): void =>
    bridge.fromClient({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId } });
  bridge.fromClient(modern("a", "tools/call"));
  await started.promise;
  cancel("a");
  await ended.promise;
  bridge.fromClient(legacy(1, "ping"));
  assert.equal((await read())["id"], 1);
  assert.deepEqual(
    posted.map(({ message }) => message["method"]),
    ["tools/call", "ping"],
  );
  bridge.fromClient(legacy(2, "tools/call"));
  cancel(2);
  bridge.fromClient(legacy(3, "ping"));
  assert.equal((await read())["id"], 3);
  await bridge.idle();
  assert.equal(unread(), 0);
  await told.promise;
});

test("a request whose connection breaks gets one error response", async (t) => {
  const { bridge, reported, read, unread } = await stageOf(t, ({ message }, response, request) => {
    if (message["id"] === 1) request.socket.destroy();
    else {
      sendEvent(response, {
        jsonrpc: "2.0",
        method: "notifications/progress",
        params: { progressToken: 1, progress: 1 },
      });
      response.end();
    }
  });
  bridge.fromClient(legacy(1, "tools/call"));
  const broken = await read();
  assert.equal(broken["id"], 1);
  bridge.fromClient(legacy(2, "tools/call"));
  assert.equal((await read())["method"], "notifications/progress");
  const lost = (await read()) as { id: unknown; error: { message: string } };
  assert.equal(lost.id, 2);
  assert.match(lost.error.message, /^The connection to the server ended before it responded/);
  await bridge.idle();
  assert.deepEqual([unread(), reported.length], [0, 2]);
});

test("open requests get a response when the bridge ends, but subscriptions do not", async (t) => {
  const { bridge, read, unread } = await stageOf(t, () => {});
  bridge.fromClient(modern("a", "subscriptions/listen"));
  bridge.fromClient(legacy(1, "tools/call"));
  await bridge.close();
  assert.match(JSON.stringify(await read()), /"id":1,"error":.*The bridge ended before the server responded/);
  assert.equal(unread(), 0);
});

test("protocol errors reach the client unchanged, with any HTTP status", async (t) => {
  const error = { code: -32_022, message: "Unsupported", data: { supported: ["2025-11-25"] } };
  const { bridge, read } = await stageOf(t, ({ message }, response) =>
    sendJson(response, { jsonrpc: "2.0", id: message["id"], error }, message["id"] === "b" ? 404 : 400),
  );
  for (const message of [modern("a", "server/discover"), modern("b", "nothing"), legacy(1, "tools/list")]) {
    bridge.fromClient(message);
    assert.deepEqual((await read())["error"], error);
  }
});

test("requests and notifications of the server reach the client, and the client's response reaches the server", async (t) => {
  const answered = Promise.withResolvers<unknown>();
  const { bridge, read } = await stageOf(t, ({ message }, response) => {
    if (message["method"] === undefined) {
      answered.resolve(message);
      return void response.writeHead(202).end();
    }
    sendEvent(response, { jsonrpc: "2.0", method: "notifications/tools/list_changed" });
    response.write(`data: ${JSON.stringify({ jsonrpc: "2.0", id: 7, method: "ping" })}\n\n`);
    response.end(`data: ${JSON.stringify({ jsonrpc: "2.0", id: message["id"], result: {} })}\n\n`);
  });
  bridge.fromClient(legacy(1, "tools/call"));
  assert.equal((await read())["method"], "notifications/tools/list_changed");
  assert.deepEqual(await read(), { jsonrpc: "2.0", id: 7, method: "ping" });
  assert.deepEqual(await read(), { jsonrpc: "2.0", id: 1, result: {} });
  bridge.fromClient({ jsonrpc: "2.0", id: 7, result: {} });
  assert.deepEqual(await answered.promise, { jsonrpc: "2.0", id: 7, result: {} });
});
