// Plays the commands of a document as its reader would type them: one after the other in one shell, so that what one
// sets the next one finds, in an empty home, with the `mintmark` of this checkout and the machine's own curl.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { buffer } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { MINTMARK, MINTMARK_SERVER } from "./programs.ts";

const BIN = fileURLToPath(new URL("../../node_modules/.bin", import.meta.url));
const PATIENCE_MS = 60_000;

export interface Outcome {
  /** `null` when the shell gave up before or in it. */
  readonly exitCode: number | null;
  /** The statuses that curl received. */
  readonly statuses: readonly number[];
  readonly stdout: string;
  readonly stderr: string;
}

export interface Desk {
  readonly env: Readonly<Record<string, string>>;
  /** The line that is typed when a command asks for one. */
  readonly typed: string;
}

/** Programs by the name that documents call them. Curl says which status it got; `npx` is what it does in a checkout. */
const SHIMS: Readonly<Record<string, string>> = {
  mintmark: `exec "${process.execPath}" "${MINTMARK}" "$@"`,
  "mintmark-server": `exec "${process.execPath}" "${MINTMARK_SERVER}" "$@"`,
  npx: 'exec "$@"',
  node: `exec "${process.execPath}" "$@"`,
  curl: `PATH="\${PATH#*:}" exec curl --silent --show-error --write-out '%{stderr}\\nstatus %{http_code}\\n' "$@"`,
};

export async function playCommands(commands: readonly string[], { env, typed }: Desk): Promise<readonly Outcome[]> {
  const folder = await mkdtemp(join(tmpdir(), "mintmark-document-"));
  try {
    for (const name of ["bin", "home", "out"]) await mkdir(join(folder, name));
    for (const [name, text] of Object.entries(SHIMS)) {
      await writeFile(join(folder, "bin", name), `#!/bin/sh\n${text}\n`);
      await chmod(join(folder, "bin", name), 0o755);
    }
    const path = [join(folder, "bin"), BIN, process.env["PATH"] ?? ""].join(":");
    const home = join(folder, "home");
    const script = join(folder, "commands");
    await writeFile(script, scriptOf(commands));
    await writeFile(join(folder, "out", "typed"), `${typed}\n`);
    await shell(script, home, { ...env, PATH: path, HOME: home, OUT: join(folder, "out") });
    return await Promise.all(commands.map((_command, index) => outcomeOf(join(folder, "out", String(index)))));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function scriptOf(commands: readonly string[]): string {
  const steps = commands.map(
    (command, index) =>
      `{ ${command}\n} <"$OUT/typed" >"$OUT/${index}.out" 2>"$OUT/${index}.err"\necho $? >"$OUT/${index}.exit"`,
  );
  return `set -u\n${steps.join("\n")}\n`;
}

async function shell(script: string, cwd: string, env: Desk["env"]): Promise<void> {
  const child = spawn("bash", [script], { cwd, env, stdio: ["ignore", "ignore", "pipe"], timeout: PATIENCE_MS });
  const [errors] = await Promise.all([buffer(child.stderr), once(child, "close")]);
  if (errors.length > 0) throw new Error(`the shell could not read the commands: ${errors.toString()}`);
}

async function outcomeOf(file: string): Promise<Outcome> {
  const read = (extension: string): Promise<string> => readFile(`${file}.${extension}`, "utf8").catch(() => "");
  const [exit, stdout, stderr] = await Promise.all([read("exit"), read("out"), read("err")]);
  const statuses = [...stderr.matchAll(/^status (\d+)$/gm)].map(([, status]) => Number(status));
  return { exitCode: exit === "" ? null : Number(exit), statuses, stdout, stderr };
}
