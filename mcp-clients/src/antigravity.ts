import { type ClientForm, inHome, localEntry, mcpServers } from "./form.ts";

export const antigravity: ClientForm = {
  id: "antigravity",
  name: "Antigravity",
  description: "Google's editor with agents",
  kind: "editor",
  holdings: ["bridge", "literal"],
  startedBy: "antigravity .",
  path: inHome(".gemini/antigravity/mcp_config.json"),
  syntax: "json",
  text: (name, entry) =>
    mcpServers(
      name,
      entry.kind === "remote"
        ? { serverUrl: entry.url, headers: { Authorization: entry.authorization } }
        : localEntry(entry),
    ),
  check: "Open … > MCP Servers > Manage MCP Servers in the Agent panel. The server must be listed with its tools.",
  troubleshooting: [
    "The address stands under serverUrl.",
    "Quit Antigravity completely and open it again after a change.",
  ],
};
