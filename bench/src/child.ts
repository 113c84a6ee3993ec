// The child's end of the conversation with the benchmark: says its port, and its use of CPU and memory when asked.
import process from "node:process";

export interface Usage {
  /** CPU time since the process began, user and system, in microseconds. */
  readonly cpuUs: number;
  readonly rssBytes: number;
}

/** Tells the parent the port, answers `usage`, and ends when the parent says so or is gone. */
export function reportToParent(address: unknown): void {
  process.on("message", (message) => {
    if (message === "end") process.exit(0);
    if (message === "usage") process.send?.(usage());
  });
  process.once("disconnect", () => process.exit(0));
  process.send?.({ port: (address as { readonly port: number }).port });
}

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuUs: user + system, rssBytes: process.memoryUsage.rss() };
}
