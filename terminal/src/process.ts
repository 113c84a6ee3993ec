// What concerns the whole process: signals, output that cannot be written, and errors that no code expected.
import process from "node:process";
import { EXIT, Failure, systemReason } from "./exit.ts";
import { printable } from "./printable.ts";
import { asFailure } from "./run.ts";

/**
 * Ends the process at once on Ctrl-C, and when its output cannot be written. Commands never leave half-written files.
 * Without these handlers Node would print a stack trace.
 */
export function endAtOnce(program: string, args: readonly string[]): void {
  const json = args.includes("--json");
  const end = (failure: Failure): never => {
    writeFailure(failure, json);
    process.exit(failure.exitCode);
  };
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // The reader has stopped reading, as `head` does.
    if (error.code === "EPIPE") process.exit();
    end(new Failure("output_unwritable", `cannot write the output: ${systemReason(error)}`));
  });
  // There is no place left to say why.
  process.stderr.on("error", ({ code }: NodeJS.ErrnoException) => process.exit(code === "EPIPE" ? 0 : EXIT.failure));
  process.once("uncaughtException", (error) => end(asFailure(error, program)));
  process.once("SIGINT", () => process.exit(EXIT.interrupted));
}

/** A server keeps running when nobody reads its output, and when the disk that gets it is full. */
export function ignoreLostOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
}

/** Written at once, because the process ends before a stream would be flushed. */
function writeFailure({ code, message, hint }: Failure, json: boolean): void {
  const { writeSync } = process.getBuiltinModule("node:fs");
  const lines = json
    ? [JSON.stringify({ error: { code, message, hint } })]
    : [`mintmark: error: ${message}`, ...(hint === null ? [] : [`mintmark: hint: ${hint}`])];
  try {
    writeSync(2, lines.map((line) => `${printable(line)}\n`).join(""));
  } catch {
    // Standard error cannot be written either.
  }
}
