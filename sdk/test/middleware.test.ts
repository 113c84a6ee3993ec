// The middleware of each framework: a route runs for a verified request only, knows its caller, and a refusal is the
// response of the instance.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { serve } from "@hono/node-server";
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server";
import express from "express";
import Fastify from "fastify";
import { Hono } from "hono";
import { sendRaw } from "../../server/test/support/raw.ts";
import { protect as protectExpress } from "../src/express.ts";
import { protect as protectFastify } from "../src/fastify.ts";
import { protect as protectHono } from "../src/hono.ts";
import { createVerifier, type Refused, type Verified, type Verifier } from "../src/index.ts";
import { callerOf, protect as protectMcp } from "../src/mcp.ts";
import { protect as protectHandler } from "../src/next.ts";
import { protect as protectNode } from "../src/node.ts";
import { type RealWorld, startRealWorld } from "./support/real-world.ts";

let world: RealWorld;
/** Counts the questions that reach the instance. */
let questions = 0;
let verifier: Verifier;
before(async () => {
  world = await startRealWorld();
  verifier = createVerifier({
    url: world.instance.url,
    serviceKey: world.serviceKey,
    fetch: (url, init) => {
      questions++;
      return fetch(url, init);
    },
  });
});
after(() => world.close());

/** The body of a response of the product. */
const answerTo = ({ principal }: Verified): unknown => ({
  credential: principal.credential.id,
  permissions: principal.permissions,
});

interface Product {
  readonly url: string;
  /** How often a protected route ran. */
  readonly runs: () => number;
  readonly close: () => Promise<unknown>;
}

/**
 * Each product has `/open`, which needs any token, `/run`, which needs `scans:run`, and, where middleware can follow
 * middleware, `/both`.
 */
type Start = (onRefusal: (refusal: Refused) => void) => Promise<Product>;

async function listening(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function closing(server: Server): () => Promise<unknown> {
  return () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
}

const startNode: Start = async (onRefusal) => {
  const { requireToken, requirePermission, authenticate } = protectNode(verifier, { onRefusal });
  let runs = 0;
  const answer = (caller: Verified): string => {
    runs++;
    return JSON.stringify(answerTo(caller));
  };
  const routes: Readonly<Record<string, RequestListener>> = {
    "/open": requireToken((_request, response, caller) => response.end(answer(caller))),
    "/run": requirePermission("scans:run", (_request, response, caller) => response.end(answer(caller))),
    "/both": async (request, response) => {
      if ((await authenticate(request, response)) === null) return;
      const caller = await authenticate(request, response, "scans:run");
      if (caller !== null) response.end(answer(caller));
    },
  };
  const server = createServer((request, response) =>
    routes[new URL(request.url ?? "", "http://x").pathname]?.(request, response),
  );
  return { url: await listening(server), runs: () => runs, close: closing(server) };
};

const startExpress: Start = async (onRefusal) => {
  const { requireToken, requirePermission } = protectExpress(verifier, { onRefusal });
  let runs = 0;
  const app = express();
  const route: express.RequestHandler = (request, response) => {
    runs++;
    response.json(answerTo(request.mintmark));
  };
  app.get("/open", requireToken, route);
  app.get("/run", requirePermission("scans:run"), route);
  app.use("/both", requireToken, express.Router().get("/", requirePermission("scans:run"), route));
  const server = createServer(app);
  return { url: await listening(server), runs: () => runs, close: closing(server) };
};

const startFastify: Start = async (onRefusal) => {
  const { requireToken, requirePermission } = protectFastify(verifier, { onRefusal });
  let runs = 0;
  const app = Fastify();
  const route = async ({ mintmark }: { mintmark: Verified }): Promise<unknown> => {
    runs++;
    return answerTo(mintmark);
  };
  app.get("/open", { onRequest: requireToken }, route);
  app.get("/run", { preHandler: requirePermission("scans:run") }, route);
  app.get("/both", { onRequest: [requireToken, requirePermission("scans:run")] }, route);
  return { url: await app.listen({ port: 0, host: "127.0.0.1" }), runs: () => runs, close: () => app.close() };
};

const startHono: Start = async (onRefusal) => {
  const { requireToken, requirePermission } = protectHono(verifier, { onRefusal });
  let runs = 0;
  const app = new Hono();
  app.get("/open", requireToken, (c) => c.json((runs++, answerTo(c.get("mintmark")))));
  app.get("/run", requirePermission("scans:run"), (c) => c.json((runs++, answerTo(c.get("mintmark")))));
  app.get("/both", requireToken, requirePermission("scans:run"), (c) => c.json((runs++, answerTo(c.get("mintmark")))));
  const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }) as Server;
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, runs: () => runs, close: closing(server) };
};

/** Route handlers of Next.js are functions from a request to a response. A server of Hono passes the requests to them. */
const startHandlers: Start = async (onRefusal) => {
  const { requireToken, requirePermission } = protectHandler(verifier, { onRefusal });
  let runs = 0;
  const handler = (_request: Request, caller: Verified, context: { params: string }): Response => {
    runs++;
    assert.equal(context.params, "of the route");
    return Response.json(answerTo(caller));
  };
  const routes: Readonly<Record<string, (request: Request, context: { params: string }) => Promise<Response>>> = {
    "/open": requireToken(handler),
    "/run": requirePermission("scans:run", handler),
  };
  const app = new Hono();
  app.get("*", (c) => routes[c.req.path]?.(c.req.raw, { params: "of the route" }) ?? c.notFound());
  const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }) as Server;
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, runs: () => runs, close: closing(server) };
};

const PRODUCTS: Readonly<Record<string, Start>> = {
  "node:http": startNode,
  Express: startExpress,
  Fastify: startFastify,
  Hono: startHono,
  "route handlers": startHandlers,
};

