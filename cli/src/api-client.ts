// The part of the public HTTP API that the commands use. Every error becomes a `Failure` that says what to do. No
// message contains any part of a request.
// Rule: the credential goes to the chosen host and to no other, so no redirect is followed.
import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import type { Secret } from "@mintmark/core";
import { Failure } from "@mintmark/terminal";
import { VERSION } from "./version.ts";
import {
  type Identity,
  isIdentity,
  isPageOf,
  isProblem,
  isReceipt,
  isToken,
  type Page,
  type Receipt,
  type Token,
} from "./api-answers.ts";
import { notAMintmark, redirected, refused, unreachable } from "./api-failures.ts";
import { exchange } from "./exchange.ts";
import type { Login } from "./profile.ts";

export interface ApiClientOptions extends Login {
  readonly secret: Secret;
  /** Whether the secret came from the environment. */
  readonly fromEnvironment: boolean;
  /** Called with the expiry of the credential when the server says that it is near. */
  readonly noteExpiry?: (at: string) => void;
  /** Longer than the server waits until a revocation holds on all replicas. */
  readonly timeoutMs?: number;
}

export interface ApiRequest {
  readonly method: string;
  /** Begins with a slash. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | undefined;
}

interface ListOptions<T> {
  readonly most?: number | undefined;
  readonly isWanted?: (item: T) => boolean;
}

export interface ApiAnswer {
  readonly status: number;
  /** The reason phrase, as the host sent it. */
  readonly statusText: string;
  readonly headers: IncomingHttpHeaders;
  /** The stream emits connection errors that happen while it is read. `readText` turns them into a `Failure`. */
  readonly body: Readable;
}

const TIMEOUT_MS = 20_000;
const PAGE = 200;
export const TOKENS = "/api/personal-access-tokens";

export class ApiClient {
  readonly #options: ApiClientOptions;
  readonly #timeoutMs: number;
  #answeredAt: number | null = null;

  constructor(options: ApiClientOptions) {
    this.#options = options;
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  }

  get host(): string {
    return this.#options.host;
  }

  /** The server's clock in its last response, or `null` if the response had no date. */
  get answeredAt(): number | null {
    return this.#answeredAt;
  }

  whoami(): Promise<Identity> {
    return this.ask({ method: "GET", path: "/api/whoami" }, isIdentity);
  }

  /** `id` is an id or `current`. */
  getToken(id: string): Promise<Token> {
    return this.ask({ method: "GET", path: `${TOKENS}/${encodeURIComponent(id)}` }, isToken);
  }

  /** When this resolves, the token is revoked on every replica. */
  revokeToken(id: string): Promise<Receipt> {
    return this.ask({ method: "DELETE", path: `${TOKENS}/${encodeURIComponent(id)}` }, isReceipt);
  }

  /** Verifies another person's token, as a service. */
  verify<T>(
    token: Secret,
    { permission, ip }: { readonly permission?: string; readonly ip?: string },
    isExpected: (body: unknown) => body is T,
  ): Promise<T> {
    const body = JSON.stringify({ token: token.expose(), permission, ip });
    const headers = { "Content-Type": "application/json" };
    return this.ask({ method: "POST", path: "/api/verify", headers, body }, isExpected);
  }

  /** Returns the items of a list from all of its pages, or the first `most` of those that `isWanted` accepts. */
  async list<T>(
    path: string,
    isItem: (item: unknown) => item is T,
    query: Record<string, string> = {},
    { most = Number.POSITIVE_INFINITY, isWanted = () => true }: ListOptions<T> = {},
  ): Promise<T[]> {
    const items: T[] = [];
    for await (const page of this.pages(path, isItem, query)) {
      items.push(...page.items.filter(isWanted));
      if (items.length >= most) break;
    }
    return items.slice(0, most);
  }

  /** Yields the pages of a list, and requests each when the caller asks for it. */
  async *pages<T>(
    path: string,
    isItem: (item: unknown) => item is T,
    query: Record<string, string> = {},
  ): AsyncGenerator<Page<T>> {
    let cursor: string | null = null;
    do {
      const search = new URLSearchParams({ limit: String(PAGE), ...query, ...(cursor === null ? {} : { cursor }) });
      const page: Page<T> = await this.ask({ method: "GET", path: `${path}?${search.toString()}` }, isPageOf(isItem));
      yield page;
      // A page that links to itself would make this loop endless.
      if (page.nextCursor === cursor) return;
      cursor = page.nextCursor;
    } while (cursor !== null);
  }

  /** Sends a request that must succeed, and returns the body if it has the expected shape. */
  async ask<T>(request: ApiRequest, isExpected: (body: unknown) => body is T): Promise<T> {
    const answer = await this.open(request);
    const text = await this.readText(answer);
    if (answer.status >= 400) throw this.failureOf(answer, text);
    const body = parseJson(text);
    if (answer.status < 300 && isExpected(body)) return body;
    throw notAMintmark(this.host, answer.status);
  }

  /** Sends a request and returns the head of the response, with any status but a redirect. */
  async open({ method, path, headers, body }: ApiRequest): Promise<ApiAnswer> {
    const { host, secret, noteExpiry } = this.#options;
    const all = {
      Accept: "application/json",
      "User-Agent": `mintmark-cli/${VERSION}`,
      ...headers,
      Authorization: `Bearer ${secret.expose()}`,
    };
    const answer = await this.whole(() => exchange(host, { method, path, headers: all, body }, this.#timeoutMs));
    const status = answer.statusCode ?? 0;
    if (status >= 300 && status < 400) {
      answer.destroy();
      throw redirected(host, answer.headers.location ?? null);
    }
    const date = Date.parse(answer.headers.date ?? "");
    this.#answeredAt = Number.isNaN(date) ? null : date;
    const expiry = answer.headers["mintmark-token-expires"];
    if (typeof expiry === "string") noteExpiry?.(expiry);
    return { status, statusText: answer.statusMessage ?? "", headers: answer.headers, body: answer };
  }

  async readText({ body }: ApiAnswer): Promise<string> {
    return this.whole(async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of body) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString("utf8");
    });
  }

  /** The failure that a response with a status of 400 or more means. */
  failureOf({ status, headers }: ApiAnswer, text: string): Failure {
    const problem = parseJson(text);
    if (!isProblem(problem)) return notAMintmark(this.host, status);
    const { profile, host, fromEnvironment } = this.#options;
    const retryAfter = secondsOf(headers["retry-after"]);
    return refused({ profile, host, fromEnvironment, status, problem, retryAfter });
  }

  /** Runs the work and turns a broken connection into a `Failure`. */
  async whole<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Failure) throw error;
      throw unreachable(this.host, error, this.#timeoutMs);
    }
  }
}

function secondsOf(retryAfter: string | undefined): number | null {
  const seconds = Number(retryAfter ?? Number.NaN);
  return Number.isInteger(seconds) && seconds >= 0 ? seconds : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
