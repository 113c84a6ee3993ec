// Forwards messages of the Model Context Protocol from a client on standard streams to the server at `/mcp`, and back.
// It forwards them unchanged, for all versions of the protocol, and knows no tool.
// Rule: every request gets exactly one response, from the server or as an error that says what to do.
import {
  isInitializeRequest,
  isJSONRPCErrorResponse,
  isJSONRPCResultResponse,
  type JSONRPCMessage,
  type JSONRPCRequest,
  PROTOCOL_VERSION_META_KEY,
  type RequestId,
  SdkHttpError,
  StreamableHTTPClientTransport,
} from "@modelcontextprotocol/client";
import { Failure } from "@mintmark/terminal";

export interface BridgeOptions {
  readonly url: URL;
  readonly fetch: (url: string | URL, init?: RequestInit) => Promise<Response>;
  /** Receives each message for the client. */
  readonly write: (message: JSONRPCMessage) => void;
  /** Receives failures, for the person who reads the client's log. */
  readonly report: (failure: Failure) => void;
}

interface Pending {
  readonly request: JSONRPCRequest;
  readonly abort: AbortController;
}

/** A code that JSON-RPC leaves to implementations, and that MCP does not use. */
const BRIDGE_ERROR = -32_090;

export class Bridge {
  readonly #server: StreamableHTTPClientTransport;
  readonly #options: BridgeOptions;
  readonly #pending = new Map<RequestId, Pending>();
  #whenIdle: (() => void) | null = null;

  constructor(options: BridgeOptions) {
    this.#options = options;
    this.#server = new StreamableHTTPClientTransport(options.url, { fetch: options.fetch });
    // Its error events are ignored, because the failure of a request says the same.
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the transport has no other way
    this.#server.onmessage = (message) => this.#fromServer(message);
  }

  async start(): Promise<void> {
    await this.#server.start();
  }

  /** Forwards a message of the client. Never throws, and does not wait for the response. */
  fromClient(message: JSONRPCMessage): void {
    if (isRequest(message)) return this.#request(message);
    const cancelled = cancelledBy(message);
    const pending = cancelled === null ? undefined : this.#pending.get(cancelled);
    if (cancelled !== null && pending !== undefined) {
      this.#settle(cancelled);
      pending.abort.abort();
      // In the protocol of 2026, the end of the request cancels it. A server of 2025 needs a message.
      if (versionOf(pending.request) !== null) return;
    }
    this.#server.send(message).catch((error: unknown) => this.#options.report(failureOf(error)));
  }

  /** Resolves when every request has its response. Subscriptions are left out, because they end only when cancelled. */
  async idle(): Promise<void> {
    if (this.#isIdle()) return;
    await new Promise<void>((resolve) => (this.#whenIdle = resolve));
  }

  /** Ends open requests with an error to the client. Nothing is written afterwards. */
  async close(): Promise<void> {
    const ended = new Failure("bridge_ended", "the bridge ended before the server responded");
    for (const [id, { request }] of this.#pending) {
      if (!isSubscription(request)) this.#options.write({ jsonrpc: "2.0", id, error: describe(ended) });
    }
    this.#pending.clear();
    await this.#server.close();
  }

  #request(request: JSONRPCRequest): void {
    const { id } = request;
    const abort = new AbortController();
    this.#pending.set(id, { request, abort });
    const lost = new Failure("connection_lost", "the connection to the server ended before it responded", "try again");
    this.#server
      .send(request, { requestSignal: abort.signal, onRequestStreamEnd: () => this.#fail(id, lost) })
      .catch((error: unknown) => this.#fail(id, error));
  }

  #fromServer(message: JSONRPCMessage): void {
    if (isJSONRPCResultResponse(message) || isJSONRPCErrorResponse(message)) {
      const pending = message.id === undefined ? undefined : this.#pending.get(message.id);
      // A response to a cancelled request, or to no request.
      if (message.id === undefined || pending === undefined) return;
      if (isJSONRPCResultResponse(message)) this.#agree(pending.request, message.result);
      this.#options.write(message);
      this.#settle(message.id);
      return;
    }
    this.#options.write(message);
  }

  /** Stores the agreed version. Later requests carry it in an HTTP header, because messages do not contain it. */
  #agree(request: JSONRPCRequest, result: Record<string, unknown>): void {
    const version = isInitializeRequest(request) ? result["protocolVersion"] : versionOf(request);
    if (typeof version === "string") this.#server.setProtocolVersion(version);
  }

  #fail(id: RequestId, error: unknown): void {
    if (!this.#pending.has(id)) return;
    const answer = protocolErrorOf(error);
    const failure = failureOf(error);
    this.#options.write({ jsonrpc: "2.0", id, error: answer ?? describe(failure) });
    // An error response of the server is for the client only.
    if (answer === null) this.#options.report(failure);
    this.#settle(id);
  }

  #settle(id: RequestId): void {
    this.#pending.delete(id);
    if (this.#isIdle()) this.#whenIdle?.();
  }

  #isIdle(): boolean {
    return [...this.#pending.values()].every(({ request }) => isSubscription(request));
  }
}

/** Whether the message needs a response, even if the server will refuse it. The library's check leaves some out. */
function isRequest(message: JSONRPCMessage): message is JSONRPCRequest {
  return "method" in message && "id" in message && message.id !== undefined && message.id !== null;
}

function isSubscription({ method }: JSONRPCRequest): boolean {
  return method === "subscriptions/listen";
}

/** The error as a sentence, because many clients show nothing else. */
function describe({ code, message, hint }: Failure): { code: number; message: string; data: unknown } {
  const text = hint === null ? message : `${message}${message.endsWith("?") ? "" : ":"} ${hint}`;
  // An address at the beginning is not capitalized.
  const sentence = /^[a-z]+ /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return { code: BRIDGE_ERROR, message: sentence, data: { code, hint } };
}

function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new Failure("mcp_failed", `the server's response could not be used: ${message}`);
}

/** The server's error, when it came with a status that the transport treats as a failure. */
function protocolErrorOf(error: unknown): { code: number; message: string; data?: unknown } | null {
  if (!(error instanceof SdkHttpError)) return null;
  try {
    const body: unknown = JSON.parse(String((error.data as { text?: unknown } | undefined)?.text));
    return isJSONRPCErrorResponse(body) ? body.error : null;
  } catch {
    return null;
  }
}

function cancelledBy(message: JSONRPCMessage): RequestId | null {
  if (!("method" in message) || message.method !== "notifications/cancelled") return null;
  const id = message.params?.["requestId"];
  return typeof id === "string" || typeof id === "number" ? id : null;
}

/** The version in a request of 2026 and later, or `null` in earlier ones. */
function versionOf({ params }: JSONRPCRequest): string | null {
  const { _meta: meta } = params ?? {};
  const version = meta?.[PROTOCOL_VERSION_META_KEY];
  return typeof version === "string" ? version : null;
}
