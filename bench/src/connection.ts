// One persistent connection that sends a request, waits for the response, and sends the next. It supports just enough
// HTTP for responses with a Content-Length, because it shares a core with the database and must cost far less than the
// server under test.
import { connect, type Socket } from "node:net";

export interface Exchange {
  /** The next request. */
  readonly next: () => Buffer;
  /** Called with the status and the duration of each complete response. */
  readonly onAnswer: (status: number, ms: number) => void;
}

const HEAD_END = "\r\n\r\n";
const LENGTH_FIELD = "\r\nContent-Length: ";
const CARRIAGE_RETURN = 0x0d;
const ZERO = 0x30;

export class Connection {
  readonly #socket: Socket;
  readonly #exchange: Exchange;
  #received: Buffer | null = null;
  #sentAt = 0;
  #isStopping = false;
  readonly #done = Promise.withResolvers<void>();

  private constructor(socket: Socket, exchange: Exchange) {
    this.#socket = socket;
    this.#exchange = exchange;
    socket.on("close", () => this.#done.reject(new Error("the server closed the connection")));
    socket.on("error", (error) => this.#done.reject(error));
  }

  static open(port: number, exchange: Exchange): Promise<Connection> {
    return new Promise((resolve, reject) => {
      let connection: Connection | null = null;
      const socket = connect({
        port,
        host: "127.0.0.1",
        noDelay: true,
        // One buffer for the whole connection, so that a response needs no allocation.
        onread: {
          buffer: Buffer.allocUnsafe(16_384),
          callback: (length, buffer) => {
            connection?.onData(Buffer.from(buffer.buffer, buffer.byteOffset, length));
            return true;
          },
        },
      });
      socket.once("error", reject);
      socket.once("connect", () => resolve((connection = new Connection(socket, exchange))));
    });
  }

  /** Sends requests until `stop`. Resolves after the last response. */
  start(): Promise<void> {
    this.#send();
    return this.#done.promise;
  }

  stop(): void {
    this.#isStopping = true;
  }

  #send(): void {
    this.#sentAt = performance.now();
    this.#socket.write(this.#exchange.next());
  }

  onData(chunk: Buffer): void {
    // A response nearly always arrives in one piece.
    const data = this.#received === null ? chunk : Buffer.concat([this.#received, chunk]);
    if (!isWhole(data)) {
      this.#received = this.#received === null ? Buffer.from(chunk) : data;
      return;
    }
    this.#received = null;
    this.#exchange.onAnswer(statusOf(data), performance.now() - this.#sentAt);
    if (!this.#isStopping) return this.#send();
    this.#done.resolve();
    this.#socket.destroy();
  }
}

/** Whether the response is complete. Throws for one without a length, because this client cannot find its end. */
export function isWhole(data: Buffer): boolean {
  const headEnd = data.indexOf(HEAD_END);
  if (headEnd === -1) return false;
  const field = data.indexOf(LENGTH_FIELD);
  if (field === -1 || field > headEnd) throw new Error(`an answer without a length: ${data.toString("latin1")}`);
  let length = 0;
  for (let i = field + LENGTH_FIELD.length; data[i] !== CARRIAGE_RETURN; i++) length = length * 10 + digitAt(data, i);
  return data.length >= headEnd + HEAD_END.length + length;
}

/** `HTTP/1.1 200 …`: the three digits after the first space. */
function statusOf(data: Buffer): number {
  return digitAt(data, 9) * 100 + digitAt(data, 10) * 10 + digitAt(data, 11);
}

function digitAt(data: Buffer, at: number): number {
  return (data[at] ?? ZERO) - ZERO;
}
