// The node:http server and its shutdown. `/forward-auth` has a fast path in front of the application, and the web app
// comes last.
// Guarantee: a request that was sent before the shutdown started gets a response. First `/readyz` returns 503 while
// everything is still served, so that load balancers stop sending. Then the server accepts no new connections, finishes
// current requests, and closes connections that linger.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { getRequestListener } from "@hono/node-server";
import { UNAVAILABLE_TEXT } from "@mintmark/core";
import type { BaseLogger } from "pino";
import { Refusal } from "../use-cases/use-case.ts";
import { createForwardAuth, type ForwardAuthDeps, type ProxyRefusalCode } from "../verify/forward-auth.ts";
import { isForwardAuth } from "../verify/request.ts";
import { problemOf, refusalDetail } from "../wire/problem.ts";
import { requestIdOf } from "../wire/request.ts";
import type { App } from "./app.ts";
import { refuseBelow } from "./connection-refusals.ts";
import type { Hosts } from "./browser.ts";

export interface ServerDeps extends Omit<ForwardAuthDeps, "sendRefusal" | "onError"> {
  readonly app: App;
  readonly hosts: Hosts;
  readonly logger: BaseLogger;
}

/**
 * More than the defaults of nginx (32 KiB) and HAProxy (16 KiB), so that a request that passes the proxy passes here.
 */
const MAX_HEADER_KIB = 64;

export function createHttpServer(deps: ServerDeps): Server {
  const forwardAuth = createForwardAuth({
    ...deps,
    sendRefusal: sendForwardAuthRefusal,
    onError: (error) => deps.logger.error({ err: error }, "forward-auth could not verify"),
  });
  const listener = getRequestListener(deps.app.fetch, {
    overrideGlobalObjects: false,
    errorHandler: () => unreadableTarget(),
  });
  // This server decides about a missing `Host`, because the refusal of node:http has no body.
  const server = createServer(
    { maxHeaderSize: MAX_HEADER_KIB * 1024, requireHostHeader: false },
    (request, response) => {
      if (isForwardAuth(request.url as string)) return forwardAuth(request, response);
      const refusal = deps.hosts.refusalOf(request);
      if (refusal !== null) return refusals.refuse(request, response, refusal);
      const { url = "" } = request;
      // `OPTIONS *` concerns the server as a whole and is treated like `OPTIONS /`.
      const path = url === "*" && request.method === "OPTIONS" ? "/" : url;
      // The application needs no host in its URL. The library would take it from the header, but accepts fewer forms.
      if (path.startsWith("/")) request.url = `http://localhost${path}`;
      void listener(request, response);
    },
  );
  const refusals = refuseBelow(server, MAX_HEADER_KIB, deps.logger);
  server.requestTimeout = 30_000;
  server.headersTimeout = 15_000;
  server.keepAliveTimeout = 65_000;
  return server;
}

/** The response to an invalid request target. */
function unreadableTarget(): Response {
  const requestId = requestIdOf({});
  const { status, headers, body } = problemOf(
    new Refusal("request_malformed", "The request target is not a valid path. Check the request line."),
    { requestId, credentialSent: false },
  );
  return new Response(body, { status, headers: { ...headers, "X-Request-Id": requestId } });
}

function sendForwardAuthRefusal(
  request: IncomingMessage,
  response: ServerResponse,
  refusal: Parameters<ForwardAuthDeps["sendRefusal"]>[2],
): void {
  const requestId = requestIdOf(request);
  const { headers, body } = problemOf(
    {
      code: refusal.code,
      detail: isProxyRefusal(refusal.code) ? PROXY_DETAIL[refusal.code] : refusalDetail(refusal.code, refusal.ip),
      extras: refusal.missing === undefined ? {} : { missingPermissions: refusal.missing },
    },
    { requestId, credentialSent: refusal.code !== "credentials_missing", status: refusal.status },
  );
  const { status } = refusal;
  response.writeHead(status, { ...headers, "X-Request-Id": requestId, "Content-Length": Buffer.byteLength(body) });
  response.end(body);
}

function isProxyRefusal(code: string): code is ProxyRefusalCode {
  return Object.hasOwn(PROXY_DETAIL, code);
}

const PROXY_DETAIL: Readonly<Record<ProxyRefusalCode, string>> = {
  field_unknown:
    "The proxy sent an invalid combination of parameters. Use ?permission=… or ?read=…&write=…, each once, or none.",
  identity_header_forged:
    "The request has a header that an application could read as X-Mintmark-…, or its Connection header names one. Only Mintmark may set these headers: remove it from the request.",
  verifier_unavailable: UNAVAILABLE_TEXT,
};

/**
 * How long current requests may take after the server stops accepting. With the grace, it is less than Docker's 10 s.
 */
const SHUTDOWN_MS = 7_000;
const SWEEP_MS = 50;
/** After this many turns of the event loop without a new connection, all waiting connections are accepted. */
const QUIET_TURNS = 3;
/** The limit for a steady stream of new connections. */
const LONGEST_UNQUIET_MS = 1_000;

export interface Ending {
  readonly hasBegun: boolean;
  /** Serves on during the grace. Each response closes its connection, so that the client moves to another instance. */
  drain(graceMs: number): Promise<void>;
  /** Stops accepting, and resolves when every connection has ended, after at most 7 s. */
  close(): Promise<void>;
}

export function endingOf(server: Server): Ending {
  let accepted = 0;
  server.on("connection", () => accepted++);
  let hasBegun = false;
  return {
    get hasBegun() {
      return hasBegun;
    },
    async drain(graceMs) {
      hasBegun = true;
      closeAfterResponses(server);
      if (graceMs > 0) await delay(graceMs);
      // Requests that were sent earlier may still be in the kernel, which passes on one new connection a turn.
      const until = performance.now() + LONGEST_UNQUIET_MS;
      for (let quiet = 0; quiet < QUIET_TURNS && performance.now() < until; quiet++) {
        const before = accepted;
        await new Promise((resolve) => setImmediate(resolve));
        if (accepted > before) quiet = -1;
      }
    },
    async close() {
      if (!server.listening) return;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      // A connection that is sending its last response becomes idle soon.
      const sweeping = setInterval(() => server.closeIdleConnections(), SWEEP_MS).unref();
      const cut = setTimeout(() => server.closeAllConnections(), SHUTDOWN_MS).unref();
      await closed;
      clearTimeout(cut);
      clearInterval(sweeping);
    },
  };
}

/** From now on, responses have `Connection: close`. With pipelined requests, only the last response has it. */
function closeAfterResponses(server: Server): void {
  const last = new WeakMap<Socket, ServerResponse>();
  server.prependListener("request", ({ socket }, response) => {
    const before = last.get(socket);
    if (before?.headersSent === false) before.shouldKeepAlive = true;
    response.shouldKeepAlive = false;
    last.set(socket, response);
  });
}
