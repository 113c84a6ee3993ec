// The worker thread of api-reference.ts: creates the OpenAPI document and draws the reference from it, in about a second.
// The page is plain HTML. It needs no script, so it works under the strictest policy and prints well.
import { parentPort, workerData } from "node:worker_threads";
import { ERROR_CODES } from "@mintmark/core";
import type { CredentialClass } from "../../wire/request.ts";
import {
  type DescribedOperation,
  type DescribedResponse,
  type Media,
  type OpenApiDocument,
  openApiDocument,
} from "../openapi/document.ts";
import { nameOf, resolved, type Schema, type Schemas } from "../openapi/examples.ts";
import { operations } from "../operations.ts";
import { drawDocsPage, escape } from "./docs/layout.ts";
import { withOwnAddress } from "./docs/library.ts";
import { type HeldFile, holdFile } from "./page.ts";

const CREDENTIAL_NAMES: Readonly<Record<CredentialClass, string>> = {
  public: "anyone",
  session: "a signed-in browser",
  "hand-off": "the session of a hand-off",
  "instance-admin": "an instance admin's browser",
  pat: "a personal access token",
  "api-key": "an API key",
  service: "a service key",
  "management-key": "a management key",
};

/** Both files, by their paths. */
export type Reference = Readonly<Record<"/openapi.json" | "/docs/api", HeldFile>>;

interface Entry extends DescribedOperation {
  readonly path: string;
  readonly method: string;
}

function drawReference(document: OpenApiDocument): string {
  const entries = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Entry => ({ ...operation, path, method })),
  );
  const byTag = Map.groupBy(entries, ({ tags }) => tags[0] ?? "");
  const groups = document.tags.map((tag) => ({ ...tag, members: byTag.get(tag.name) ?? [] }));
  const navigation = groups.map(
    ({ name, members }) =>
      `<li><a href="#${slug(name)}">${escape(name)}</a><ul>${members
        .map(({ operationId, summary }) => `<li><a href="#${operationId}">${escape(summary)}</a></li>`)
        .join("")}</ul></li>`,
  );
  const sections = groups.map(
    ({ name, description, members }) =>
      `<section aria-labelledby="${slug(name)}"><h2 id="${slug(name)}">${escape(name)}</h2><p>${prose(description)}</p>${members.map((entry) => drawOperation(document, entry)).join("")}</section>`,
  );
  return drawDocsPage({
    title: "API reference",
    description:
      "Every operation of the HTTP API: who may call it, its fields with their types, its responses and an example.",
    path: "/docs/api",
    lists: "Operations",
    navigation: `<ul>${navigation.join("")}<li><a href="#schemas">Objects</a></li><li><a href="#codes">Error codes</a></li></ul>`,
    main: `<h1>API reference</h1>${INTRODUCTION}${sections.join("")}${drawSchemas(document.components.schemas)}${drawCodes()}`,
  });
}

const INTRODUCTION = `<p>Send a token as <code>Authorization: Bearer &lt;token&gt;</code> or <code>X-API-Key: &lt;token&gt;</code>, exactly one of them.
Requests and responses are JSON, times are RFC 3339 in UTC. Lists return <code>{"items": […], "nextCursor": …}</code> and take <code>limit</code> and <code>cursor</code>.
An error is <code>application/problem+json</code> (RFC 9457) with a stable <code>code</code> and a sentence that says what to do.</p>
<div class="code" data-language="sh"><pre><code>curl -H "Authorization: Bearer $MINTMARK_TOKEN" https://mintmark.example.com/api/whoami
</code></pre></div>
<p>For programs, <a href="/openapi.json">the OpenAPI 3.1 document</a> has everything in one file. <a href="/docs">The guides</a> explain it in words.</p>`;

