// `/openapi.json` and `/docs/api`: the same document for programs and for people. The page is plain HTML that is
// rendered at the first request and kept. It needs no script, so it works under the strictest policy and prints well.
import { ERROR_CODES } from "@mintmark/core";
import { drawDocsPage, escape } from "./docs/layout.ts";
import { withOwnAddress } from "./docs/library.ts";
import { serveFile, type HeldFile, holdFile, type PageRoute } from "./page.ts";
import type { CredentialClass } from "../../wire/request.ts";
import type { Operation } from "../operation.ts";
import { openApiDocument, refusalsOf } from "../openapi/document.ts";

const CREDENTIAL_NAMES: Readonly<Record<CredentialClass, string>> = {
  public: "anyone",
  session: "a signed-in browser",
  "instance-admin": "an instance admin's browser",
  pat: "a personal access token",
  "api-key": "an API key",
  service: "a service key",
};

export function referencePages(operations: readonly Operation[], baseUrl: string): readonly PageRoute[] {
  const page = (path: string, type: string, draw: () => string): PageRoute => {
    let held: HeldFile | undefined;
    const hold = (): HeldFile => (held ??= holdFile(withOwnAddress(draw(), baseUrl), type));
    return { path, respond: ({ headers }) => serveFile(hold(), headers) };
  };
  return [
    page("/openapi.json", "application/json", () => JSON.stringify(openApiDocument(operations))),
    page("/docs/api", "text/html; charset=utf-8", () => drawReference(operations)),
  ];
}

function drawReference(operations: readonly Operation[]): string {
  const groups = Map.groupBy(operations, (operation) => operation.tag);
  const navigation = [...groups].map(
    ([tag, members]) =>
      `<li><a href="#${slug(tag)}">${escape(tag)}</a><ul>${members
        .map((operation) => `<li><a href="#${operation.operationId}">${escape(operation.summary)}</a></li>`)
        .join("")}</ul></li>`,
  );
  const sections = [...groups].map(
    ([tag, members]) =>
      `<section aria-labelledby="${slug(tag)}"><h2 id="${slug(tag)}">${escape(tag)}</h2>${members.map(drawOperation).join("")}</section>`,
  );
  return drawDocsPage({
    title: "API reference",
    description: "Every route of the HTTP API: who may call it, its fields, and its error codes.",
    path: "/docs/api",
    lists: "Operations",
    navigation: `<ul>${navigation.join("")}<li><a href="#codes">Error codes</a></li></ul>`,
    main: `<h1>API reference</h1>${INTRODUCTION}${sections.join("")}${drawCodes()}`,
  });
}

const INTRODUCTION = `<p>Send a token as <code>Authorization: Bearer &lt;token&gt;</code> or <code>X-API-Key: &lt;token&gt;</code>, exactly one of them.
Requests and responses are JSON, times are RFC 3339 in UTC. Lists return <code>{"items": […], "nextCursor": …}</code> and take <code>limit</code> and <code>cursor</code>.
An error is <code>application/problem+json</code> (RFC 9457) with a stable <code>code</code> and a sentence that says what to do.</p>
<div class="code" data-language="sh"><pre><code>curl -H "Authorization: Bearer $MINTMARK_TOKEN" https://mintmark.example.com/api/whoami
</code></pre></div>
<p>For programs, <a href="/openapi.json">the OpenAPI 3.1 document</a> has everything in one file. <a href="/docs">The guides</a> explain it in words.</p>`;

function drawOperation(operation: Operation): string {
  const callers = operation.credentials.map((credential) => CREDENTIAL_NAMES[credential]).join(", or ");
  const codes = refusalsOf(operation)
    .toSorted()
    .map((code) => `<a href="#${code}"><code>${code}</code></a>`);
  const method = operation.method.toUpperCase();
  return `<article aria-labelledby="${operation.operationId}"><h3 id="${operation.operationId}">${escape(operation.summary)}</h3>
<p class="address"><span class="method ${operation.method}">${method}</span> <code>${escape(operation.path)}</code></p>
${operation.description === undefined ? "" : `<p>${prose(operation.description)}</p>`}
<dl><dt>Who may call it</dt><dd>${escape(callers)}</dd>
${operation.permission === undefined ? "" : `<dt>Permission</dt><dd><code>${escape([operation.permission].flat().join(" "))}</code></dd>`}
${drawFields("Query", operation.query)}${drawFields("Body", operation.body)}
<dt>Status</dt><dd><code>${operation.status}</code></dd></dl>
<details><summary>Error codes</summary><p class="codes">${codes.join(" ")}</p></details></article>`;
}

interface Described {
  readonly shape?: Readonly<Record<string, { safeParse(value: unknown): { readonly success: boolean } }>>;
}

/** The fields of a query or body. Optional fields are marked. */
function drawFields(title: string, schema: Operation["body"]): string {
  const { shape } = (schema ?? {}) as Described;
  if (shape === undefined) return "";
  const fields = Object.entries(shape).map(
    ([name, field]) => `<code>${escape(name)}</code>${field.safeParse(undefined).success ? " (optional)" : ""}`,
  );
  return fields.length === 0 ? "" : `<dt>${title}</dt><dd>${fields.join(", ")}</dd>`;
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
