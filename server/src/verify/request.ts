// What verification reads of a request: the credential in its headers, and the method and path that it asked for.
// Rule: a credential is taken from a header only, never from a query, a cookie or a body. Of a path, only known words are
// kept: a word too few costs a line of a table, one too many could be a secret.
import { DAY_MS, type IntakeCode, secretPattern, SHORTEST_SECRET, trimSecret } from "@mintmark/core";
import { BoundedMap, remembering } from "../memory/bounded-map.ts";

export type Intake = { readonly ok: true; readonly secret: string } | { readonly ok: false; readonly code: IntakeCode };

const MISSING: Intake = { ok: false, code: "credentials_missing" };
const MULTIPLE: Intake = { ok: false, code: "credentials_multiple" };
const MALFORMED: Intake = { ok: false, code: "credentials_malformed" };
const UNSUPPORTED: Intake = { ok: false, code: "scheme_unsupported" };

/**
 * Exactly one of `Authorization: Bearer …` (RFC 6750 §2.1) and `X-API-Key: …`. Reads the raw header
 * list (name, value, name, value …) because a parsed one hides duplicates.
 */
export function intake(rawHeaders: readonly string[]): Intake {
  const header = credentialHeader(rawHeaders);
  if (header === null) return MISSING;
  if (header === "multiple") return MULTIPLE;
  return header.scheme === "bearer" ? tokenOf(header.value) : header.scheme === "" ? MALFORMED : UNSUPPORTED;
}

/**
 * How a service authenticates at an OAuth endpoint (RFC 6749 §2.3.1): its key as a bearer token, as the password of HTTP
 * Basic, or as `client_secret` in the form, by one of these only. `client_id` is not evaluated: the key alone names the
 * service.
 */
export function clientIntake(rawHeaders: readonly string[], formSecret: unknown): Intake {
  const header = credentialHeader(rawHeaders);
  if (typeof formSecret === "string" && formSecret !== "") return header === null ? tokenOf(formSecret) : MULTIPLE;
  if (header === null || header === "multiple" || header.scheme !== "basic") return intake(rawHeaders);
  const pair = Buffer.from(header.value, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  return colon === -1 ? MALFORMED : tokenOf(formDecoded(pair.slice(colon + 1)));
}

/** The one header that carries a credential: its scheme in lower case, and what follows. `X-API-Key` counts as bearer. */
function credentialHeader(
  rawHeaders: readonly string[],
): { readonly scheme: string; readonly value: string } | "multiple" | null {
  let name = "";
  let value: string | undefined;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const header = rawHeaders[i] as string;
    // Only these two lengths can be a credential header; the rest is skipped without lower-casing.
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
  // White space or a comma inside means that two values were joined on the way.
  return secret === "" || /[\s,]/.test(secret) ? MALFORMED : { ok: true, secret };
}

/** Both parts of a Basic pair are form-encoded (RFC 6749 §2.3.1). A secret of ours reads the same either way. */
function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

/** Tells whoever uses a credential that it ends soon: on every answer, within 30 days of the end. */
export const EXPIRES_HEADER = "Mintmark-Token-Expires";

const NEAR_MS = 30 * DAY_MS;
const REMEMBERED_INSTANTS = 10_000;
const textOf = remembering(REMEMBERED_INSTANTS, (at: number) => new Date(at).toISOString());

/**
 * The header's value, RFC 3339 in UTC as everywhere in the API, or `null` when the end is far or there is none. The
 * text of an instant is made once: the requests of one credential ask for it again and again.
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
/** `getUserById`: humps of two letters or more, so that random letters of mixed case do not pass. */
const CAMEL_CASE = /^[A-Za-z][a-z]{1,14}(?:[A-Z][a-z]{1,14}){1,3}$/;
const VERSION = /^v\d{1,2}(?:(?:alpha|beta)\d?)?$/;
/** Words of a language have a vowel here and there, and are not spelled with hexadecimal digits alone. */
const UNSPEAKABLE = /[bcdfghjklmnpqrstvwxz]{5}/i;
const HEXADECIMAL = /^[a-f0-9]{6,}$/i;
/** More are a title, or a pass phrase. */
const WORDS_IN_SEGMENT = 3;
const LONGEST_SEGMENT = 40;
const [QUESTION_MARK, HASH, SEMICOLON, PERCENT, AT] = [0x3f, 0x23, 0x3b, 0x25, 0x40] as const;
/** Secrets of any brand. */
const SECRET = secretPattern();

/** Words come again and again, and hold nothing that memory should not; the oldest are forgotten. */
const REMEMBERED_PATHS = 10_000;
const spoken = new BoundedMap<string, true>(REMEMBERED_PATHS);

/** Of each method, the routes of the last paths: programs ask for the same few again and again. */
const routes = new Map<string, (path: string) => string | null>();
const ROUTES_REMEMBERED = 500;

/** The route of a request for `url`, an absolute path or a whole URL; `null` when it is neither. */
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

/** Any other method is whatever the client sent. */
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

/** Whether a segment may be of words at all: most that are none are known by their length, digits or characters. */
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
