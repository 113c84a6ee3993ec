// Speaks MCP to an instance by plain fetch, in either revision, and by the public client library.
import { Client as McpClient, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import type { Reply } from "../support/client.ts";
import type { TestInstance } from "../support/instance.ts";

export type Era = "2025" | "2026";
export const ERAS: readonly Era[] = ["2025", "2026"];

const REVISION = "2026-07-28";
const ENVELOPE = {
  "io.modelcontextprotocol/protocolVersion": REVISION,
  "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
  "io.modelcontextprotocol/clientCapabilities": {},
};

export type Headers = Readonly<Record<string, string>>;

export interface Answer extends Reply {
  /** The content of the JSON-RPC response, or `undefined` when the request was refused before. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read any shape
  readonly result: any;
}

/** A message in the form of this revision: the older has neither an envelope nor headers that name the method. */
export function messageOf(
  era: Era,
  method: string,
  params: Readonly<Record<string, unknown>> = {},
): { readonly headers: Headers; readonly body: string } {
  const headers = { "Content-Type": "application/json", Accept: "application/json, text/event-stream" };
  if (era === "2025") return { headers, body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }) };
  const name = params["name"];
  return {
    headers: {
      ...headers,
      "MCP-Protocol-Version": REVISION,
      "Mcp-Method": method,
      ...(typeof name === "string" ? { "Mcp-Name": name } : {}),
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: { ...params, _meta: ENVELOPE } }),
  };
}

/** Sends one message and reads the response, which the older revision sends as a stream of one event. */
export async function speak(
  instance: Pick<TestInstance, "url">,
  credential: Headers,
  [method, params]: readonly [string, (Readonly<Record<string, unknown>> | undefined)?],
  era: Era = "2026",
): Promise<Answer> {
  const { headers, body } = messageOf(era, method, params);
  const response = await fetch(`${instance.url}/mcp`, { method: "POST", headers: { ...headers, ...credential }, body });
  const text = await response.text();
  const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
  const json = isStream ? (/^data: (.*)$/m.exec(text)?.[1] ?? "null") : text || "null";
  const parsed = JSON.parse(json) as { readonly result?: unknown } | null;
  return { status: response.status, headers: response.headers, body: parsed, result: parsed?.result };
}

export async function toolsOf(
  instance: Pick<TestInstance, "url">,
  credential: Headers,
  era: Era = "2026",
): Promise<readonly string[]> {
  const { result } = await speak(instance, credential, ["tools/list"], era);
  return (result.tools as readonly { readonly name: string }[]).map(({ name }) => name);
}

export function callTool(
  instance: Pick<TestInstance, "url">,
  credential: Headers,
  name: string,
  input: Readonly<Record<string, unknown>> = {},
  era: Era = "2026",
): Promise<Answer> {
  return speak(instance, credential, ["tools/call", { name, arguments: input }], era);
}

/** The code of a call that was refused, `"ok"` for one that was not. */
export function codeOf({ status, body, result }: Answer): string {
  if (status !== 200) return String(body?.code ?? status);
  return result?.isError === true ? String(result["_meta"]?.code) : result === undefined ? "protocol error" : "ok";
}

/** The library's client, connected. */
export async function connectClient(
  instance: Pick<TestInstance, "url">,
  credential: Headers,
  era: Era,
  onToolsChanged?: () => void,
): Promise<McpClient> {
  const client = new McpClient(
    { name: "test", version: "1" },
    {
      versionNegotiation: { mode: era === "2025" ? "legacy" : { pin: REVISION } },
      ...(onToolsChanged === undefined
        ? {}
        : { listChanged: { tools: { autoRefresh: false, debounceMs: 0, onChanged: onToolsChanged } } }),
    },
  );
  const transport = new StreamableHTTPClientTransport(new URL(`${instance.url}/mcp`), {
    requestInit: { headers: { ...credential } },
  });
  await client.connect(transport);
  return client;
}

export function bearer(credential: { readonly secret: string }): Headers {
  return { Authorization: `Bearer ${credential.secret}` };
}
