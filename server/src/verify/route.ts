// What a request asked for, in a form that may be kept: a method and a path in which only words are left.
// Rule: what is not plainly a word is an id, a name, an address or a secret, and becomes `:id`; the query is
// never looked at. A word too many that is hidden costs a line of a table, one too few shows a secret.
import { secretPattern, SHORTEST_SECRET } from "@mintmark/core";

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

/** Words come again and again, and hold nothing that memory should not; it starts anew when full. */
const REMEMBERED = 10_000;
const spoken = new Set<string>();

/** Of each method, the routes of the last paths: programs ask for the same few again and again. */
const routes = new Map<string, Map<string, string | null>>();
const ROUTES_REMEMBERED = 500;

/** The route of a request for `url`, an absolute path or a whole URL; `null` when it is neither. */
export function routeOf(method: string | undefined, url: string | undefined): string | null {
  if (url === undefined) return null;
  const path = pathOf(url);
  if (path === "") return null;
  const known = methodOf(method);
  let byPath = routes.get(known);
  if (byPath === undefined) routes.set(known, (byPath = new Map<string, string | null>()));
  let route = byPath.get(path);
  if (route === undefined) {
    if (byPath.size >= ROUTES_REMEMBERED) byPath.clear();
    byPath.set(path, (route = makeRoute(known, path)));
  }
  return route;
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
  if (spoken.size >= REMEMBERED) spoken.clear();
  spoken.add(segment);
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
