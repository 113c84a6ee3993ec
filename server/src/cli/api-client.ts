// The public HTTP API, as far as the commands use it. Whatever goes wrong becomes a `Failure` that says
// what to do; nothing of a request is ever part of a message.
// Rule: the credential goes to the host that was asked for and to no other, so no redirect is followed.
import type { Secret } from "@mintmark/core";
import { VERSION } from "../version.ts";
import {
  type Identity,
  isIdentity,
  isProblem,
  isReceipt,
  isToken,
  isTokenPage,
  type Receipt,
  type Token,
  type TokenPage,
} from "./api-answers.ts";
import { notAMintmark, redirected, refused, unreachable } from "./api-failures.ts";

export interface ApiClientOptions {
  /** An origin. */
  readonly host: string;
  readonly secret: Secret;
  /** Whether the secret came from MINTMARK_TOKEN. */
  readonly fromEnvironment: boolean;
  /** Longer than the server waits before it answers that a token is dead everywhere. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 20_000;
const PAGE = 200;
const TOKENS = "/api/personal-access-tokens";

export class ApiClient {
  readonly host: string;
  readonly #secret: Secret;
  readonly #fromEnvironment: boolean;
  readonly #timeoutMs: number;

  constructor({ host, secret, fromEnvironment, timeoutMs = TIMEOUT_MS }: ApiClientOptions) {
    this.host = host;
    this.#secret = secret;
    this.#fromEnvironment = fromEnvironment;
    this.#timeoutMs = timeoutMs;
  }

  whoami(): Promise<Identity> {
    return this.#request("GET", "/api/whoami", isIdentity);
  }

  /** All the tokens the credential may see, page after page. */
  async listTokens(): Promise<readonly Token[]> {
    const tokens: Token[] = [];
    let cursor: string | null = null;
    do {
      const query: URLSearchParams = new URLSearchParams({ limit: String(PAGE) });
      if (cursor !== null) query.set("cursor", cursor);
      const page: TokenPage = await this.#request("GET", `${TOKENS}?${query.toString()}`, isTokenPage);
      tokens.push(...page.items);
      // A page that leads to itself would be read for ever.
      if (page.nextCursor === cursor) break;
      cursor = page.nextCursor;
    } while (cursor !== null);
    return tokens;
  }

  /** `id` is an id or `current`. */
  getToken(id: string): Promise<Token> {
    return this.#request("GET", `${TOKENS}/${encodeURIComponent(id)}`, isToken);
  }

  /** When this answers, the token is dead everywhere. */
  revokeToken(id: string): Promise<Receipt> {
    return this.#request("DELETE", `${TOKENS}/${encodeURIComponent(id)}`, isReceipt);
  }

  async #request<T>(method: string, path: string, isExpected: (body: unknown) => body is T): Promise<T> {
    const { response, text } = await this.#send(method, path);
    if (response.status >= 300 && response.status < 400) {
      throw redirected(this.host, response.headers.get("location"));
    }
    const body = parseJson(text);
    if (response.ok && isExpected(body)) return body;
    if (!response.ok && isProblem(body)) {
      const { host } = this;
      const fromEnvironment = this.#fromEnvironment;
      throw refused({
        host,
        fromEnvironment,
        status: response.status,
        problem: body,
        retryAfter: retryAfterOf(response),
      });
    }
    throw notAMintmark(this.host, response.status);
  }

  async #send(method: string, path: string): Promise<{ readonly response: Response; readonly text: string }> {
    try {
      const response = await fetch(this.host + path, {
        method,
        redirect: "manual",
        signal: AbortSignal.timeout(this.#timeoutMs),
        headers: {
          Accept: "application/json",
          Authorization: `Bearer ${this.#secret.expose()}`,
          "User-Agent": `mintmark-cli/${VERSION}`,
        },
      });
      return { response, text: await response.text() };
    } catch (error) {
      throw unreachable(this.host, error, this.#timeoutMs);
    }
  }
}

function retryAfterOf(response: Response): number | null {
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return Number.isInteger(seconds) && seconds >= 0 ? seconds : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
