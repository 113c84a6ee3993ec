// Speaks to a proxy over TLS as no browser would: header names in any spelling, repeated, over HTTP/1.1 or HTTP/2.
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { type ClientHttp2Session, connect as connectHttp2 } from "node:http2";
import { Agent, request as requestHttp1 } from "node:https";
import { buffer } from "node:stream/consumers";
import { connect as connectTls, type TLSSocket } from "node:tls";

export type Protocol = "HTTP/1.1" | "HTTP/2";
export const PROTOCOLS: readonly Protocol[] = ["HTTP/1.1", "HTTP/2"];
export type HeaderLines = readonly (readonly [name: string, value: string])[];

export interface ProxyAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

export interface ProxyRequest {
  readonly protocol?: Protocol;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: HeaderLines;
  readonly body?: Buffer;
  /** Of a chunked HTTP/1.1 body. */
  readonly trailers?: HeaderLines;
}

export class ProxyClient {
  readonly #target: { readonly host: string; readonly port: number; readonly name: string; readonly ca: string };
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  #session: ClientHttp2Session | undefined;

  constructor(target: { readonly host: string; readonly port: number; readonly name: string; readonly ca: string }) {
    this.#target = target;
  }

  send(request: ProxyRequest): Promise<ProxyAnswer> {
    return request.protocol === "HTTP/2" ? this.#sendHttp2(request) : this.#sendHttp1(request);
  }

  /** A connection on which the test writes by itself. */
  async open(): Promise<TLSSocket> {
    const { host, port, name, ca } = this.#target;
    const socket = connectTls({ host, port, servername: name, ca });
    await once(socket, "secureConnect");
    return socket;
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    this.#session?.destroy();
  }

  async #sendHttp1({ method = "GET", path = "/", headers = [], body, trailers }: ProxyRequest): Promise<ProxyAnswer> {
    const { host, port, name, ca } = this.#target;
    const length =
      trailers === undefined ? ["Content-Length", String(body?.length ?? 0)] : ["Transfer-Encoding", "chunked"];
    const lines = ["Host", name, ...headers.flat(), ...(body === undefined ? [] : length)];
    const request = requestHttp1({
      host,
      port,
      servername: name,
      ca,
      agent: this.#agent,
      method,
      path,
      headers: lines,
    });
    if (trailers !== undefined) request.addTrailers(trailers.map(([key, value]) => [key, value] as [string, string]));
    const answered = once(request, "response") as Promise<[IncomingMessage]>;
    request.end(body);
    const [response] = await answered;
    const text = (await buffer(response)).toString();
    return { status: response.statusCode ?? 0, headers: response.headers, body: text };
  }

  async #sendHttp2({ method = "GET", path = "/", headers = [], body }: ProxyRequest): Promise<ProxyAnswer> {
    const { host, port, name, ca } = this.#target;
    if (this.#session === undefined || this.#session.closed || this.#session.destroyed) {
      this.#session = connectHttp2(`https://${host.includes(":") ? `[${host}]` : host}:${port}`, {
        servername: name,
        ca,
      });
      this.#session.on("error", () => {});
    }
    const fields: Record<string, string | string[]> = {};
    for (const [key, value] of headers) {
      const known = fields[key.toLowerCase()];
      fields[key.toLowerCase()] = known === undefined ? value : [known, value].flat();
    }
    const pseudo = { ":method": method, ":path": path, ":authority": name, ":scheme": "https" };
    const stream = this.#session.request({ ...fields, ...pseudo }, { endStream: body === undefined });
    const answered = once(stream, "response") as Promise<[Readonly<Record<string, string>>]>;
    // A proxy may end the stream without an answer and without an error.
    const closed = once(stream, "close").then(() => Promise.reject(new Error("the stream ended without an answer")));
    if (body !== undefined) stream.end(body);
    const [response] = await Promise.race([answered, closed]);
    const text = (await buffer(stream)).toString();
    return { status: Number(response[":status"]), headers: response, body: text };
  }
}
