import { type ClientForm, inHome, localEntry, mcpServers } from "./form.ts";

export const windsurf: ClientForm = {
  id: "windsurf",
  name: "Windsurf",
  description: "An editor with the agent Cascade",
  kind: "editor",
  holdings: ["environment", "bridge", "literal"],
  startedBy: "windsurf .",
  reference: (variable) => `\${env:${variable}}`,
  path: inHome(".codeium/windsurf/mcp_config.json"),
  syntax: "json",
  text: (name, entry) =>
    mcpServers(
      name,
      entry.kind === "remote"
        ? { serverUrl: entry.url, headers: { Authorization: entry.authorization } }
        : localEntry(entry),
    ),
  notes: (holding) =>
    holding === "environment"
      ? ["Older versions send the name of the variable instead of its value, and are refused. Then choose the bridge."]
      : [],
  check: "Open the MCP panel of Cascade and refresh it. The server must be listed with its tools.",
  troubleshooting: [
    "The address stands under serverUrl. With url, as other editors have it, nothing happens.",
    "Refresh the MCP panel after a change, or start Windsurf again from the terminal in which the variable is set.",
  ],
};
