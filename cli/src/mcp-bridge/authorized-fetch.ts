// The requests of the bridge. Each carries the credential to its host and to no other. A refusal becomes a `Failure` that
// says why, and what to do.
import { EXIT, Failure } from "@mintmark/terminal";
import { isProblem } from "../api-answers.ts";
import { notAMintmark, redirected, refused, unreachable } from "../api-failures.ts";
import type { Connection } from "../connection.ts";
import { exchange, hasProxy } from "../exchange.ts";

export interface Sender {
  /** The connection when the bridge started. */
  readonly connection: Connection;
  /** Reads the current connection, because the person may have logged in again. */
  readonly connectAgain: () => Promise<Connection>;
  readonly userAgent: () => string;
  /** Called with the expiry of the credential when the host says that it is near. */
  readonly noteExpiry: (connection: Connection, at: string) => void;
}

/** As long as Node's fetch waits. */
const SILENCE_MS = 300_000;

type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/**
 * `fetch` for the transport. When the token is refused, the stored token is read again, so that the session continues
 * after the person has logged in again.
 */
export function authorizedFetch(sender: Sender): Fetch {
  let present = sender.connection;
  return async (url, init) => {
    const used = present;
    const response = await send(sender, used, url, init);
    const failure = await failureOf(used, response);
    if (failure === null) return response;
    const fresh = failure.exitCode === EXIT.notAuthenticated ? await anotherCredential(sender, used) : null;
    if (fresh === null) throw failure;
    present = fresh;
    const again = await send(sender, fresh, url, init);
    const second = await failureOf(fresh, again);
    if (second !== null) throw second;
    return again;
  };
}

async function send(sender: Sender, connection: Connection, url: string | URL, init?: RequestInit): Promise<Response> {
  const { host, credential } = connection;
  // The transport follows redirects within the origin. This check keeps the secret on the host.
  if (new URL(url).origin !== host) throw new Error("the bridge was about to send a token to another host");
  const headers = new Headers(init?.headers);
  headers.set("Authorization", `Bearer ${credential.secret.expose()}`);
  headers.set("User-Agent", sender.userAgent());
  let response: Response;
  try {
    response = await (hasProxy() ? fetchByExchange : fetch)(url, { ...init, headers, redirect: "manual" });
  } catch (error) {
    if (init?.signal?.aborted === true) throw error;
    throw unreachable(host, error, 0);
  }
  const expiresAt = response.headers.get("mintmark-token-expires");
  if (expiresAt !== null) sender.noteExpiry(connection, expiresAt);
  return response;
}

/** `fetch` through a proxy. The one of Node knows proxies only when a flag was set at the start of the process. */
async function fetchByExchange(typed: string | URL, init: RequestInit): Promise<Response> {
  const { Readable } = await import("node:stream");
  const url = new URL(typed);
  const { method = "GET", body, signal } = init;
  if (body !== undefined && body !== null && typeof body !== "string") throw new TypeError("the body is not a text");
  const answer = await exchange(
    url.origin,
    {
      method,
      path: url.pathname + url.search,
      headers: Object.fromEntries(new Headers(init.headers)),
      body: body ?? undefined,
      signal: signal ?? undefined,
    },
    SILENCE_MS,
  );
  const status = answer.statusCode ?? 0;
  const hasBody = status !== 204 && status !== 205 && status !== 304;
  if (!hasBody) answer.resume();
  const headers = Object.entries(answer.headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value]],
  );
  return new Response(hasBody ? (Readable.toWeb(answer) as ReadableStream) : null, { status, headers });
}

/** The failure that the response describes, or `null` when the response belongs to the protocol. */
async function failureOf({ login, credential }: Connection, response: Response): Promise<Failure | null> {
  const { status, headers } = response;
  if (status === 200 && !isProtocol(headers)) return notAMintmark(login.host, status);
  if (status < 300 || status === 405) return null;
  if (status < 400) return redirected(login.host, headers.get("location"));
  const text = await response.clone().text();
  const body = parseJson(text);
  if (isJsonRpc(body) && status !== 401) return null;
  if (!isProblem(body)) return notAMintmark(login.host, status);
  const fromEnvironment = credential.source === "environment";
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  const retryAfter = Number.isInteger(seconds) && seconds >= 0 ? seconds : null;
  return refused({ ...login, fromEnvironment, status, problem: body, retryAfter });
}

/** The credential that is stored now, if it differs from the refused one. */
async function anotherCredential(sender: Sender, { credential }: Connection): Promise<Connection | null> {
  if (credential.source === "environment") return null;
  try {
    const fresh = await sender.connectAgain();
    const isSame = fresh.credential.secret.expose() === credential.secret.expose();
    return isSame || fresh.host !== sender.connection.host ? null : fresh;
  } catch (error) {
    // The person has logged out, or the keyring is locked. The refusal says more than this error.
    if (error instanceof Failure) return null;
    throw error;
  }
}

/** A response of 200 with another content type comes from another server. */
function isProtocol(headers: Headers): boolean {
  return /^(?:application\/json|text\/event-stream)\b/.test(headers.get("content-type") ?? "");
}

function isJsonRpc(body: unknown): boolean {
  return typeof body === "object" && body !== null && (body as { jsonrpc?: unknown }).jsonrpc === "2.0";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
