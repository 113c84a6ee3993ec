// Reads messages from standard input: JSON-RPC 2.0, one message per line (Model Context Protocol, transport "stdio").
// A line that is not a message gets an error response as JSON-RPC requires, and the session continues.
import type { Readable } from "node:stream";
import type { JSONRPCMessage } from "@modelcontextprotocol/client";

export type Inbound =
  | { readonly ok: true; readonly message: JSONRPCMessage }
  | { readonly ok: false; readonly code: number; readonly why: string };

const PARSE_ERROR = -32_700;
const INVALID_REQUEST = -32_600;
const LINE_FEED = 0x0a;
/** More than any server accepts, and small enough for memory. */
const MOST_BYTES = 32 * 1024 * 1024;

/** Yields each line when it arrives, until the stream ends. Empty lines are skipped. */
export async function* readMessages(stdin: Readable, mostBytes: number = MOST_BYTES): AsyncGenerator<Inbound> {
  let parts: Buffer[] = [];
  let length = 0;
  const take = (part: Buffer): void => {
    length += part.length;
    // A line that is too long is counted, but not stored.
    if (length <= mostBytes) parts.push(part);
    else parts = [];
  };
  const finishLine = (): Inbound | null => {
    const inbound = length > mostBytes ? tooLong(mostBytes) : parseLine(Buffer.concat(parts).toString("utf8"));
    parts = [];
    length = 0;
    return inbound;
  };
  for await (const chunk of stdin as AsyncIterable<Buffer>) {
    let rest = chunk;
    for (let end = rest.indexOf(LINE_FEED); end !== -1; end = rest.indexOf(LINE_FEED)) {
      take(rest.subarray(0, end));
      const inbound = finishLine();
      if (inbound !== null) yield inbound;
      rest = rest.subarray(end + 1);
    }
    if (rest.length > 0) take(rest);
  }
  const last = finishLine();
  if (last !== null) yield last;
}

function parseLine(line: string): Inbound | null {
  if (line.trim() === "") return null;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { ok: false, code: PARSE_ERROR, why: "this line is not JSON" };
  }
  if (Array.isArray(value)) {
    return { ok: false, code: INVALID_REQUEST, why: "the Model Context Protocol does not allow batches" };
  }
  if (typeof value !== "object" || value === null || (value as { jsonrpc?: unknown }).jsonrpc !== "2.0") {
    return { ok: false, code: INVALID_REQUEST, why: "this is not a JSON-RPC 2.0 message" };
  }
  return { ok: true, message: value as JSONRPCMessage };
}

function tooLong(mostBytes: number): Inbound {
  return { ok: false, code: INVALID_REQUEST, why: `a message of more than ${mostBytes} bytes is not forwarded` };
}
