import process from "node:process";
import { EXIT } from "./exit.ts";

/** Runs `then` when the reader of the output stops reading, as `head` does. Without it the process would crash. */
export function whenReaderLeaves(then: () => void): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      then();
    });
  }
}

/** Ends the process at once when its reader leaves, and on Ctrl-C. Commands never leave half-written files. */
export function endAtOnce(): void {
  whenReaderLeaves(() => process.exit());
  process.once("SIGINT", () => process.exit(EXIT.interrupted));
}