function drawOperation({ components }: OpenApiDocument, operation: Entry): string {
  const { operationId, method, path, summary, description, parameters = [], requestBody } = operation;
  const { schemas } = components;
  const callers = operation["x-credentials"].map((credential) => CREDENTIAL_NAMES[credential]).join(", or ");
  const permission = [operation["x-permission"] ?? []].flat();
  const scope = operation["x-scope"];
  const responses = Object.entries(operation.responses).map(
    ([status, response]) => [status, dereferenced(response, components.responses)] as const,
  );
  const [bodyType, body] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const fields = body === undefined ? [] : fieldsOf(body.schema, schemas);
  return `<article aria-labelledby="${operationId}"><h3 id="${operationId}">${escape(summary)}</h3>
<p class="address"><span class="method ${method}">${method.toUpperCase()}</span> <code>${escape(path)}</code></p>
<p>${prose(description)}</p>
<dl><dt>Who may call it</dt><dd>${escape(callers)}</dd>${
    permission.length === 0 ? "" : `<dt>Permission</dt><dd><code>${escape(permission.join(" "))}</code></dd>`
  }${scope === undefined ? "" : `<dt>Scope</dt><dd><code>${escape(scope)}</code></dd>`}</dl>
${drawTable(
  `Parameters of ${summary}`,
  ["Parameter", "Type", "Meaning"],
  parameters.map(({ name, in: where, required, description: meaning, schema }) => [
    `<code>${escape(name)}</code> ${where}${required === true ? "" : ", optional"}`,
    typeOf(schema),
    prose(meaning ?? schema.description ?? ""),
  ]),
)}
${drawTable(`Body of ${summary}`, ["Field of the body", "Type", "Meaning"], fields)}
${drawTable(`Responses of ${summary}`, ["Status", "Body", "Meaning"], responses.map(drawResponse))}
${drawExample(operation, bodyType, body, responses)}</article>`;
}

function dereferenced(
  response: DescribedResponse | { readonly $ref: string },
  shared: Readonly<Record<string, DescribedResponse>>,
): DescribedResponse {
  if (!("$ref" in response)) return response;
  return shared[response.$ref.slice("#/components/responses/".length)] as DescribedResponse;
}

function drawResponse([status, { description, content = {} }]: readonly [string, DescribedResponse]): string[] {
  const bodies = Object.entries(content).map(([type, { schema }]) => {
    const shown = typeOf(schema);
    return shown === "text" || shown === "object" ? `<code>${escape(type)}</code>` : shown;
  });
  const meaning = prose(description).replaceAll(/<code>([a-z_]+)<\/code>/g, (code, name: string) =>
    Object.hasOwn(ERROR_CODES, name) ? `<a href="#${name}">${code}</a>` : code,
  );
  return [`<code>${status === "default" ? "others" : status}</code>`, bodies.join(" or ") || "none", meaning];
}

/** The fields of an object as rows: name, type and meaning. */
function fieldsOf(schema: Schema, schemas: Schemas): readonly string[][] {
  const { properties = {}, required = [], allOf = [] } = resolved(schema, schemas);
  const own = Object.entries(properties).map(([name, property]) => [
    `<code>${escape(name)}</code>${required.includes(name) ? "" : " optional"}`,
    typeOf(property),
    prose(property.description ?? ""),
  ]);
  return [...allOf.flatMap((part) => fieldsOf(part, schemas)), ...own];
}

/** The type in words, with its bounds. A named object is a link. */
function typeOf(schema: Schema): string {
  const name = nameOf(schema);
  if (name !== undefined) return `<a href="#schema-${name}"><code>${escape(name)}</code></a>`;
  if (schema.const !== undefined) return `<code>${escape(JSON.stringify(schema.const))}</code>`;
  if (schema.enum !== undefined)
    return schema.enum.map((value) => `<code>${escape(String(value))}</code>`).join(" or ");
  if (schema.allOf !== undefined) return typeOf(schema.allOf[0] ?? {});
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined) return [...new Set(alternatives.map(typeOf))].join(" or ");
  return [schema.type ?? "object"]
    .flat()
    .map((type) => typeInWords(type, schema))
    .join(" or ");
}

function typeInWords(type: string, schema: Schema): string {
  const { items, properties, format, minimum, maximum, minLength, maxLength, minItems, maxItems } = schema;
  const between = (least: number | undefined, most: number | undefined, unit: string): string => {
    const [from, to] = [isBound(least) ? least : undefined, isBound(most) ? most : undefined];
    if (from !== undefined && to !== undefined) return ` ${from}–${to}${unit}`;
    return to === undefined ? (from === undefined ? "" : ` from ${from}${unit}`) : ` up to ${to}${unit}`;
  };
  switch (type) {
    case "string":
      return `${format === "date-time" ? "instant" : "text"}${between(minLength, maxLength, " characters")}`;
    case "integer":
    case "number":
      return `${type}${between(minimum, maximum, "")}`;
    case "array":
      return `list${between(minItems, maxItems, "")} of ${typeOf(items ?? {})}`;
    case "object":
      return properties === undefined
        ? "object"
        : `object with ${Object.keys(properties)
            .map((key) => `<code>${escape(key)}</code>`)
            .join(", ")}`;
    default:
      return `<code>${escape(type)}</code>`;
  }
}

