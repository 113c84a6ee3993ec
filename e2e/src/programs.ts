// Runs programs as a person does: a command until it ends, a server until a signal. They get a bare environment, so that
// no variable of the test run (npm's, the runner's) changes their behavior.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { BARE_ENVIRONMENT } from "../../tests/support/bare-environment.ts";

const ROOT: string = fileURLToPath(new URL("../../", import.meta.url));
export const MINTMARK: string = fileURLToPath(new URL("../../cli/bin/mintmark.mjs", import.meta.url));
export const MINTMARK_SERVER: string = fileURLToPath(new URL("../../server/bin/mintmark-server.mjs", import.meta.url));

type Variables = Readonly<Record<string, string>>;

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly pid: number;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Waits until the output matches, by default standard output, and returns the match. Throws when the program ends first. */
  waitFor(pattern: RegExp, from?: "stdout" | "stderr"): Promise<RegExpExecArray>;
  /** How it ended by itself. */
  readonly finished: Promise<Finished>;
  /** Sends the signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<Finished>;
  /** Leaves nothing running. Does nothing when the program has ended. */
  kill(): Promise<void>;
}

/** Runs a command to its end. `input` is its standard input; without it there is none. */
export async function run(
  command: string,
  args: readonly string[],
  { env = {}, input = "" }: { readonly env?: Variables; readonly input?: string } = {},
): Promise<Finished> {
  const child = start(command, args, env, "pipe");
  const output = collect(child);
  // A program may end before it has read its input. Its exit code says whether that was a failure.
  child.stdin?.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  child.stdin?.end(input);
  const [code, signal] = await ended(child);
  return { code, signal, stdout: output.stdout(), stderr: output.stderr() };
}

/** The `mintmark` command on the Node that runs the tests. */
export function mintmark(
  args: readonly string[],
  options: { readonly env?: Variables; readonly input?: string } = {},
): Promise<Finished> {
  return run(process.execPath, [MINTMARK, ...args], options);
}

/** Starts a program that runs until a signal ends it. */
export function startProgram(command: string, args: readonly string[], env: Variables): Running {
  const child = start(command, args, env, "ignore");
  const output = collect(child);
  const finished = ended(child).then(([code, signal]) => ({
    code,
    signal,
    stdout: output.stdout(),
    stderr: output.stderr(),
  }));
  return {
    ...output,
    pid: child.pid ?? 0,
    waitFor: (pattern, from = "stdout") => waitForOutput(child, output, pattern, from),
    finished,
    end: (signal) => {
      child.kill(signal);
      return finished;
    },
    kill: async () => {
      child.kill("SIGKILL");
      await finished;
    },
  };
}

function start(command: string, args: readonly string[], env: Variables, stdin: "pipe" | "ignore"): ChildProcess {
  const bare = { ...BARE_ENVIRONMENT, HOME: process.env["HOME"] ?? "" };
  return spawn(command, args, { cwd: ROOT, env: { ...bare, ...env }, stdio: [stdin, "pipe", "pipe"] });
}

function ended(child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> {
  return once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
}

interface Output {
  readonly stdout: () => string;
  readonly stderr: () => string;
}

function collect(child: ChildProcess): Output {
  const text = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (chunk: string) => void (text[name] += chunk));
  }
  return { stdout: () => text.stdout, stderr: () => text.stderr };
}

function waitForOutput(
  child: ChildProcess,
  output: Output,
  pattern: RegExp,
  from: "stdout" | "stderr",
): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const match = pattern.exec(output[from]());
      if (match !== null) resolve(match);
    };
    look();
    child[from]?.on("data", look);
    child.once("close", (code) =>
      reject(new Error(`it ended with ${code} before it printed ${pattern}:\n${output.stdout()}${output.stderr()}`)),
    );
  });
}