for (const [name, start] of Object.entries(PRODUCTS)) {
  describe(`the middleware for ${name}`, () => {
    const refusals: Refused[] = [];
    let product: Product;
    before(async () => {
      product = await start((refusal) => {
        refusals.push(refusal);
        throw new Error("a fault in the product's log");
      });
    });
    after(() => product.close());

    const get = (path: string, credential?: string): Promise<Response> =>
      fetch(product.url + path, {
        headers: credential === undefined ? {} : { Authorization: `Bearer ${world.secrets[credential]?.secret}` },
      });

    it("lets a verified request through, with its caller", async () => {
      const open = await get("/open", "viewer");
      assert.equal(open.status, 200);
      assert.equal(((await open.json()) as { credential: string }).credential, world.secrets["viewer"]?.id);
      assert.equal((await get("/run", "active")).status, 200);
    });

    it("refuses with the response of the instance, runs no route, and reports it", async () => {
      const before = product.runs();
      for (const [path, credential, status, code] of [
        ["/open", undefined, 401, "credentials_missing"],
        ["/open", "revoked", 401, "token_revoked"],
        ["/run", "viewer", 403, "permission_denied"],
        ["/run", "removed", 401, "member_removed"],
      ] as const) {
        const response = await get(path, credential);
        assert.deepEqual([response.status, response.headers.get("content-type")], [status, "application/problem+json"]);
        const reported = refusals.at(-1);
        assert.equal(reported?.code, code);
        assert.equal(await response.text(), reported.toProblem().body);
        for (const [header, value] of Object.entries(reported.toProblem().headers))
          assert.equal(response.headers.get(header), value, header);
      }
      assert.equal(product.runs(), before);
    });

    it("refuses with 503 while the instance gives no response", async () => {
      const before = product.runs();
      // Nothing listens there, and the option is read at each request.
      const broken = createVerifier({ url: "http://127.0.0.1:1", serviceKey: world.serviceKey });
      const working = verifier;
      verifier = broken;
      const down = await start(() => {});
      verifier = working;
      const response = await fetch(`${down.url}/open`, {
        headers: { Authorization: `Bearer ${world.secrets["active"]?.secret}` },
      });
      await down.close();
      assert.deepEqual([response.status, response.headers.get("retry-after")], [503, "1"]);
      assert.equal(product.runs(), before);
    });

    it("sends the client's address, and nothing of its query", async () => {
      const response = await get("/open?email=ada@example.com", "network");
      // The peer is 127.0.0.1, which the policy does not allow. A Request has no address.
      const { code, detail } = (await response.json()) as { code: string; detail: string };
      assert.equal(code, "policy_network");
      assert.equal(/could not be read/.test(detail), name === "route handlers");
      assert.ok(!world.instance.log.join("").includes("ada@example.com"));
    });

    // A Request joins two headers of one name, and handlers do not follow each other.
    if (name !== "route handlers") {
      it("sees two headers of one name", async () => {
        const { secret } = world.secrets["active"] ?? assert.fail();
        const lines = [`Host: ${new URL(product.url).host}`, `X-API-Key: ${secret}`, `X-API-Key: ${secret}`];
        const request = ["GET /open HTTP/1.1", ...lines, "Connection: close", "", ""].join("\r\n");
        const reply = await sendRaw(product.url, request);
        assert.equal(reply.status, 400);
        assert.match(reply.raw, /credentials_multiple/);
      });

      it("asks once for a request that passes two of its middlewares", async () => {
        const before = questions;
        assert.equal((await get("/both", "active")).status, 200);
        assert.equal(questions, before + 1);
        const denied = await get("/both", "viewer");
        assert.equal(denied.status, 403);
        assert.match(denied.headers.get("www-authenticate") ?? "", /insufficient_scope", scope="scans:run"/);
        assert.equal(questions, before + 2);
      });
    }
  });
}

describe("the gate for the official MCP server", () => {
  const server = (): McpServer => {
    const mcp = new McpServer({ name: "scanner", version: "1.0.0" });
    mcp.registerTool("whoami", { description: "Returns the caller." }, (context) => {
      const { authInfo } = context.http ?? {};
      const caller = callerOf(authInfo);
      const told = { token: authInfo?.token, client: authInfo?.clientId, run: caller.can("scans:run") };
      return { content: [{ type: "text", text: JSON.stringify(told) }] };
    });
    return mcp;
  };
  const call = async (credential: string | undefined): Promise<Response> => {
    const gate = protectMcp(verifier, { permission: "scans:read" });
    const handler = createMcpHandler(server);
    const request = new Request("https://scanner.example.com/mcp", {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json, text/event-stream",
        ...(credential === undefined ? {} : { Authorization: `Bearer ${world.secrets[credential]?.secret}` }),
      },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "whoami", arguments: {} } }),
    });
    const auth = await gate(request);
    return auth instanceof Response ? auth : handler.fetch(request, { authInfo: auth });
  };

  it("gives tools the caller, and never the secret", async () => {
    const text = await (await call("viewer")).text();
    const { secret, id } = world.secrets["viewer"] ?? assert.fail();
    assert.match(text, new RegExp(id));
    assert.match(text, /run\\+":false/);
    assert.ok(text.includes(secret.slice(0, 10)) && !text.includes(secret.slice(0, 20)), text);
  });

  it("refuses before the server sees the request", async () => {
    assert.equal((await call(undefined)).status, 401);
    assert.equal((await call("expired")).status, 401);
  });

  it("refuses a tool that runs without the gate", () => {
    assert.throws(() => callerOf(undefined), /did not pass the gate/);
    assert.throws(() => callerOf({ extra: { mintmark: true } }), /did not pass the gate/);
  });
});
