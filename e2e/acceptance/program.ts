// Runs other people's programs in a separate home folder, with PATH as the only variable of this process's environment,
// and with a time limit. The programs that they start end with them.
import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";

export interface Surroundings {
  readonly home: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Folders in which programs are looked for first. */
  readonly path?: readonly string[];
  readonly patienceMs?: number;
}

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

const PATIENCE_MS = 90_000;

/** None of them may phone home, and what they try to reach besides the instance is not there. */
const ALONE: Readonly<Record<string, string>> = {
  DO_NOT_TRACK: "1",
  DISABLE_TELEMETRY: "1",
  DISABLE_AUTOUPDATER: "1",
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
  GEMINI_TELEMETRY_ENABLED: "false",
  NO_UPDATE_NOTIFIER: "1",
  NO_COLOR: "1",
  // The instance is reached by http, everything of their makers by https.
  HTTPS_PROXY: "http://127.0.0.1:9",
};

/** Those that run now: whatever ends this process ends them. */
const running = new Set<ChildProcess>();
process.once("exit", () => running.forEach(endProgram));

export function startProgram(
  command: string,
  args: readonly string[],
  { home, env = {}, path = [], patienceMs = PATIENCE_MS }: Surroundings,
): ChildProcess {
  const bare = { PATH: [...path, process.env["PATH"] ?? ""].join(":"), HOME: home, TMPDIR: home };
  // A separate process group, so that the programs it starts can be ended with it.
  const child = spawn(command, args, { cwd: home, env: { ...ALONE, ...bare, ...env }, detached: true });
  const limit = setTimeout(() => endProgram(child), patienceMs);
  running.add(child);
  child.once("close", () => {
    clearTimeout(limit);
    running.delete(child);
  });
  return child;
}

/** Runs it to its end. Its output is what it printed, on both ways. */
export async function runProgram(command: string, args: readonly string[], surroundings: Surroundings): Promise<Ended> {
  const child = startProgram(command, args, surroundings);
  const output = collectOutput(child);
  child.stdin?.end();
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  return { code, output: output() };
}

export function collectOutput(child: ChildProcess): () => string {
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (chunk: string) => void (text += chunk));
  return () => text;
}

export function endProgram(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended in between.
  }
}
