// The node:http server: the fast path in front, the application behind it, the web app last. How it ends: shutdown.ts.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { BaseLogger } from "pino";
import {
  createForwardAuth,
  type ForwardAuthDeps,
  isForwardAuth,
  type ProxyRefusalCode,
} from "../verify/forward-auth.ts";
import { Refusal } from "../service/refusal.ts";
import type { App } from "./app.ts";
import { refuseBelow } from "./connection-refusals.ts";
import type { Hosts } from "./host.ts";
import { problemOf } from "./problem.ts";
import { refusalDetail } from "./refusal-detail.ts";
import { requestIdOf } from "./request-id.ts";

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
