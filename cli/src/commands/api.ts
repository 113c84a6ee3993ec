import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import type { Command } from "commander";
import { type Output, usageFailure } from "@mintmark/terminal";
import { isObject } from "../api-answers.ts";
import type { ApiAnswer, ApiClient, ApiRequest } from "../api-client.ts";
import { type Field, parseApiPath, parseHeader, parseJsonField, parseTextField, withQuery } from "../api-fields.ts";
import { type HostOptions, withHostOptions } from "../choose-login.ts";
import { connect } from "../connection.ts";
import type { Context } from "../context.ts";

interface ApiOptions extends HostOptions {
  readonly method?: string;
  readonly include?: boolean;
  readonly header?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly paginate?: boolean;
}

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];

export function addApi(program: Command, context: Context): void {
  let fields: readonly Field[] = [];
  // Both kinds of fields go into one list, in the order in which they were typed.
  const collect =
    (parse: typeof parseTextField) =>
    (typed: string): readonly Field[] =>
      (fields = parse(typed, fields));
  withHostOptions(program.command("api"))
    .description("make any request to the HTTP API, with the token in use, and print the response")
    .argument("<method|path>", "GET, POST, PUT, PATCH or DELETE; without it, GET, or POST with a field or an input")
    .argument("[path]", "a path such as /api/whoami, or whoami for short; {org} stands for the token's organization")
    .option("-X, --method <method>", "the method, when only the path is given")
    .option("-i, --include", "print the status and the headers of the response too")
    .option(
      "-f, --raw-field <name=value>",
      "a text for the query of a GET, else for a JSON body",
      collect(parseTextField),
    )
    .option("-F, --field <name=value>", 'a value that may be JSON: 30, true, null, ["a"]', collect(parseJsonField))
    .option("-H, --header <name: value>", "a header that does not carry a credential", parseHeader)
    .option("--input <file>", "the body of the request; - is standard input")
    .option("--paginate", "request every page of a list, and print one list")
    .addHelpText(
      "after",
      "\nThe token goes only to the host: no redirect is followed. The command prints the response's body with any status. After\nan error it also prints a message, and the exit code is 1, or 4 when the token was refused. /openapi.json lists all\nroutes.\n\nExamples:\n  mintmark api whoami\n  mintmark api -i GET /api/whoami\n  mintmark api GET /api/organizations/{org}/members --paginate\n  mintmark api POST /api/organizations/{org}/invitations -f email=ada@example.com -f role=member\n  mintmark api GET /api/organizations/{org}/audit-events/export -f format=csv > audit.csv",
    )
    .action((first: string, second: string | undefined, options: ApiOptions) =>
      request(context, first, second, { ...options, fields }),
    );
}

type Given = ApiOptions & { readonly fields: readonly Field[] };

async function request(context: Context, first: string, second: string | undefined, options: Given): Promise<void> {
  const { output } = context;
  const { method, path: typedPath } = readRequest(first, second, options);
  const hasBody = method !== "GET" && method !== "HEAD";
  // Checked before the credential is read, so that a mistake in the command is reported first.
  parseApiPath(typedPath);
  const { client } = await connect(context, options);
  const path = parseApiPath(await withOrganization(client, typedPath));
  const body = hasBody ? await bodyOf(context, options) : undefined;
  const asked: ApiRequest = {
    method,
    path: hasBody ? path : withQuery(path, options.fields),
    headers: { ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...options.header },
    body,
  };
  if (options.paginate === true) return printPages(output, client, asked);
  const answer = await client.open(asked);
  if (options.include === true) printHead(output, answer);
  await printAnswer(output, client, answer);
}

