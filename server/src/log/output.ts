// Writes log lines. The reader may be slow, stuck or gone. The server does not wait for it: it drops and counts lines
// beyond a bound.
import { setTimeout } from "node:timers/promises";

/** Bytes that may wait in memory for a slow reader. */
const MOST_WAITING_BYTES = 1024 ** 2;
const CLOSE_MS = 1_000;
const LOOK_MS = 10;

export class LogOutput {
  readonly #stream: NodeJS.WritableStream & { readonly writableLength?: number };
  #lines: string[] = [];
  #lineBytes = 0;
  #dropped = 0;
  #isScheduled = false;
  #isGone = false;

  constructor(stream: NodeJS.WritableStream & { readonly writableLength?: number }) {
    this.#stream = stream;
    // A reader that has gone away does not end the server.
    stream.on("error", () => (this.#isGone = true));
  }

  /** Combines the lines of one turn of the event loop into one write. */
  write(line: string): void {
    if (this.#isGone) return;
    if (this.#waitingBytes() > MOST_WAITING_BYTES) return void (this.#dropped += 1);
    if (this.#dropped > 0) {
      const note = {
        level: 40,
        time: Date.now(),
        dropped: this.#dropped,
        msg: "log lines were dropped: the reader is too slow",
      };
      this.#dropped = 0;
      this.#add(`${JSON.stringify(note)}\n`);
    }
    this.#add(line);
  }

  /** Resolves when everything is written, or after a second. Lines that still wait then are lost. */
  async close(): Promise<void> {
    this.#flush();
    for (let waitedMs = 0; waitedMs < CLOSE_MS && !this.#isGone; waitedMs += LOOK_MS) {
      if (this.#waitingBytes() === 0) return;
      await setTimeout(LOOK_MS);
    }
  }

  #add(line: string): void {
    this.#lines.push(line);
    this.#lineBytes += line.length;
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#isScheduled = false;
    if (this.#lines.length === 0) return;
    const text = this.#lines.join("");
    this.#lines = [];
    this.#lineBytes = 0;
    this.#stream.write(text);
  }

  #waitingBytes(): number {
    return this.#lineBytes + (this.#stream.writableLength ?? 0);
  }
}
