import { type AcceptedClient, expect, expectUses, setUpOf } from "./client.ts";
import { runProgram } from "./program.ts";

export const geminiCli: AcceptedClient = {
  id: "gemini-cli",
  name: "Gemini CLI",
  shows: "`gemini mcp list`: connected; disconnected after the revocation",
  accept: async (visit, bin) => {
    // It trusts only configured folders, and connects to no server from any other folder.
    const env = { MINTMARK_TOKEN: visit.secret, GEMINI_CLI_TRUST_WORKSPACE: "true" };
    const shell = (line: string): ReturnType<typeof runProgram> =>
      runProgram("sh", ["-c", line], { home: visit.home, path: [bin], env });
    await shell(setUpOf("gemini-cli", visit, "environment").command?.text ?? "");
    expect("gemini mcp list", (await shell("gemini mcp list")).output, /mintmark.* Connected/);
    await expectUses(visit);
    await visit.revoke();
    expect("gemini mcp list after the revocation", (await shell("gemini mcp list")).output, /mintmark.*Disconnected/);
  },
};
