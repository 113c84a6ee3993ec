// The node:http server: the fast path in front, the application behind it, the web app last; and the
// end of it all, in order: stop accepting, finish what is under way, close.
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { BaseLogger } from "pino";
import { createForwardAuth, type ForwardAuthDeps, isForwardAuth } from "../verify/forward-auth.ts";
import type { App } from "./app.ts";
import { problemOf } from "./problem.ts";
import { refusalDetail } from "./refusal-detail.ts";
import { requestIdOf } from "./request-id.ts";

export interface ServerDeps extends Omit<ForwardAuthDeps, "answerRefusal" | "onError"> {
  readonly app: App;
  readonly logger: BaseLogger;
}

const SHUTDOWN_MS = 10_000;
const SWEEP_MS = 50;
/** More than nginx (32 KiB) and HAProxy (16 KiB) accept by default: what passes the proxy in front passes here. */
const MAX_HEADER_KIB = 64;

export function createHttpServer(deps: ServerDeps): Server {
  const forwardAuth = createForwardAuth({
    ...deps,
    answerRefusal: answerForwardAuthRefusal,
    onError: (error) => deps.logger.error({ err: error }, "forward-auth could not verify"),
  });
  const listener = getRequestListener(deps.app.fetch, { overrideGlobalObjects: false });
  const server = createServer({ maxHeaderSize: MAX_HEADER_KIB * 1024 }, (request, response) => {
    if (isForwardAuth(request.url as string)) forwardAuth(request, response);
    else void listener(request, response);
  });
  server.requestTimeout = 30_000;
  server.headersTimeout = 15_000;
  server.keepAliveTimeout = 65_000;
  server.on("clientError", (error: NodeJS.ErrnoException & { readonly rawPacket?: Buffer }, socket) => {
    if (!socket.writable || error.code === "ECONNRESET") return void socket.destroy();
    const url = /^GET (\S+) /.exec(error.rawPacket?.toString("latin1", 0, 200) ?? "")?.[1] ?? "";
    socket.end(rawRefusal(error.code === "HPE_HEADER_OVERFLOW", isForwardAuth(url)));
  });
  return server;
}

/** Ends a server gracefully: no new connections, requests under way finish, what lingers is cut after 10 s. */
export async function closeHttpServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection whose last answer is just being sent is idle a moment later, and would be kept for the next request.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS).unref();
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), SHUTDOWN_MS).unref();
  await closed;
  clearTimeout(cut);
  clearInterval(sweep);
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
      detail: FORWARD_AUTH_DETAIL[refusal.code] ?? refusalDetail(refusal.code),
      extras: refusal.missing === undefined ? {} : { missingPermissions: refusal.missing },
    },
    { requestId, credentialSent: refusal.code !== "credentials_missing", status: refusal.status },
  );
  const { status } = refusal;
  response.writeHead(status, { ...headers, "X-Request-Id": requestId, "Content-Length": Buffer.byteLength(body) });
  response.end(body);
}

const FORWARD_AUTH_DETAIL: Readonly<Record<string, string>> = {
  field_unknown:
    "The proxy asks with parameters that mean nothing together. Use ?permission=… or ?read=…&write=…, each once, or none.",
  identity_header_forged:
    "The request carries a header that an application could read as X-Mintmark-…, or its Connection header names one. Only Mintmark sets those: remove it from the request.",
  verifier_unavailable: "The database did not answer, so nothing was allowed. Try again in a moment.",
};

/**
 * The refusal of a request that node:http could not even parse. A proxy that asks for leave gets 403: nginx passes a
 * client's malformed header on, and would turn 400 into 500.
 */
function rawRefusal(headersTooLarge: boolean, isForwardAuth: boolean): string {
  const { status, headers, body } = problemOf(
    headersTooLarge
      ? {
          code: "headers_too_large",
          detail: `The request headers are larger than ${MAX_HEADER_KIB} KiB. Send fewer or shorter ones.`,
        }
      : { code: "credentials_malformed", detail: "The request is not valid HTTP. Check its request line and headers." },
    { requestId: requestIdOf({}), credentialSent: false, ...(isForwardAuth ? { status: 403 } : {}) },
  );
  const lines = Object.entries({ ...headers, "Content-Length": Buffer.byteLength(body), Connection: "close" });
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`;
}
