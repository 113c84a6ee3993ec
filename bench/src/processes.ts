// Starts the processes of a run, each on its core.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { BARE_ENVIRONMENT } from "../../tests/support/bare-environment.ts";
import type { Held, Usage } from "./child.ts";
import type { Assignment, Observation } from "./load.ts";

const SERVER_CORE = "0";
const OTHER_CORE = "1";

/**
 * Moves this process, and with it the load and the database that it starts, off the servers' core. Returns false if that
 * is not possible. The processes then disturb each other's figures.
 */
export function leaveServerCore(): boolean {
  if (process.platform !== "linux" || availableParallelism() < 2) return false;
  const { status } = spawnSync("taskset", ["-a", "-c", "-p", OTHER_CORE, String(process.pid)]);
  return status === 0;
}

export interface Start {
  readonly script: string;
  readonly args?: readonly string[];
  readonly nodeArgs?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Whether the process runs on the servers' core. */
  readonly isServer: boolean;
  readonly isPinned: boolean;
}

/** Runs a script of this folder to its end. */
export async function runScript(start: Start): Promise<void> {
  const child = spawnScript(start);
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`${start.script} ended with ${code}`);
}

export class ServerProcess {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  static async start(start: Omit<Start, "isServer">): Promise<ServerProcess> {
    const child = spawnScript({ ...start, isServer: true });
    const { port } = await nextMessage<{ readonly port: number }>(child);
    return new ServerProcess(child, port);
  }

  usage(): Promise<Usage> {
    this.#child.send("usage");
    return nextMessage<Usage>(this.#child);
  }

  held(): Promise<Held> {
    this.#child.send("held");
    return nextMessage<Held>(this.#child);
  }

  async end(): Promise<void> {
    const closed = once(this.#child, "close");
    this.#child.send("end");
    await closed;
  }
}

export class LoadProcess {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(): Promise<LoadProcess> {
    // It inherits the core of this process.
    const child = spawnScript({ script: "load.ts", isServer: false, isPinned: false });
    await nextMessage(child);
    return new LoadProcess(child);
  }

  async observe(assignment: Assignment): Promise<Observation> {
    this.#child.send(assignment);
    const answer = await nextMessage<{ readonly observation?: Observation; readonly problem?: string }>(this.#child);
    if (answer.observation === undefined) throw new Error(`the load failed: ${answer.problem}`);
    return answer.observation;
  }

  end(): void {
    this.#child.disconnect();
  }
}

function spawnScript({ script, args = [], nodeArgs = [], env = {}, isServer, isPinned }: Start): ChildProcess {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const command = [process.execPath, "--conditions=development", ...nodeArgs, file, ...args];
  const [program, ...rest] = isPinned ? ["taskset", "-c", isServer ? SERVER_CORE : OTHER_CORE, ...command] : command;
  return spawn(program as string, rest, {
    env: { ...BARE_ENVIRONMENT, NODE_ENV: "production", ...env },
    // Logs are written as in production, but nobody reads them.
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
}

async function nextMessage<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: unknown): void => {
      child.off("close", onClose);
      resolve(message as T);
    };
    const onClose = (code: number | null): void => {
      child.off("message", onMessage);
      reject(new Error(`a process of the benchmark ended with ${code}`));
    };
    child.once("message", onMessage);
    child.once("close", onClose);
  });
}
