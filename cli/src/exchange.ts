// One request to a host, and the beginning of its answer. No redirect is followed here, so what the request carries
// reaches nobody but the host. It is node:http and not fetch, which takes longer to load than a command may.
import type { IncomingMessage, RequestOptions } from "node:http";
import process from "node:process";

export interface OutgoingRequest {
  readonly method: string;
  /** Begins with a slash. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | undefined;
}

/** The host was silent for too long. */
export class SilentHost extends Error {
  override readonly name = "SilentHost";
}

/** Answers once the head of the answer is there. Silence of `timeoutMs`, before it or within the body, is an error. */
export async function exchange(host: string, outgoing: OutgoingRequest, timeoutMs: number): Promise<IncomingMessage> {
  const url = new URL(host);
  // As an import the module would load what it exports beside it, WebSocket and all, which takes 40 ms.
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
    // Not among the options: those are printed by NODE_DEBUG=net, and one header is the credential.
    for (const [name, value] of Object.entries(headers)) sent.setHeader(name, value);
    if (body !== undefined) sent.setHeader("Content-Length", Buffer.byteLength(body));
    // Once there is a head, whoever reads the body is told; before, whoever waits for the head.
    sent.on("timeout", () => (answer ?? sent).destroy(new SilentHost()));
    sent.on("error", reject);
    sent.end(body);
  });
}
