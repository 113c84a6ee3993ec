// Sends one request to a host, and returns the head of the response. It follows no redirect, so the request's credential
// reaches only the host. It uses node:http, because fetch takes too long to load for a command.
import type { IncomingMessage, RequestOptions } from "node:http";
import process from "node:process";

export interface OutgoingRequest {
  readonly method: string;
  /** Begins with a slash. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | undefined;
}

/** The host sent nothing for too long. */
export class SilentHost extends Error {
  override readonly name = "SilentHost";
}

/** Resolves when the head of the response has arrived. `timeoutMs` without data, before it or in the body, is an error. */
export async function exchange(host: string, outgoing: OutgoingRequest, timeoutMs: number): Promise<IncomingMessage> {
  const url = new URL(host);
  // An import would also load everything else the module exports, such as WebSocket, which takes 40 ms.
  const { request } = process.getBuiltinModule(url.protocol === "https:" ? "node:https" : "node:http");
  const { method, path, headers, body } = outgoing;
  const options: RequestOptions = {
    protocol: url.protocol,
    hostname: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port,
    method,
    path,
    timeout: timeoutMs,
  };
  return new Promise((resolve, reject) => {
    let answer: IncomingMessage | null = null;
    const sent = request(options, (head) => resolve((answer = head)));
    // Not in the options, because NODE_DEBUG=net prints those and one header is the credential.
    for (const [name, value] of Object.entries(headers)) sent.setHeader(name, value);
    if (body !== undefined) sent.setHeader("Content-Length", Buffer.byteLength(body));
    // After the head has arrived, the reader of the body gets the error. Before that, the caller gets it.
    sent.on("timeout", () => (answer ?? sent).destroy(new SilentHost()));
    sent.on("error", reject);
    sent.end(body);
  });
}
