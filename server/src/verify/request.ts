// Verification reads two things of a request: the credential in its headers, and the requested method and path.
// Rule: a credential comes from a header only, never from a query, a cookie or a body. Of a path, only plain words are
// kept. A word too few makes a table less precise; a word too many could be a secret.
import { DAY_MS, type IntakeCode, secretPattern, SHORTEST_SECRET, trimSecret } from "@mintmark/core";
import { BoundedMap, remembering } from "../bounded.ts";

/** The path that reverse proxies request. */
export const FORWARD_AUTH_PATH = "/forward-auth";

/** Whether a reverse proxy sent the request. */
export function isForwardAuth(url: string): boolean {
  return url === FORWARD_AUTH_PATH || url.startsWith(`${FORWARD_AUTH_PATH}?`);
}

export type Intake = { readonly ok: true; readonly secret: string } | { readonly ok: false; readonly code: IntakeCode };

const MISSING: Intake = { ok: false, code: "credentials_missing" };
const MULTIPLE: Intake = { ok: false, code: "credentials_multiple" };
const MALFORMED: Intake = { ok: false, code: "credentials_malformed" };
const UNSUPPORTED: Intake = { ok: false, code: "scheme_unsupported" };

/**
 * Accepts exactly one of `Authorization: Bearer …` (RFC 6750 §2.1) and `X-API-Key: …`. It reads the raw header list
 * (name, value, name, value …), because a parsed one hides duplicates.
 */
export function intake(rawHeaders: readonly string[]): Intake {
  const header = credentialHeader(rawHeaders);
  if (header === null) return MISSING;
  if (header === "multiple") return MULTIPLE;
  return header.scheme === "bearer" ? tokenOf(header.value) : header.scheme === "" ? MALFORMED : UNSUPPORTED;
}

/**
 * Reads the key of a service at an OAuth endpoint (RFC 6749 §2.3.1). The service sends it as a bearer token, as the
 * password of HTTP Basic, or as `client_secret` in the form, and in one of these only. `client_id` is ignored, because
 * the key alone identifies the service.
 */
export function clientIntake(rawHeaders: readonly string[], formSecret: unknown): Intake {
  const header = credentialHeader(rawHeaders);
  if (typeof formSecret === "string" && formSecret !== "") return header === null ? tokenOf(formSecret) : MULTIPLE;
  if (header === null || header === "multiple" || header.scheme !== "basic") return intake(rawHeaders);
  const pair = Buffer.from(header.value, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  return colon === -1 ? MALFORMED : tokenOf(formDecoded(pair.slice(colon + 1)));
}

/** The one header that carries a credential: its scheme in lower case, and its value. `X-API-Key` counts as bearer. */
function credentialHeader(
  rawHeaders: readonly string[],
): { readonly scheme: string; readonly value: string } | "multiple" | null {
  let name = "";
  let value: string | undefined;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const header = rawHeaders[i] as string;
    // Only names of these two lengths can be a credential header. All others are skipped without lower-casing.
    if (header.length !== 13 && header.length !== 9) continue;
    const lower = header.toLowerCase();
    if (lower !== "authorization" && lower !== "x-api-key") continue;
    if (value !== undefined) return "multiple";
    name = lower;
    value = rawHeaders[i + 1] as string;
  }
  if (value === undefined) return null;
  const whole = value.trim();
  if (name === "x-api-key") return { scheme: "bearer", value: whole };
  const space = whole.indexOf(" ");
  return space === -1
    ? { scheme: whole.toLowerCase(), value: "" }
    : { scheme: whole.slice(0, space).toLowerCase(), value: whole.slice(space + 1) };
}

function tokenOf(text: string): Intake {
  const secret = trimSecret(text);
  // White space or a comma inside means that a proxy or client joined two values.
  return secret === "" || /[\s,]/.test(secret) ? MALFORMED : { ok: true, secret };
}

/** Both parts of a Basic pair are form-encoded (RFC 6749 §2.3.1). Our secrets are the same with or without encoding. */
function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

/** Warns the user of a credential that it expires soon. Every response has it in the last 30 days before the expiry. */
export const EXPIRES_HEADER = "Mintmark-Token-Expires";

const NEAR_MS = 30 * DAY_MS;
const REMEMBERED_INSTANTS = 10_000;
const textOf = remembering(REMEMBERED_INSTANTS, (at: number) => new Date(at).toISOString());

/**
 * Returns the header's value, RFC 3339 in UTC as everywhere in the API, or `null` when the expiry is far away or there
 * is none. The text is made once per instant, because many requests with one credential need it.
 */
export function nearExpiry(expiresAt: number | null, now: number): string | null {
  if (expiresAt === null || expiresAt - now > NEAR_MS) return null;
  return textOf(expiresAt);
}

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
const SEGMENTS = 8;
const LENGTH = 100;
const HIDDEN = ":id";
const REST = "…";

