// Speaks HTTP by hand: exactly these bytes, and whatever comes back.
import { connect } from "node:net";
import { text } from "node:stream/consumers";

export interface RawReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Everything that came back, for what one answer does not show. */
  readonly raw: string;
}

/** Sends the bytes over a separate connection and reads until the server closes it. */
export async function sendRaw(url: string, bytes: string): Promise<RawReply> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(bytes, "latin1");
  return parse(await text(socket));
}

/** A request with these lines, the last of its connection. */
export function requestOf(line: string, ...headers: readonly string[]): string {
  return [line, ...headers, "Connection: close", "", ""].join("\r\n");
}

function parse(raw: string): RawReply {
  const end = raw.indexOf("\r\n\r\n");
  const [status = "", ...lines] = raw.slice(0, end).split("\r\n");
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );
  return { status: Number(status.split(" ")[1]), headers, body: raw.slice(end + 4), raw };
}
