// A minimal AI client on node:http. It opens a stream and calls a tool.
import { type IncomingMessage, request } from "node:http";

export interface Stream {
  /** On this process's monotonic clock. */
  readonly endedAt: Promise<number>;
  readonly leave: () => void;
}

const REVISION = "2026-07-28";
const META = {
  "io.modelcontextprotocol/protocolVersion": REVISION,
  "io.modelcontextprotocol/clientInfo": { name: "bench", version: "1" },
  "io.modelcontextprotocol/clientCapabilities": {},
};

/** Resolves when the server has confirmed the subscription. */
export async function openStream(port: number, secret: string): Promise<Stream> {
  const { response, leave } = await post(port, secret, "subscriptions/listen", {
    notifications: { toolsListChanged: true },
  });
  await new Promise((acknowledged) => response.once("data", acknowledged));
  const endedAt = new Promise<number>((resolve) => {
    response.on("close", () => resolve(performance.now()));
    response.on("error", () => {});
  });
  response.resume();
  return { endedAt, leave };
}

export async function callTool(port: number, secret: string, name: string): Promise<void> {
  const { response } = await post(port, secret, "tools/call", { name, arguments: {} });
  const text = await textOf(response);
  if (response.statusCode !== 200 || text.includes('"isError":true')) throw new Error(`${response.statusCode} ${text}`);
}

export async function revoke(port: number, secret: string): Promise<void> {
  const { response } = await send(port, "/api/credentials/revoke", {}, { credentials: [secret] });
  const text = await textOf(response);
  if (response.statusCode !== 202) throw new Error(`${response.statusCode} ${text}`);
}

function post(port: number, secret: string, method: string, params: Readonly<Record<string, unknown>>): Promise<Sent> {
  const { name } = params;
  const headers = {
    Authorization: `Bearer ${secret}`,
    Accept: "application/json, text/event-stream",
    "MCP-Protocol-Version": REVISION,
    "Mcp-Method": method,
    ...(typeof name === "string" ? { "Mcp-Name": name } : {}),
  };
  return send(port, "/mcp", headers, { jsonrpc: "2.0", id: 1, method, params: { ...params, _meta: META } });
}

interface Sent {
  readonly response: IncomingMessage;
  readonly leave: () => void;
}

function send(port: number, path: string, headers: Readonly<Record<string, string>>, body: unknown): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: "127.0.0.1",
        port,
        path,
        method: "POST",
        agent: false,
        headers: { "Content-Type": "application/json", ...headers },
      },
      (response) => resolve({ response, leave: () => outgoing.destroy() }),
    );
    outgoing.on("error", reject);
    outgoing.end(JSON.stringify(body));
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
