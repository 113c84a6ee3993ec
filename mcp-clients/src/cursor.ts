import { type ClientForm, inHome, localEntry, mcpServers, remoteEntry, type ServerEntry } from "./form.ts";
import { base64 } from "./quoting.ts";

export const cursor: ClientForm = {
  id: "cursor",
  name: "Cursor",
  description: "An editor with agents",
  kind: "editor",
  holdings: ["environment", "bridge", "literal"],
  startedBy: "cursor .",
  reference: (variable) => `\${env:${variable}}`,
  path: inHome(".cursor/mcp.json"),
  projectPath: ".cursor/mcp.json",
  syntax: "json",
  text: (name, entry) => mcpServers(name, inner(entry)),
  link: (name, entry) =>
    `cursor://anysphere.cursor-deeplink/mcp/install?name=${encodeURIComponent(name)}&config=${encodeURIComponent(base64(JSON.stringify(inner(entry))))}`,
  check: "Open Cursor Settings > MCP. The server must have a green dot.",
  troubleshooting: [
    "Quit Cursor and start it from the terminal in which the variable is set: an open window keeps its old environment.",
    "In Cursor Settings > MCP, switch the server off and on again after a change.",
  ],
};

function inner(entry: ServerEntry): Record<string, unknown> {
  return entry.kind === "remote" ? remoteEntry(entry) : localEntry(entry);
}
