// Verification reads two things of a request: the credential in its headers, and the requested method and path.
// Rule: a credential comes from a header only, never from a query, a cookie or a body. Of a path, only plain words are
// kept. A word too few makes a table less precise; a word too many could be a secret.
import {
  credentialHeader,
  type Intake,
  intake,
  intakeOf,
  type Principal,
  secretPattern,
  SHORTEST_SECRET,
} from "@mintmark/core";
import { BoundedMap, remembering } from "../bounded.ts";

/** The path that reverse proxies request. */
export const FORWARD_AUTH_PATH = "/forward-auth";

/** Whether a reverse proxy sent the request. */
export function isForwardAuth(url: string): boolean {
  return url === FORWARD_AUTH_PATH || url.startsWith(`${FORWARD_AUTH_PATH}?`);
}

/**
 * Reads the key of a service at an OAuth endpoint (RFC 6749 §2.3.1). The service sends it as a bearer token, as the
 * password of HTTP Basic, or as `client_secret` in the form, and in one of these only. `client_id` is ignored, because
 * the key alone identifies the service.
 */
export function clientIntake(rawHeaders: readonly string[], formSecret: unknown): Intake {
  const header = credentialHeader(rawHeaders);
  if (typeof formSecret === "string" && formSecret !== "")
    return header === null ? intakeOf(formSecret) : { ok: false, code: "credentials_multiple" };
  if (header === null || header === "multiple" || header.scheme !== "basic") return intake(rawHeaders);
  const pair = Buffer.from(header.value, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  return colon === -1 ? { ok: false, code: "credentials_malformed" } : intakeOf(formDecoded(pair.slice(colon + 1)));
}

/** Both parts of a Basic pair are form-encoded (RFC 6749 §2.3.1). Our secrets are the same with or without encoding. */
function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

/** Warns the user of a credential that it ends soon. Every response has it while core's `nearEnd` gives an end. */
export const EXPIRES_HEADER = "Mintmark-Token-Expires";

const REMEMBERED_INSTANTS = 10_000;
const instantText = remembering(REMEMBERED_INSTANTS, (at: number) => new Date(at).toISOString());

/**
 * Returns the header's value, RFC 3339 in UTC as everywhere in the API, or `null` when no end is near. The text is made
 * once per instant, because many requests with one credential need it.
 */
export function nearEndText({ nearEnd }: Pick<Principal["credential"], "nearEnd">): string | null {
  return nearEnd === null ? null : instantText(nearEnd.at);
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
