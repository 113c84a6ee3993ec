// The filter of --jq: jq itself, compiled to WebAssembly, so that no other program is needed. It is loaded only for this
// option. It gets the command's JSON, and reaches neither files, nor the environment, nor the network.
import process from "node:process";
import { type Jq, JqError, loadJq } from "jq-wasm";
import { Failure, type JsonFilter, usageFailure } from "@mintmark/terminal";

/** Prepares the filter. Refuses one that jq cannot read, so that it is refused before the command does anything. */
export async function loadFilter(query: string): Promise<JsonFilter> {
  const jq = await loadJq();
  try {
    apply(jq, "null", query);
  } catch (error) {
    if (isUnreadable(error)) throw usageFailure(`the filter of --jq is not valid: ${reasonOf(error)}`, HINT);
  }
  return (json) => {
    try {
      return apply(jq, json, query);
    } catch (error) {
      if (!(error instanceof JqError)) throw error;
      throw new Failure("filter_failed", `the filter of --jq does not fit the output: ${reasonOf(error)}`, HINT);
    }
  };
}

const HINT = "see what the filter gets with --json, and the language at https://jqlang.org/manual/";

/** jq's exit codes for wrong usage and for a program that does not compile. */
function isUnreadable(error: unknown): error is JqError {
  return error instanceof JqError && (error.exitCode === 2 || error.exitCode === 3);
}

function apply(jq: Jq, json: string, query: string): readonly unknown[] {
  letSystemInterrupt();
  return jq.json(json, query, ["--"]);
}

/**
 * A filter may run for ever, and no listener is called before it ends. So Ctrl-C is left to the system, which ends the
 * process at once, until the event loop turns again.
 */
function letSystemInterrupt(): void {
  const listeners = process.listeners("SIGINT");
  if (listeners.length === 0) return;
  process.removeAllListeners("SIGINT");
  setImmediate(() => {
    for (const listener of listeners) process.on("SIGINT", listener);
  });
}

/** The first line of jq's message, without the place in its own input. */
function reasonOf({ stderr }: JqError): string {
  const [first = ""] = stderr.split("\n");
  const reason = first.replace(/^jq: error(?: \(at [^)]*\))?: /, "").replace(/ at <top-level>.*$/, "");
  return reason.charAt(0).toLowerCase() + reason.slice(1);
}
