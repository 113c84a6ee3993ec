import { findMcpClient, type McpHolding, type McpSetup } from "../../mcp-clients/src/index.ts";
import type { Visit } from "./world.ts";

/** A client that somebody else wrote. */
export interface AcceptedClient {
  /** In clients.json. */
  readonly id: string;
  readonly name: string;
  /** What it shows when it passes, for the table in docs/ai-clients.md. */
  readonly shows: string;
  /** Connects, lists the tools, and meets a revocation. Throws with what it saw instead. `bin` has its programs. */
  readonly accept: (visit: Visit, bin: string) => Promise<void>;
}

/** The configuration that /connect, `mintmark mcp config` and the documents give. */
export function setUpOf(id: string, { url }: Visit, holding: McpHolding): McpSetup {
  const client = findMcpClient(id);
  if (client === null) throw new Error(`no client is called ${id}`);
  return client.setUp({ url, holding, system: process.platform === "darwin" ? "macos" : "linux" });
}

/** Throws with what was printed when it is not what was expected. */
export function expect(what: string, output: string, pattern: RegExp): void {
  if (!pattern.test(output)) throw new Error(`${what}: expected ${pattern}, and it printed:\n${output.trim()}`);
}

export async function expectUses(visit: Visit): Promise<void> {
  if ((await visit.uses()) === 0) throw new Error("the instance was not asked with the token");
}
