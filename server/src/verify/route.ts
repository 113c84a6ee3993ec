// What a request asked for, in a form that may be kept: a method and a path in which only words are left.
// Rule: what is not plainly a word is an id, a name, an address or a secret, and becomes `:id`; the query is
// never looked at. A word too many that is hidden costs a line of a table, one too few shows a secret.
import { secretPattern } from "@mintmark/core";

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
const MANY_DIGITS = /\d{3}/;
const WORDS_IN_SEGMENT = 4;
/** Secrets of any brand. */
const SECRET = secretPattern("[a-z][a-z0-9]{0,3}");
const SHORTEST_SECRET = 54;

/** Words come again and again, and hold nothing that memory should not; it starts anew when full. */
const REMEMBERED = 10_000;
const spoken = new Set<string>();

/** The route of a request for `url`, an absolute path or a whole URL; `null` when it is neither. */
export function routeOf(method: string | undefined, url: string | undefined): string | null {
  if (url === undefined) return null;
  const path = pathOf(url);
  if (path === "") return null;
  const route = `${methodOf(method)} ${wordsOf(path)}`;
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
  const end = url.search(/[?#;]/);
  const address = end === -1 ? url : url.slice(0, end);
  if (address.startsWith("/")) return address;
  const host = /^https?:\/\/[^/]*/i.exec(address);
  return host === null ? "" : address.slice(host[0].length) || "/";
}

function wordsOf(path: string): string {
  let route = "";
  let segments = 0;
  for (const segment of path.split("/")) {
    if (segment === "") continue;
    const next = isSpoken(segment) ? segment : HIDDEN;
    if (++segments > SEGMENTS || route.length + next.length > LENGTH) return `${route}/${REST}`;
    route += `/${next}`;
  }
  return route === "" ? "/" : route;
}

function isSpoken(segment: string): boolean {
  if (spoken.has(segment)) return true;
  if (segment.length > 40 || MANY_DIGITS.test(segment) || !consistsOfWords(segment)) return false;
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
