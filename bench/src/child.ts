// The child's side of the messages with the benchmark: it sends its port and, on request, its use of CPU and memory.
import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

export interface Usage {
  /** CPU time since the process began, user and system, in microseconds. */
  readonly cpuUs: number;
  readonly rssBytes: number;
}

/** What the process holds after a garbage collection: objects, and the memory of typed arrays. */
export interface Held {
  readonly heldBytes: number;
}

/** Sends the port to the parent, responds to `usage`, and ends when the parent asks for it or has ended. */
export function reportToParent(address: unknown): void {
  process.on("message", (message) => {
    if (message === "end") process.exit(0);
    if (message === "usage") process.send?.(usage());
    if (message === "held") process.send?.(held());
  });
  process.once("disconnect", () => process.exit(0));
  process.send?.({ port: (address as { readonly port: number }).port });
}

function held(): Held {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return { heldBytes: heapUsed + arrayBuffers };
}

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuUs: user + system, rssBytes: process.memoryUsage.rss() };
}
