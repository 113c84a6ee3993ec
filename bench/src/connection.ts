// One keep-alive connection that sends a request, waits for its answer, and sends the next. It knows just
// enough HTTP for answers with a Content-Length, because it shares a core with the database and must cost
// far less than the server it asks.
import { connect, type Socket } from "node:net";

export interface Exchange {
  /** The next request. */
  readonly next: () => Buffer;
  /** Called with each whole answer: its status and how long it took. */
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
        // One buffer for the life of the connection: nothing is allocated for an answer.
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

  /** Sends requests until `stop`; resolves when the last answer is in. */
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
    // An answer nearly always comes in one piece.
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

/** Whether the answer is complete. Throws for one without a length: this client cannot tell where it ends. */
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
