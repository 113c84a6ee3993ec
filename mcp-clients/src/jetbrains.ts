import { type ClientForm, everywhere, inHome, jsonText, localEntry, mcpServers } from "./form.ts";

/** AI Assistant has no documented place for a header, and Junie starts programs only: the bridge serves both. */
export const jetbrains: ClientForm = {
  id: "jetbrains",
  name: "JetBrains AI Assistant, Junie",
  description: "IntelliJ IDEA, PyCharm, WebStorm and the others",
  kind: "editor",
  holdings: ["bridge"],
  startedBy: "idea .",
  path: inHome(".junie/mcp/mcp.json"),
  projectPath: ".junie/mcp/mcp.json",
  syntax: "json",
  text: (name, entry) => mcpServers(name, entry.kind === "local" ? localEntry(entry) : {}),
  notes: () => [
    "The file is Junie's. For AI Assistant, paste the same text under Settings > Tools > AI Assistant > MCP > Add.",
  ],
  check: "Open Settings > Tools > AI Assistant > MCP, or Junie > MCP. The server must be listed as connected.",
  troubleshooting: [
    "Start the IDE again after the mintmark command was installed: it looks for programs when it starts.",
  ],
};

export const jetbrainsCopilot: ClientForm = {
  id: "jetbrains-copilot",
  name: "JetBrains with GitHub Copilot",
  description: "The GitHub Copilot plugin in JetBrains IDEs",
  kind: "editor",
  holdings: ["bridge", "literal"],
  startedBy: "idea .",
  path: everywhere("Copilot icon in the status bar > Edit Settings > Model Context Protocol > Configure"),
  syntax: "json",
  text: (name, entry) =>
    jsonText({
      servers: {
        [name]:
          entry.kind === "remote"
            ? { url: entry.url, requestInit: { headers: { Authorization: entry.authorization } } }
            : localEntry(entry),
      },
    }),
  check: "Open Copilot Chat in agent mode and its list of tools. The server's tools must be there.",
  troubleshooting: [
    "The header stands under requestInit. Directly under headers it is ignored.",
    "Your organization on GitHub must allow MCP servers in Copilot.",
  ],
};
