// The node:http server: the fast path in front, the application behind it, the web app last. How it ends: shutdown.ts.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { getRequestListener } from "@hono/node-server";
import type { BaseLogger } from "pino";
import { Refusal } from "../use-cases/refusal.ts";
import {
  createForwardAuth,
  type ForwardAuthDeps,
  isForwardAuth,
  type ProxyRefusalCode,
} from "../verify/forward-auth.ts";
import { problemOf, refusalDetail } from "../wire/problem.ts";
import { requestIdOf } from "../wire/request.ts";
import type { App } from "./app.ts";
import { refuseBelow } from "./connection-refusals.ts";
import type { Hosts } from "./host.ts";

export interface ServerDeps extends Omit<ForwardAuthDeps, "answerRefusal" | "onError"> {
  readonly app: App;
  readonly hosts: Hosts;
  readonly logger: BaseLogger;
}

/** More than nginx (32 KiB) and HAProxy (16 KiB) accept by default: what passes the proxy in front passes here. */
const MAX_HEADER_KIB = 64;

export function createHttpServer(deps: ServerDeps): Server {
  const forwardAuth = createForwardAuth({
    ...deps,
    answerRefusal: answerForwardAuthRefusal,
    onError: (error) => deps.logger.error({ err: error }, "forward-auth could not verify"),
  });
  const listener = getRequestListener(deps.app.fetch, {
    overrideGlobalObjects: false,
    errorHandler: () => unreadableTarget(),
  });
  // Whether `Host` may be missing is decided here, where a refusal has a body: node:http's own has none.
  const server = createServer(
    { maxHeaderSize: MAX_HEADER_KIB * 1024, requireHostHeader: false },
    (request, response) => {
      if (isForwardAuth(request.url as string)) return forwardAuth(request, response);
      const refusal = deps.hosts.refusalOf(request);
      if (refusal !== null) return refusals.answer(request, response, refusal);
      const { url = "" } = request;
      // The server as a whole is asked like its root.
      const path = url === "*" && request.method === "OPTIONS" ? "/" : url;
      // The application's URL has no host; the library would take it from the header, and knows fewer spellings.
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

/** The answer to a request target that is no URL. */
function unreadableTarget(): Response {
  const requestId = requestIdOf({});
  const { status, headers, body } = problemOf(
    new Refusal("request_malformed", "The request target is not a valid path. Check the request line."),
    { requestId, credentialSent: false },
  );
  return new Response(body, { status, headers: { ...headers, "X-Request-Id": requestId } });
}

function answerForwardAuthRefusal(
  request: IncomingMessage,
  response: ServerResponse,
  refusal: Parameters<ForwardAuthDeps["answerRefusal"]>[2],
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
    "The parameters that the proxy sent do not belong together. Use ?permission=… or ?read=…&write=…, each once, or none.",
  identity_header_forged:
    "The request carries a header that an application could read as X-Mintmark-…, or its Connection header names one. Only Mintmark sets those: remove it from the request.",
  verifier_unavailable: "The database did not answer, so nothing was allowed. Try again in a moment.",
};

// The shutdown of the node:http server. First `/readyz` answers 503 while everything is still served, so that balancers
// stop sending. Then the server accepts no new connections, answers requests under way, and closes connections that
// linger.
// Guarantee: a request that was sent before the shutdown began is answered.

/** How long requests under way may take once nothing new is accepted. With the grace, less than Docker's 10 s. */
const SHUTDOWN_MS = 7_000;
const SWEEP_MS = 50;
/** After this many turns of the event loop without a new connection, all waiting connections were accepted. */
const QUIET_TURNS = 3;
/** The limit of turns under a steady stream of new connections. */
const LONGEST_UNQUIET_MS = 1_000;

export interface Ending {
  readonly hasBegun: boolean;
  /** Serves on for the grace, in milliseconds; each answer ends its connection, for the client to go elsewhere. */
  drain(graceMs: number): Promise<void>;
  /** Accepts nothing more, and resolves when every connection is over, after 7 s at the most. */
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
      closeAfterAnswers(server);
      if (graceMs > 0) await delay(graceMs);
      // What was sent before the end began may still lie in the kernel, which hands over one new connection a turn.
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
      // A connection whose last answer is just being sent is idle a moment later.
      const sweeping = setInterval(() => server.closeIdleConnections(), SWEEP_MS).unref();
      const cut = setTimeout(() => server.closeAllConnections(), SHUTDOWN_MS).unref();
      await closed;
      clearTimeout(cut);
      clearInterval(sweeping);
    },
  };
}

/** From now on an answer carries `Connection: close`, and of requests sent one behind the other the last one's does. */
function closeAfterAnswers(server: Server): void {
  const last = new WeakMap<Socket, ServerResponse>();
  server.prependListener("request", ({ socket }, response) => {
    const before = last.get(socket);
    if (before?.headersSent === false) before.shouldKeepAlive = true;
    response.shouldKeepAlive = false;
    last.set(socket, response);
  });
}
