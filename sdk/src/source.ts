// Where a credential comes from: a request of any framework, its headers, or the secret itself.
// Rule: of a request, only the headers are read for a credential, by the rule of the server (core's `intake`).
import { type Intake, intake, parseSecret, secretPattern, SHORTEST_SECRET, trimSecret } from "@mintmark/core/format";
import type { RefusalCode } from "./refusal.ts";

/** The headers of a parsed request. `node:http` and most frameworks have such an object. */
export type HeaderRecord = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The part of `Headers` that is read. */
export interface HeadersLike {
  get(name: string): string | null;
  forEach(callback: (value: string, name: string) => void): void;
}

/** A `Request`, the request of `node:http`, or one of a framework. */
export interface RequestLike {
  readonly headers: HeadersLike | HeaderRecord;
  /** Names and values in the order of the request. With it, two headers of one name are seen. */
  readonly rawHeaders?: readonly string[] | undefined;
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** The address before a router shortened it (Express). */
  readonly originalUrl?: string | undefined;
}

/** A request, its headers, or the text of a credential. `null`, `undefined` and an empty text are no credential. */
export type CredentialSource = RequestLike | HeadersLike | HeaderRecord | string | null | undefined;

type Taken = { readonly ok: true; readonly secret: string } | { readonly ok: false; readonly code: RefusalCode };

/** The method, path and program of a request, for the token's history of use. It decides nothing. */
export interface Told {
  readonly userAgent?: string;
  readonly method?: string;
  readonly path?: string;
}

export interface Reading {
  readonly taken: Taken;
  readonly told: Told;
}

/** Reads the one credential of a source. Throws a TypeError for a source that is none of the supported kinds. */
export function readSource(source: CredentialSource): Reading {
  if (source === null || source === undefined) return { taken: intake([]), told: {} };
  if (typeof source === "string") return { taken: readText(source), told: {} };
  if (typeof source !== "object") throw new TypeError("verify() takes a request, its headers, or the text of a token");
  if (isRequest(source)) return readRequest(source);
  const raw = rawHeadersOf(source);
  return { taken: checked(intake(raw)), told: toldBy(raw, {}) };
}

function readText(text: string): Taken {
  const secret = trimSecret(text);
  return secret === "" ? intake([]) : checked({ ok: true, secret });
}

/**
 * A text without the form of a secret is refused here, as the server would, so that it costs no request. Brand and
 * checksum are left to the server, which knows its brands.
 */
function checked(taken: Intake): Taken {
  if (!taken.ok) return taken;
  const parsed = parseSecret(taken.secret, NO_BRANDS);
  return !parsed.ok && parsed.code === "token_malformed" ? { ok: false, code: parsed.code } : taken;
}

const NO_BRANDS: ReadonlySet<string> = new Set();

function isRequest(source: RequestLike | HeadersLike | HeaderRecord): source is RequestLike {
  const { headers } = source as Partial<RequestLike>;
  return typeof headers === "object" && headers !== null && !Array.isArray(headers);
}

function readRequest(request: RequestLike): Reading {
  const raw = request.rawHeaders ?? rawHeadersOf(request.headers);
  const url = request.originalUrl ?? request.url ?? "";
  const taken: Taken = isSecretInQuery(url) ? { ok: false, code: "token_in_url" } : checked(intake(raw));
  return { taken, told: toldBy(raw, { method: request.method, path: pathOf(url) }) };
}

const READ = ["authorization", "x-api-key", "user-agent"] as const;

function rawHeadersOf(headers: HeadersLike | HeaderRecord): readonly string[] {
  if (isHeaders(headers)) return READ.flatMap((name) => pair(name, headers.get(name)));
  return Object.entries(headers).flatMap(([name, value]) =>
    typeof value === "string" ? [name, value] : (value ?? []).flatMap((each) => [name, each]),
  );
}

function pair(name: string, value: string | null): readonly string[] {
  return value === null ? [] : [name, value];
}

function isHeaders(headers: HeadersLike | HeaderRecord): headers is HeadersLike {
  return typeof headers["get"] === "function" && typeof headers["forEach"] === "function";
}

/** Logs and histories keep URLs, so a token there is refused as the server refuses it. */
function isSecretInQuery(url: string): boolean {
  const query = url.indexOf("?");
  if (query === -1 || url.length - query < SHORTEST_SECRET) return false;
  return SECRET.test(decoded(url.slice(query)));
}

/** One that is not global, because a global one remembers where it stopped. */
const SECRET = new RegExp(secretPattern().source);

function decoded(query: string): string {
  try {
    return decodeURIComponent(query);
  } catch {
    return query;
  }
}

/** The path alone. A query can hold anything, and stays here. */
function pathOf(url: string): string | undefined {
  const end = url.search(/[?#]/);
  const address = end === -1 ? url : url.slice(0, end);
  const path = address.startsWith("/") ? address : address.replace(/^https?:\/\/[^/]*/i, "");
  return path.startsWith("/") ? path : undefined;
}

function toldBy(
  raw: readonly string[],
  { method, path }: { method?: string | undefined; path?: string | undefined },
): Told {
  const index = raw.findIndex((text, at) => at % 2 === 0 && text.length === 10 && text.toLowerCase() === "user-agent");
  const userAgent = index === -1 ? undefined : raw[index + 1];
  return {
    ...(userAgent === undefined ? {} : { userAgent }),
    ...(method === undefined ? {} : { method }),
    ...(path === undefined ? {} : { path }),
  };
}
