import { type ClientForm, localEntry, mcpServers, remoteEntry } from "./form.ts";

const FOLDER = "Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json";

export const cline: ClientForm = {
  id: "cline",
  name: "Cline",
  description: "An agent in VS Code and editors like it",
  kind: "editor",
  holdings: ["bridge", "literal"],
  startedBy: "code .",
  path: {
    macos: `~/Library/Application Support/${FOLDER}`,
    linux: `~/.config/${FOLDER}`,
    windows: `%APPDATA%\\${FOLDER.replaceAll("/", "\\")}`,
  },
  syntax: "json",
  text: (name, entry) =>
    mcpServers(name, {
      ...(entry.kind === "remote" ? remoteEntry(entry, "streamableHttp") : localEntry(entry)),
      disabled: false,
    }),
  notes: () => ["Cline opens the file itself, wherever it is: MCP Servers > Configure MCP Servers."],
  check: "Open MCP Servers in Cline's panel. The server must have a green dot.",
  troubleshooting: [
    "The type must be streamableHttp, spelled so. Otherwise Cline tries an older protocol and reports 405.",
    "Press the restart button beside the server after a change.",
  ],
};
