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
    .argument("<method>", "GET, POST, PUT, PATCH or DELETE")
    .argument("<path>", "a path of the host, such as /api/whoami; {org} stands for the token's organization")
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
      "\nThe token goes only to the host: no redirect is followed. The command prints the response's body with any status. After\nan error it also prints a message, and the exit code is 1, or 4 when the token was refused. /openapi.json lists all\nroutes.\n\nExamples:\n  mintmark api GET /api/whoami\n  mintmark api GET /api/organizations/{org}/members --paginate\n  mintmark api POST /api/organizations/{org}/invitations -f email=ada@example.com -f role=member\n  mintmark api GET /api/organizations/{org}/audit-events/export -f format=csv > audit.csv",
    )
    .action((method: string, path: string, options: ApiOptions) =>
      request(context, method, path, { ...options, fields }),
    );
}

type Given = ApiOptions & { readonly fields: readonly Field[] };

async function request(context: Context, typedMethod: string, typedPath: string, options: Given): Promise<void> {
  const { output } = context;
  const method = typedMethod.toUpperCase();
  if (!METHODS.includes(method)) throw usageFailure("this is not an HTTP method", `use one of ${METHODS.join(", ")}`);
  if (options.paginate === true && method !== "GET") throw usageFailure("--paginate is for GET only");
  const hasBody = method !== "GET" && method !== "HEAD";
  if (!hasBody && options.input !== undefined) throw usageFailure(`${method} has no body`, "leave out --input");
  if (options.input !== undefined && options.fields.length > 0) {
    throw usageFailure("--input is the whole body", "leave out -f and -F, or put them into the input");
  }
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
  await printAnswer(output, client, await client.open(asked));
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
