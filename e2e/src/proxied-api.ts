// An API behind a proxy that reads headers as CGI and WSGI do (PEP 3333, RFC 3875 §4.1.18): one variable for all names that
// differ in case or in characters other than a-z and 0-9, with several values joined.
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

/** The request as the API received it. The API returns it. */
export interface Seen {
  readonly method: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly bytes: number;
}

export class ProxiedApi {
  readonly #server: Server;
  readonly #streams = new Set<ServerResponse>();
  readonly #tunnels = new Set<Duplex>();
  /** Everything that reached it, in order. */
  readonly seen: Seen[] = [];

  private constructor() {
    this.#server = createServer(
      { maxHeaderSize: 1 << 20 },
      (request, response) => void this.#answer(request, response),
    );
    this.#server.on("upgrade", (request: IncomingMessage, socket: Duplex) => {
      this.#note(request, 0);
      this.#tunnels.add(socket);
      socket.on("error", () => socket.destroy());
      const accept = acceptOf(request.headers["sec-websocket-key"] ?? "");
      const lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"];
      socket.write([...lines, `Sec-WebSocket-Accept: ${accept}`, "", ""].join("\r\n"));
      socket.pipe(socket);
    });
  }

  static async listen(): Promise<ProxiedApi> {
    const api = new ProxiedApi();
    await new Promise<void>((resolve) => api.#server.listen(0, "127.0.0.1", resolve));
    return api;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Sends an event to everybody who listens at `/events`. */
  sendEvent(text: string): void {
    for (const stream of this.#streams) stream.write(`data: ${text}\n\n`);
  }

  async close(): Promise<void> {
    for (const open of [...this.#streams, ...this.#tunnels]) open.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === "/events") {
      this.#note(request, 0);
      response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
      response.write("data: begin\n\n");
      this.#streams.add(response);
      response.on("close", () => this.#streams.delete(response));
      return;
    }
    let bytes = 0;
    for await (const chunk of request) bytes += (chunk as Buffer).length;
    response.writeHead(200, { "Content-Type": "application/json" });
    response.end(JSON.stringify(this.#note(request, bytes)));
  }

  #note(request: IncomingMessage, bytes: number): Seen {
    const environment: Record<string, string> = {};
    // Not the trailers: the environment is made before the body is read.
    const lines = request.rawHeaders;
    for (let i = 0; i < lines.length; i += 2) {
      const name = (lines[i] as string).toUpperCase().replaceAll(/[^A-Z0-9]/g, "_");
      const value = lines[i + 1] as string;
      environment[name] = name in environment ? `${environment[name]},${value}` : value;
    }
    const seen = { method: request.method ?? "", environment, bytes };
    this.seen.push(seen);
    return seen;
  }
}

/** The server's response to a websocket's key (RFC 6455 §4.2.2). */
function acceptOf(key: string): string {
  return createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
}
