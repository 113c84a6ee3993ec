// One server process of a run, started as an operator starts it, on a port that it keeps through its restarts.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import process from "node:process";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../../server/src/main.ts", import.meta.url));
const READY_WITHIN_MS = 60_000;
const ANSWER_WITHIN_MS = 8_000;

export interface Answer {
  /** 0 means that no response arrived. */
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  // oxlint-disable-next-line typescript/no-explicit-any -- the driver reads any shape that the API returns
  readonly body: any;
}

export class Replica {
  readonly index: number;
  readonly port: number;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 20 });
  #child: ChildProcess | null = null;
  #output = "";

  constructor(index: number, port: number, environment: Readonly<Record<string, string>>) {
    this.index = index;
    this.port = port;
    this.#environment = { ...environment, MINTMARK_PORT: String(port), MINTMARK_HOST: "127.0.0.1" };
  }

  /** Starts the process, and resolves with its output when it is ready. */
  async start(extra: Readonly<Record<string, string>> = {}): Promise<string> {
    this.#output = "";
    const child = spawn(process.execPath, ["--conditions=development", MAIN], {
      env: { PATH: process.env["PATH"], NODE_ENV: "production", ...this.#environment, ...extra },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    for (const pipe of [child.stdout, child.stderr])
      pipe?.setEncoding("utf8").on("data", (text: string) => (this.#output = (this.#output + text).slice(-4_000)));
    const giveUpAt = performance.now() + READY_WITHIN_MS;
    while (!this.#output.includes("is ready at")) {
      if (child.exitCode !== null || performance.now() > giveUpAt)
        throw new Error(`replica ${this.index} does not start: ${this.#output}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    // The set-up link follows in the same turn.
    await new Promise((resolve) => setTimeout(resolve, 100));
    return this.#output;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Ends the process at once, as a crash does. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, "close");
    child.kill("SIGKILL");
    await closed;
  }

  async stop(): Promise<void> {
    await this.kill();
    this.#agent.destroy();
  }

  /** Sends one request. Without a response within eight seconds, the status is 0. */
  ask(method: string, path: string, headers: Readonly<Record<string, string>> = {}, body?: unknown): Promise<Answer> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const nothing: Answer = { status: 0, headers: {}, body: null };
    return new Promise((resolve) => {
      const sent = request(
        {
          host: "127.0.0.1",
          port: this.port,
          method,
          path,
          agent: this.#agent,
          headers: { ...(text === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
          signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
        },
        (response) => {
          let received = "";
          response.setEncoding("utf8").on("data", (chunk: string) => (received += chunk));
          response.on("error", () => resolve(nothing));
          response.on("end", () => {
            const isJson = /json/.test(response.headers["content-type"] ?? "");
            const parsed = isJson ? JSON.parse(received) : null;
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: parsed });
          });
        },
      );
      sent.on("error", () => resolve(nothing));
      sent.end(text);
    });
  }
}
