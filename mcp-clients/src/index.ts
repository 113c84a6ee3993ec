// AI clients that speak MCP, and what each needs to reach a server with a personal access token: which file, which
// text in it, which command, which link. One file a client; set-up.ts has the rules that hold for all of them.
// Rule: the secret appears in what is written for the way `literal`, and nowhere else. Deliberately absent: writing
// files and starting programs. The web app and the command import it.
import { antigravity } from "./antigravity.ts";
import { claudeCode } from "./claude-code.ts";
import { claudeDesktop } from "./claude-desktop.ts";
import type { McpClient } from "./client.ts";
import { cline } from "./cline.ts";
import { codex } from "./codex.ts";
import { copilotCli } from "./copilot-cli.ts";
import { cursor } from "./cursor.ts";
import { geminiCli } from "./gemini-cli.ts";
import { generic } from "./generic.ts";
import { jetbrains, jetbrainsCopilot } from "./jetbrains.ts";
import { opencode, opencode1 } from "./opencode.ts";
import { rooCode } from "./roo-code.ts";
import { clientOf } from "./set-up.ts";
import { vsCode } from "./vs-code.ts";
import { windsurf } from "./windsurf.ts";
import { zed } from "./zed.ts";

export * from "./client.ts";

/** All of them, the best known first, and last the one for clients that have no entry. */
export const MCP_CLIENTS: readonly McpClient[] = [
  claudeCode,
  claudeDesktop,
  cursor,
  vsCode,
  codex,
  geminiCli,
  windsurf,
  zed,
  jetbrains,
  jetbrainsCopilot,
  copilotCli,
  cline,
  rooCode,
  opencode,
  opencode1,
  antigravity,
  generic,
].map(clientOf);

export function findMcpClient(id: string): McpClient | null {
  return MCP_CLIENTS.find((client) => client.id === id) ?? null;
}