/** One word, with at most one digit behind it: `robots`, `oauth2`, `s3`. Or a whole word in capitals: `API`. */
const WORD = /^(?:[a-z]{1,20}|[A-Z]?[a-z]{2,19}|[A-Z]{1,5})\d?$/;
/** `getUserById`: each part has at least two characters, so that random text of mixed case does not match. */
const CAMEL_CASE = /^[A-Za-z][a-z]{1,14}(?:[A-Z][a-z]{1,14}){1,3}$/;
const VERSION = /^v\d{1,2}(?:(?:alpha|beta)\d?)?$/;
/** Words of a language contain vowels, and do not consist of hexadecimal digits alone. */
const UNSPEAKABLE = /[bcdfghjklmnpqrstvwxz]{5}/i;
const HEXADECIMAL = /^[a-f0-9]{6,}$/i;
/** A segment of more words is a title or a pass phrase. */
const WORDS_IN_SEGMENT = 3;
const LONGEST_SEGMENT = 40;
const [QUESTION_MARK, HASH, SEMICOLON, PERCENT, AT] = [0x3f, 0x23, 0x3b, 0x25, 0x40] as const;
/** Secrets of any brand. */
const SECRET = secretPattern();

/** Only paths of plain words are remembered, so memory holds no secret. The oldest are dropped. */
const REMEMBERED_PATHS = 10_000;
const spoken = new BoundedMap<string, true>(REMEMBERED_PATHS);

/** For each method, the routes of recent paths, because programs request the same few again and again. */
const routes = new Map<string, (path: string) => string | null>();
const ROUTES_REMEMBERED = 500;

/** The route of a request for `url`, which is an absolute path or a whole URL. `null` when it is neither. */
export function routeOf(method: string | undefined, url: string | undefined): string | null {
  if (url === undefined) return null;
  const path = pathOf(url);
  if (path === "") return null;
  const known = methodOf(method);
  let routeFor = routes.get(known);
  if (routeFor === undefined) {
    routeFor = remembering(ROUTES_REMEMBERED, (ofPath: string) => makeRoute(known, ofPath));
    routes.set(known, routeFor);
  }
  return routeFor(path);
}

function makeRoute(method: string, path: string): string | null {
  const route = `${method} ${wordsOf(path)}`;
  return route.length >= SHORTEST_SECRET && route.search(SECRET) !== -1 ? null : route;
}

/** The route of a request to Mintmark's own API. */
export function routeOfOperation(operationId: string): string {
  return `mintmark ${operationId}`;
}

/** Any other method is text that the client chose. */
function methodOf(method: string | undefined): string {
  if (method === undefined) return "ANY";
  if (METHODS.has(method)) return method;
  const upper = method.toUpperCase();
  return METHODS.has(upper) ? upper : "ANY";
}

function pathOf(url: string): string {
  const end = endOfPath(url);
  const address = end === url.length ? url : url.slice(0, end);
  if (address.startsWith("/")) return address;
  const host = /^https?:\/\/[^/]*/i.exec(address);
  return host === null ? "" : address.slice(host[0].length) || "/";
}

/** Where the query, the fragment or the parameters of a segment begin. */
function endOfPath(url: string): number {
  for (let index = 0; index < url.length; index++) {
    const character = url.charCodeAt(index);
    if (character === QUESTION_MARK || character === HASH || character === SEMICOLON) return index;
  }
  return url.length;
}

function wordsOf(path: string): string {
  let route = "";
  let segments = 0;
  for (let begin = 1; begin < path.length;) {
    const slash = path.indexOf("/", begin);
    const end = slash === -1 ? path.length : slash;
    if (end > begin) {
      if (++segments > SEGMENTS) return `${route}/${REST}`;
      const word = isPlain(path, begin, end) ? path.slice(begin, end) : "";
      const next = word !== "" && isSpoken(word) ? word : HIDDEN;
      if (route.length + next.length > LENGTH) return `${route}/${REST}`;
      route += `/${next}`;
    }
    begin = end + 1;
  }
  return route === "" ? "/" : route;
}

/** Whether a segment can consist of words. Its length, digits or characters rule most other segments out. */
function isPlain(path: string, begin: number, end: number): boolean {
  if (end - begin > LONGEST_SEGMENT) return false;
  let digits = 0;
  for (let index = begin; index < end; index++) {
    const character = path.charCodeAt(index);
    if (character >= 0x30 && character <= 0x39) digits++;
    else if (character > 0x7e || character === PERCENT || character === AT) return false;
  }
  return digits < 3 && digits < end - begin;
}

function isSpoken(segment: string): boolean {
  if (spoken.has(segment)) return true;
  if (!consistsOfWords(segment)) return false;
  spoken.set(segment, true);
  return true;
}

function consistsOfWords(segment: string): boolean {
  if (VERSION.test(segment)) return true;
  const words = segment.split(/[-_.~]/);
  // A leading dot or the like: `.well-known`.
  if (words.length > 1 && words[0] === "") words.shift();
  return words.length <= WORDS_IN_SEGMENT && words.every(isWord);
}

function isWord(word: string): boolean {
  return (WORD.test(word) || CAMEL_CASE.test(word)) && !UNSPEAKABLE.test(word) && !HEXADECIMAL.test(word);
}
