// Parses the fields, headers and path that were typed for `mintmark api`.
// Rule: headers that carry a credential are refused. The command sends the token itself, and everyone on the machine
// can see a command line.
import { usageFailure } from "@mintmark/terminal";

export type Field = readonly [name: string, value: unknown];

const FORBIDDEN_HEADERS = new Set([
  "authorization",
  "x-api-key",
  "cookie",
  "proxy-authorization",
  "host",
  "content-length",
  "transfer-encoding",
  "connection",
]);

/** Returns the path. Refuses text that leads to another host. */
export function parseApiPath(typed: string): string {
  const hint = "write it as /api/whoami";
  // `//name` and `/\name` look like paths, but name another host.
  const url = typed.startsWith("/") ? URL.parse(typed, "http://host") : null;
  if (url === null || url.host !== "host" || url.hash !== "") {
    throw usageFailure("this is not a path of the host", hint);
  }
  return url.pathname + url.search;
}

/** `name=value` as text. */
export function parseTextField(typed: string, before: readonly Field[] = []): readonly Field[] {
  return [...before, splitField(typed, "-f")];
}

/** `name=value`, where the value may be JSON: a number, `true`, `null`, a list. */
export function parseJsonField(typed: string, before: readonly Field[] = []): readonly Field[] {
  const [name, text] = splitField(typed, "-F");
  return [...before, [name, asJson(text)]];
}

export function parseHeader(
  typed: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const [, name = "", value = ""] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x20-\x7e\t]*)$/.exec(typed) ?? [];
  if (name === "") throw usageFailure("-H takes a name and a value", "write it as -H 'Accept: text/csv'");
  if (FORBIDDEN_HEADERS.has(name.toLowerCase())) {
    throw usageFailure(`the header ${name.toLowerCase()} cannot be set`, "the command sends the token itself");
  }
  return { ...before, [name]: value };
}

/** Returns the path with the fields as its query. */
export function withQuery(path: string, fields: readonly Field[]): string {
  if (fields.length === 0) return path;
  const query = new URLSearchParams(
    fields.map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
  );
  return `${path}${path.includes("?") ? "&" : "?"}${query.toString()}`;
}

function splitField(typed: string, option: string): readonly [string, string] {
  const at = typed.indexOf("=");
  if (at < 1) throw usageFailure(`${option} takes a name and a value`, `write it as ${option} name=value`);
  return [typed.slice(0, at), typed.slice(at + 1)];
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
