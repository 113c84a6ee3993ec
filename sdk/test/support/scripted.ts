// An instance whose responses are scripted, byte for byte: what proxies, faults and attackers can put in its place.
import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import type { ScriptedResponse } from "./cases.ts";

export interface Scripted {
  readonly url: string;
  /** Every request that arrived, as text. */
  readonly requests: string[];
  /** The next response. */
  response: ScriptedResponse;
  close(): Promise<void>;
}

export async function startScripted(elsewhere: () => string = () => ""): Promise<Scripted> {
  const sockets = new Set<Socket>();
  const scripted = { response: {} as ScriptedResponse, requests: [] as string[] };
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      const [head = "", body] = text.split("\r\n\r\n");
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (body === undefined || body.length < length) return;
      scripted.requests.push(text);
      text = "";
      send(socket, scripted.response, elsewhere());
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return Object.assign(scripted, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  });
}

function send(socket: Socket, response: ScriptedResponse, elsewhere: string): void {
  const { status = 200, headers = {}, sends, then = "close" } = response;
  if (sends !== "nothing") {
    const body = bodyOf(response);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value.replace("{elsewhere}", elsewhere)}`);
    const length = status === 204 ? [] : [`Content-Length: ${body.length}`];
    socket.write(`${[`HTTP/1.1 ${status} Scripted`, ...lines, ...length, "Connection: close"].join("\r\n")}\r\n\r\n`);
    socket.write(sends === "a part" ? body.subarray(0, body.length / 2) : body);
  }
  if (then === "close") socket.end();
}

function bodyOf({ json, text, base64, padTo }: ScriptedResponse): Buffer {
  if (base64 !== undefined) return Buffer.from(base64, "base64");
  const body = Buffer.from(json === undefined ? (text ?? "") : JSON.stringify(json));
  return padTo === undefined ? body : Buffer.concat([body, Buffer.alloc(padTo - body.length, 0x20)]);
}