/** The method and path that were typed. Refuses options that do not fit them. */
function readRequest(
  first: string,
  second: string | undefined,
  { method: option, include, input, paginate, fields }: Given,
): { readonly method: string; readonly path: string } {
  if (second === undefined && METHODS.includes(first.toUpperCase())) {
    throw usageFailure("the path is missing", "write it as mintmark api GET /api/whoami");
  }
  if (second !== undefined && option !== undefined) throw usageFailure("the method is given twice", "leave out -X");
  const usual = fields.length > 0 || input !== undefined ? "POST" : "GET";
  const method = (second === undefined ? (option ?? usual) : first).toUpperCase();
  const path = second ?? first;
  if (!METHODS.includes(method)) throw usageFailure("this is not an HTTP method", `use one of ${METHODS.join(", ")}`);
  if (paginate === true && method !== "GET") throw usageFailure("--paginate is for GET only");
  if (paginate === true && include === true) throw usageFailure("--paginate and --include cannot be combined");
  if (input !== undefined && ["GET", "HEAD"].includes(method)) {
    throw usageFailure(`${method} has no body`, "leave out --input");
  }
  if (input !== undefined && fields.length > 0) {
    throw usageFailure("--input is the whole body", "leave out -f and -F, or put them into the input");
  }
  // Every operation that takes a token is below /api/, so the short form leaves that out.
  const isShort = /^[a-z]/.test(path) && !path.includes(":");
  return { method, path: isShort ? `/api/${path.replace(/^api\//, "")}` : path };
}

/** Response headers hold no secret. Text that looks like one would be cut out, as everywhere. */
function printHead(output: Output, { status, statusText, headers }: ApiAnswer): void {
  output.line({ text: `HTTP/1.1 ${status} ${statusText}`, style: status < 400 ? "green" : "red" });
  for (const [name, value] of Object.entries(headers)) output.line(`${name}: ${[value].flat().join(", ")}`);
  output.line("");
}

async function withOrganization(client: ApiClient, path: string): Promise<string> {
  if (!path.includes("{org}")) return path;
  return path.replaceAll("{org}", (await client.whoami()).organization.id);
}

async function bodyOf({ stdin }: Context, { input, fields }: Given): Promise<string | Buffer | undefined> {
  if (input === "-") return buffer(stdin);
  if (input !== undefined) return readFile(input);
  return fields.length === 0 ? undefined : JSON.stringify(Object.fromEntries(fields));
}

/** Prints the pages of a list as one list, as if the server had sent it in one response. */
async function printPages(output: Output, client: ApiClient, first: ApiRequest): Promise<void> {
  const items: unknown[] = [];
  let path = first.path;
  for (;;) {
    const answer = await client.open({ ...first, path });
    if (answer.status >= 400) return printAnswer(output, client, answer);
    const page = parseJson(await client.readText(answer));
    if (!isObject(page) || !Array.isArray(page["items"])) {
      throw usageFailure("--paginate is for lists, and this path returns none", "leave it out");
    }
    items.push(...(page["items"] as unknown[]));
    const { nextCursor } = page;
    const next = typeof nextCursor === "string" ? withCursor(first.path, nextCursor) : null;
    // A page that links to itself would make this loop endless.
    if (next === null || next === path) return output.document({ items, nextCursor: null });
    path = next;
  }
}

function withCursor(path: string, cursor: string): string {
  const url = new URL(path, "http://host");
  url.searchParams.set("cursor", cursor);
  return url.pathname + url.search;
}

async function printAnswer(output: Output, client: ApiClient, answer: ApiAnswer): Promise<void> {
  const isJson = /^application\/(?:[\w.-]+\+)?json\b/.test(answer.headers["content-type"] ?? "");
  if (answer.status < 400 && !isJson) return client.whole(() => output.stream(answer.body));
  const text = await client.readText(answer);
  // A filter is for what was asked for, and would hide why it was refused.
  if (answer.status >= 400 && output.isFiltered) throw client.failureOf(answer, text);
  const document = isJson ? parseJson(text) : undefined;
  if (document !== undefined) output.document(document);
  else await output.stream([text]);
  if (answer.status >= 400) throw client.failureOf(answer, text);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