/** Whether a number bounds a value. Every integer of the document also lies between the safe integers of JavaScript. */
function isBound(value: number | undefined): value is number {
  return value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER;
}

function drawTable(caption: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const cells = rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join("")}</tr>`);
  return `<div class="table" tabindex="0" role="region" aria-label="${escape(caption)}"><table><thead><tr>${head
    .map((title) => `<th scope="col">${title}</th>`)
    .join("")}</tr></thead><tbody>${cells.join("")}</tbody></table></div>`;
}

function drawExample(
  operation: Entry,
  bodyType: string | undefined,
  body: Media | undefined,
  responses: readonly (readonly [string, DescribedResponse])[],
): string {
  const [status, response] = responses.find(([code]) => /^20\d$/.test(code)) ?? [];
  const [type, media] = Object.entries(response?.content ?? {})[0] ?? [];
  const sent = body === undefined ? [] : [`Content-Type: ${bodyType}`, "", bodyOf(bodyType, body.example)];
  const request = [`${operation.method.toUpperCase()} ${addressOf(operation)}`, ...credentialOf(operation), ...sent];
  const answer = media?.example === undefined ? [] : ["", JSON.stringify(media.example, null, 2)];
  const received = [`${status}`, ...(type === undefined ? [] : [`Content-Type: ${type}`]), ...answer];
  return `<details><summary>Example</summary><div class="code" data-language="http"><pre><code>${escape(request.join("\n"))}
</code></pre></div><div class="code" data-language="http"><pre><code>${escape(received.join("\n"))}
</code></pre></div></details>`;
}

function bodyOf(type: string | undefined, example: unknown): string {
  return type === "application/x-www-form-urlencoded"
    ? new URLSearchParams(example as Record<string, string>).toString()
    : JSON.stringify(example, null, 2);
}

/** The path with an example for each parameter. */
function addressOf({ path, parameters = [] }: Entry): string {
  return path.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const example = parameters.find((parameter) => parameter.in === "path" && parameter.name === name)?.schema.example;
    return typeof example === "string" ? example : whole;
  });
}

function credentialOf(operation: Entry): readonly string[] {
  const credentials = operation["x-credentials"];
  if (credentials.includes("public")) return [];
  if (credentials.includes("service")) return ["Authorization: Bearer $MINTMARK_SERVICE_KEY"];
  if (credentials.includes("pat") || credentials.includes("api-key")) return ["Authorization: Bearer $MINTMARK_TOKEN"];
  return ["Cookie: <the session of a browser>", ...(operation.method === "get" ? [] : ["Sec-Fetch-Site: same-origin"])];
}

function drawSchemas(schemas: Schemas): string {
  const articles = Object.entries(schemas)
    .toSorted(([a], [b]) => a.localeCompare(b, "en"))
    .map(
      ([name, schema]) =>
        `<article aria-labelledby="schema-${name}"><h3 id="schema-${name}">${escape(name)}</h3>${
          schema.description === undefined ? "" : `<p>${prose(schema.description)}</p>`
        }${drawTable(name, ["Field", "Type", "Meaning"], fieldsOf(schema, schemas)) || `<p>${typeOf(schema)}</p>`}</article>`,
    );
  return `<section aria-labelledby="schemas"><h2 id="schemas">Objects</h2>${articles.join("")}</section>`;
}

function drawCodes(): string {
  const rows = Object.entries(ERROR_CODES).map(
    ([code, { status, title }]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${escape(title)}</td></tr>`,
  );
  return `<section aria-labelledby="codes"><h2 id="codes">Error codes</h2><div class="table" tabindex="0" role="region" aria-labelledby="codes"><table>
<thead><tr><th scope="col">Code</th><th scope="col">Status</th><th scope="col">Meaning</th></tr></thead><tbody>${rows.join("")}</tbody></table></div></section>`;
}

function prose(text: string): string {
  return escape(text).replaceAll(/`([^`]+)`/g, "<code>$1</code>");
}

function slug(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
}

const baseUrl = workerData as string;
const hold = (text: string, type: string): HeldFile => holdFile(withOwnAddress(text, baseUrl), type);
const whole = openApiDocument(operations, baseUrl);
const reference: Reference = {
  "/openapi.json": hold(JSON.stringify(whole), "application/json"),
  "/docs/api": hold(drawReference(whole), "text/html; charset=utf-8"),
};
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread has no origin
parentPort?.postMessage(reference);
