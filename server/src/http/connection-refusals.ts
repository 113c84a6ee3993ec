// Refuses requests before the application sees them: requests that node:http cannot parse or does not pass on, and
// requests for an unknown host. Each gets a problem document with a request id, or plain text when a person opens a
// page, and a log line.
// Rule: the number and size of the log lines are bounded, because anyone can send such requests at any rate.
import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { BaseLogger } from "pino";
import { redactSecrets, titleOf } from "@mintmark/core";
import { isForwardAuth } from "../verify/request.ts";
import { Refusal } from "../use-cases/use-case.ts";
import { problemOf } from "../wire/problem.ts";
import { qualityOf, requestIdOf } from "../wire/request.ts";

const LOG_WINDOW_MS = 60_000;
const LINES_A_WINDOW = 60;
/** How long a refused connection is still read, so that its client gets the response instead of a reset. */
const LINGER_MS = 1_000;

export interface ConnectionRefusals {
  /** Responds to a parsed request. */
  refuse(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void;
}

/** Responds to requests that node:http itself refuses. By default it sends an empty response or none. */
export function refuseBelow(server: Server, maxHeaderKib: number, logger: BaseLogger): ConnectionRefusals {
  const log = createBoundedLog(logger);
  const refused = new WeakSet<Duplex>();
  server.on("clientError", (error: NodeJS.ErrnoException & { readonly rawPacket?: Buffer }, socket) => {
    // Further data from a refused connection is not a new request.
    if (refused.has(socket) && error.code !== "ECONNRESET") return;
    refused.add(socket);
    if (!socket.writable || error.code === "ECONNRESET") return void socket.destroy();
    const url = /^[A-Z]+ (\S+) /.exec(error.rawPacket?.toString("latin1", 0, 200) ?? "")?.[1] ?? "";
    const refusal = refusalOfParser(error.code, maxHeaderKib);
    endWith(socket, () => rawResponse(log, forProxy(refusal, url)));
  });
  server.on("connect", (_request, socket) => {
    socket.on("error", () => socket.destroy());
    endWith(socket, () =>
      rawResponse(log, new Refusal("method_unknown", "This server is not a proxy and does not support CONNECT.")),
    );
  });
  const refuse = (request: IncomingMessage, response: ServerResponse, refusal: Refusal): void => {
    const document = problem(log, forProxy(refusal, request.url ?? ""), request);
    const { status, headers, body } = isForPerson(request) ? asText(document, refusal) : document;
    response.writeHead(status, { ...headers, "Content-Length": Buffer.byteLength(body) });
    response.end(request.method === "HEAD" ? undefined : body);
  };
  server.on("checkExpectation", (request, response) =>
    refuse(
      request,
      response,
      new Refusal(
        "expectation_failed",
        "The only supported expectation is 100-continue. Send the request without the Expect header.",
      ),
    ),
  );
  return { refuse };
}

/** `/forward-auth` returns 403, because nginx turns 400 into 500 and a client can send malformed headers through it. */
function forProxy(refusal: Refusal, url: string): Refusal {
  return isForwardAuth(url) ? new Refusal(refusal.code, refusal.detail, { status: 403 }) : refusal;
}

function refusalOfParser(code: string | undefined, maxHeaderKib: number): Refusal {
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return new Refusal(
        "headers_too_large",
        `The request headers are larger than ${maxHeaderKib} KiB. Send fewer or shorter ones.`,
      );
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return new Refusal("body_too_large", "The body's chunk extensions are too large. Send the body without them.");
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return new Refusal("request_timeout", "The request did not arrive in time. Send it again.");
    case "HPE_INVALID_METHOD":
      return new Refusal(
        "method_unknown",
        "The request does not begin with a known HTTP method. Check its request line.",
      );
    default:
      return new Refusal("request_malformed", "The request is not valid HTTP/1.1. Check its request line and headers.");
  }
}

/** Ends the connection with this response, after the earlier responses. */
function endWith(socket: Duplex, respond: () => string): void {
  const { _httpMessage: due } = socket as {
    readonly _httpMessage?: (ServerResponse & { readonly req: IncomingMessage }) | null;
  };
  // An earlier request on the connection is still in progress, and its response comes first.
  if (due?.req.complete === true) return void due.once("close", () => endWith(socket, respond));
  // The body of this request could not be read, and its response has started.
  if (due?.headersSent === true || !socket.writable) return void socket.destroy();
  socket.end(respond());
  socket.resume();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

function rawResponse(log: BoundedLog, refusal: Refusal): string {
  const { status, headers, body } = problem(log, refusal, {});
  const lines = Object.entries({ ...headers, "Content-Length": Buffer.byteLength(body), Connection: "close" });
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`;
}

function problem(log: BoundedLog, refusal: Refusal, request: object): ReturnType<typeof problemOf> {
  const requestId = requestIdOf(request);
  const response = problemOf(refusal, { requestId, credentialSent: false });
  log({ requestId, status: response.status, code: refusal.code });
  return { ...response, headers: { ...response.headers, "X-Request-Id": requestId } };
}

/** Whether a browser opens a page, as opposed to a script's request. */
function isForPerson({ method, headers }: IncomingMessage): boolean {
  return (method === "GET" || method === "HEAD") && (qualityOf(headers.accept ?? "", ["text/html"]) ?? 0) > 0;
}

/**
 * The same text for a browser. Plain text and never HTML, because the detail contains the host name that the client
 * sent.
 */
function asText(
  { status, headers }: ReturnType<typeof problem>,
  { code, detail }: Refusal,
): ReturnType<typeof problem> {
  return {
    status,
    headers: { ...headers, "Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff" },
    body: redactSecrets(`${status} ${titleOf(code)}\n\n${detail}\n\nRequest ${headers["X-Request-Id"]}\n`),
  };
}

type BoundedLog = (fields: Readonly<Record<string, string | number>>) => void;

function createBoundedLog(logger: BaseLogger): BoundedLog {
  let windowBegan = Number.NEGATIVE_INFINITY;
  let lines = 0;
  return (fields) => {
    const now = performance.now();
    if (now - windowBegan >= LOG_WINDOW_MS) {
      if (lines > LINES_A_WINDOW)
        logger.info({ notLogged: lines - LINES_A_WINDOW }, "further requests were refused before the application");
      windowBegan = now;
      lines = 0;
    }
    if (++lines <= LINES_A_WINDOW) logger.info(fields, "request refused before the application");
  };
}
