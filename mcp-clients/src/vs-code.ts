import { type ClientForm, jsonText, localEntry, promptId, remoteEntry, type ServerEntry } from "./form.ts";

export const vsCode: ClientForm = {
  id: "vs-code",
  name: "VS Code",
  description: "Visual Studio Code with GitHub Copilot",
  kind: "editor",
  holdings: ["prompt", "bridge", "literal"],
  startedBy: "code .",
  path: {
    macos: "~/Library/Application Support/Code/User/mcp.json",
    linux: "~/.config/Code/User/mcp.json",
    windows: "%APPDATA%\\Code\\User\\mcp.json",
  },
  projectPath: ".vscode/mcp.json",
  syntax: "json",
  text: (name, entry, holding) =>
    jsonText({
      ...(holding === "prompt" ? { inputs: [input(name)] } : {}),
      servers: { [name]: inner(entry) },
    }),
  link: (name, entry, holding) => {
    const config = { name, ...inner(entry), ...(holding === "prompt" ? { inputs: [input(name)] } : {}) };
    return `vscode:mcp/install?${encodeURIComponent(JSON.stringify(config))}`;
  },
  notes: (holding) =>
    holding === "prompt"
      ? ["VS Code asks for the token when it first starts the server, and keeps it encrypted. Paste it there."]
      : [],
  check: "Run “MCP: List Servers” from the command palette. The server must be running.",
  troubleshooting: [
    "Run “MCP: List Servers”, choose the server and start it: VS Code starts it only when it needs it, or when you choose to.",
    "Choose “Show Output” there to see the response of the server.",
    "A token that was typed wrong is kept. Above the entry in mcp.json, choose “Edit” beside the input to type it again.",
  ],
};

function input(name: string): Record<string, unknown> {
  return { type: "promptString", id: promptId(name), description: "Mintmark token", password: true };
}

function inner(entry: ServerEntry): Record<string, unknown> {
  return entry.kind === "remote" ? remoteEntry(entry, "http") : { type: "stdio", ...localEntry(entry) };
}
