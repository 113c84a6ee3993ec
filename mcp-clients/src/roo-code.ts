import { type ClientForm, everywhere, localEntry, mcpServers, remoteEntry } from "./form.ts";

export const rooCode: ClientForm = {
  id: "roo-code",
  name: "Roo Code",
  description: "An agent in VS Code and editors like it",
  kind: "editor",
  holdings: ["bridge", "literal"],
  startedBy: "code .",
  path: everywhere("Roo Code > MCP Servers > Edit Global MCP"),
  projectPath: ".roo/mcp.json",
  syntax: "json",
  text: (name, entry) =>
    mcpServers(name, entry.kind === "remote" ? remoteEntry(entry, "streamable-http") : localEntry(entry)),
  check: "Open MCP Servers in Roo Code's panel. The server must have a green dot.",
  troubleshooting: ["The type must be streamable-http, with the hyphen."],
};
