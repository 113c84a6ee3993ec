import { type AcceptedClient, expect, expectUses } from "./client.ts";
import { collectOutput, endProgram, startProgram } from "./program.ts";
import type { ChildProcess } from "node:child_process";

const PATIENCE_MS = 30_000;

/** The bridge from standard input and output that clients without HTTP start. */
export const mcpRemote: AcceptedClient = {
  id: "mcp-remote",
  name: "mcp-remote",
  shows: "bridges stdio: lists tools; refused after the revocation",
  accept: async (visit, bin) => {
    const child = startProgram(`${bin}/mcp-remote`, [visit.url, "--header", "Authorization:${AUTH}"], {
      home: visit.home,
      env: { AUTH: `Bearer ${visit.secret}` },
    });
    const output = collectOutput(child);
    try {
      const clientInfo = { name: "acceptance", version: "0" };
      send(child, {
        id: 1,
        method: "initialize",
        params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo },
      });
      await printed(child, output, /"id":1[,}]/);
      send(child, { method: "notifications/initialized" });
      send(child, { id: 2, method: "tools/list" });
      await printed(child, output, /"id":2[,}]/);
      expect("tools/list", output(), /"name":"whoami"/);
      await expectUses(visit);
      await visit.revoke();
      send(child, { id: 3, method: "tools/list" });
      await printed(child, output, /401|token_revoked|[Uu]nauthorized/);
    } finally {
      endProgram(child);
    }
  },
};

function send(child: ChildProcess, message: Readonly<Record<string, unknown>>): void {
  child.stdin?.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
}

async function printed(child: ChildProcess, output: () => string, pattern: RegExp): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const fail = (): void => reject(new Error(`expected ${pattern}, and it printed:\n${output()}`));
    const limit = setTimeout(fail, PATIENCE_MS);
    const look = (): void => {
      if (!pattern.test(output())) return;
      clearTimeout(limit);
      resolve();
    };
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", look);
    child.once("close", () => (pattern.test(output()) ? look() : fail()));
    look();
  });
}
