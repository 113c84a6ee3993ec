// Sends one request to a host, and returns the head of the response. It follows no redirect, so the request's credential
// reaches only the host. It uses node:http, because fetch takes too long to load for a command.
import type { IncomingMessage, RequestOptions } from "node:http";
import process from "node:process";
import type { ProxySettings } from "./config.ts";

export interface OutgoingRequest {
  readonly method: string;
  /** Begins with a slash. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | undefined;
  readonly signal?: AbortSignal | undefined;
}

const PROXY_AUTHENTICATION_REQUIRED = 407;

/** The host sent nothing for too long. */
export class SilentHost extends Error {
  override readonly name = "SilentHost";
}

let proxies: ProxySettings | null = null;

/** Sends later requests of this process through these proxies, where they apply. */
export function useProxies(given: ProxySettings | null): void {
  proxies = given;
}

/** Whether some requests of this process go through a proxy. */
export function hasProxy(): boolean {
  return proxies !== null;
}

/** Resolves when the head of the response has arrived. `timeoutMs` without data, before it or in the body, is an error. */
export async function exchange(host: string, outgoing: OutgoingRequest, timeoutMs: number): Promise<IncomingMessage> {
  const url = new URL(host);
  // An import would also load everything else the module exports, such as WebSocket, which takes 40 ms.
  const proxied = proxies === null ? null : await import("./proxy.ts");
  const proxy = proxied === null || proxies === null ? null : proxied.proxyFor(url, proxies);
  const { request } = process.getBuiltinModule(url.protocol === "https:" ? "node:https" : "node:http");
  const { method, path, headers, body, signal } = outgoing;
  const options: RequestOptions = {
    protocol: url.protocol,
    hostname: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port,
    method,
    path,
    timeout: timeoutMs,
    ...(proxy === null ? {} : { agent: proxy.agent }),
    ...(signal === undefined ? {} : { signal }),
  };
  return new Promise((resolve, reject) => {
    let answer: IncomingMessage | null = null;
    const fail = (error: unknown): void =>
      reject(proxied === null || proxy === null ? error : proxied.proxyErrorOf(proxy, error));
    const sent = request(options, (head) => {
      answer = head;
      // A proxy that wants a password responds in the place of an http host.
      if (proxy !== null && head.statusCode === PROXY_AUTHENTICATION_REQUIRED) {
        head.destroy();
        fail(head);
      } else resolve(head);
    });
    // Not in the options, because NODE_DEBUG=net prints those and one header is the credential.
    for (const [name, value] of Object.entries(headers)) sent.setHeader(name, value);
    if (body !== undefined) sent.setHeader("Content-Length", Buffer.byteLength(body));
    // After the head has arrived, the reader of the body gets the error. Before that, the caller gets it.
    sent.on("timeout", () => (answer ?? sent).destroy(new SilentHost()));
    sent.on("error", fail);
    sent.end(body);
  });
}
