// Waits for the browser's response to one login. It serves three pages without a secret, and accepts a response only with
// the state of this login, because any page in the browser could send a request.
import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { Failure } from "@mintmark/terminal";
import { CALLBACK_PAGES, PAGE_HEADERS } from "./callback-page.ts";

/** How long the command waits for the browser to load the last page. */
const LAST_PAGE_MS = 1_000;
/** A browser also sends the cookies of all other ports of 127.0.0.1. */
const MAX_HEADER_BYTES = 64 * 1024;

export class CallbackServer {
  readonly #state: string;
  readonly #server: Server;
  readonly #code = Promise.withResolvers<string>();
  readonly #pageSent = Promise.withResolvers<void>();
  readonly #timer: NodeJS.Timeout;
  #isAnswered = false;

  private constructor(state: string, patienceMs: number) {
    this.#state = state;
    this.#server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) =>
      this.#receive(request, response),
    );
    const late = new Failure("expired_token", "nobody approved the login in time", "run mintmark login again");
    this.#timer = setTimeout(() => this.#code.reject(late), patienceMs);
    // A denial may arrive before the code is awaited. The error is then raised at that time.
    this.#code.promise.catch(() => {});
  }

  /** Listens on a free port of 127.0.0.1. */
  static async listen(state: string, patienceMs: number): Promise<CallbackServer> {
    const callback = new CallbackServer(state, patienceMs);
    await new Promise<void>((resolve, reject) => {
      callback.#server.once("error", reject);
      callback.#server.listen(0, "127.0.0.1", resolve);
    });
    return callback;
  }

  get redirectUri(): string {
    return `http://${this.#host}/callback`;
  }

  /** Rejects with a `Failure` when the login is denied, or when nobody approves it in time. */
  get code(): Promise<string> {
    return this.#code.promise;
  }

  /** Waits a moment for the browser to load its page. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#isAnswered) await Promise.race([this.#pageSent.promise, pause(LAST_PAGE_MS)]);
    this.#server.close();
    this.#server.closeAllConnections();
  }

  get #host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  #receive({ method, headers, url }: IncomingMessage, response: ServerResponse): void {
    // Refuses host names that resolve to this address, so that a page cannot use one (DNS rebinding).
    if (method !== "GET" || headers.host !== this.#host) return refuse(response);
    // Any program on this machine may send a request, also with an invalid URL.
    const { pathname = "", searchParams } = URL.parse(url ?? "/", `http://${this.#host}`) ?? {};
    if (searchParams !== undefined && pathname === "/callback") return this.#answer(searchParams, response);
    const page = CALLBACK_PAGES.get(pathname);
    if (page === undefined) return refuse(response);
    response.once("close", () => this.#pageSent.resolve());
    response.writeHead(200, PAGE_HEADERS).end(page);
  }

  #answer(query: URLSearchParams, response: ServerResponse): void {
    const code = query.get("code");
    const isDenied = query.get("error") !== null;
    if (!isEqual(query.get("state") ?? "", this.#state) || (code === null && !isDenied)) return refuse(response);
    this.#isAnswered = true;
    // The redirect keeps the code out of the address and so out of the browser's history.
    response.writeHead(303, { ...PAGE_HEADERS, Location: code === null ? "/denied" : "/done" }).end();
    if (code === null) this.#code.reject(new Failure("access_denied", "the login was denied in the browser"));
    else this.#code.resolve(code);
  }
}

function refuse(response: ServerResponse): void {
  response.writeHead(404, PAGE_HEADERS).end(CALLBACK_PAGES.get("/refused"));
}

function isEqual(given: string, expected: string): boolean {
  const hash = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
}
