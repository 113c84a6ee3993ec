import { type AcceptedClient, expect, expectUses } from "./client.ts";
import { runProgram } from "./program.ts";

/** The command line of the protocol's own inspector. */
export const inspector: AcceptedClient = {
  id: "inspector",
  name: "MCP Inspector (`--cli`)",
  shows: "lists tools, calls one; `auth_required` after the revocation",
  accept: async (visit, bin) => {
    const ask = (...args: string[]): ReturnType<typeof runProgram> =>
      runProgram(
        `${bin}/mcp-inspector`,
        ["--cli", visit.url, "--transport", "http", "--header", `Authorization: Bearer ${visit.secret}`, ...args],
        { home: visit.home },
      );
    const listed = await ask("--method", "tools/list");
    expect("tools/list", listed.output, /"name": "whoami"/);
    const called = await ask("--method", "tools/call", "--tool-name", "whoami");
    expect("tools/call", called.output, /Northwind/);
    await expectUses(visit);
    await visit.revoke();
    const refused = await ask("--method", "tools/list");
    expect("tools/list after the revocation", refused.output, /"code": ?"auth_required"/);
    if (refused.code === 0) throw new Error("it takes the refusal for success");
  },
};
