import { type AcceptedClient, expect, expectUses, setUpOf } from "./client.ts";
import { type Ended, runProgram } from "./program.ts";
import type { Visit } from "./world.ts";

export const claudeCode: AcceptedClient = {
  id: "claude-code",
  name: "Claude Code",
  shows:
    "`claude mcp list`: connected, by variable and by `mintmark mcp bridge`; says that the server rejected the header after the revocation",
  accept: async (visit, bin) => {
    const shell = shellOf(visit, bin);
    expect(
      "claude mcp add",
      (await shell(setUpOf("claude-code", visit, "environment").command?.text ?? "")).output,
      /Added/,
    );
    expect("claude mcp list", (await shell("claude mcp list")).output, /mintmark.*Connected/);
    await expectUses(visit);
    await shell("claude mcp remove --scope user mintmark");
    await shell(`printf '%s\\n' "$MINTMARK_TOKEN" | mintmark login --with-token --host ${new URL(visit.url).origin}`);
    await shell(setUpOf("claude-code", visit, "bridge").command?.text ?? "");
    expect("claude mcp list, by the bridge", (await shell("claude mcp list")).output, /mintmark.*Connected/);
    await shell("claude mcp remove --scope user mintmark");
    await shell(setUpOf("claude-code", visit, "environment").command?.text ?? "");
    await visit.revoke();
    const refused = await shell("claude mcp list");
    expect("claude mcp list after the revocation", refused.output, /rejected the configured Authorization header/);
  },
};

function shellOf(visit: Visit, bin: string): (line: string) => Promise<Ended> {
  // It takes the proxy for https for http too. (Others cannot have this: Gemini CLI 0.61 then mixes two versions of its
  // HTTP library on Node 26, and reads no headers.)
  const env = { MINTMARK_TOKEN: visit.secret, MINTMARK_KEYRING: "off", NO_PROXY: "127.0.0.1" };
  return (line) => runProgram("sh", ["-c", line], { home: visit.home, path: [bin, visit.bin], env });
}
