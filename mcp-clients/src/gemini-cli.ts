import { type ClientForm, inHome, localEntry, mcpServers, remoteEntry } from "./form.ts";

const ADD = ["gemini", "mcp", "add", "--scope", "user"] as const;

export const geminiCli: ClientForm = {
  id: "gemini-cli",
  name: "Gemini CLI",
  description: "Google's agent for the terminal",
  kind: "terminal",
  holdings: ["environment", "bridge", "literal"],
  startedBy: "gemini",
  reference: (variable) => `\${${variable}}`,
  path: inHome(".gemini/settings.json"),
  projectPath: ".gemini/settings.json",
  syntax: "json",
  text: (name, entry) => mcpServers(name, entry.kind === "remote" ? remoteEntry(entry, "http") : localEntry(entry)),
  command: (name, entry) =>
    entry.kind === "remote"
      ? [...ADD, "--transport", "http", "-H", `Authorization: ${entry.authorization}`, name, entry.url]
      : null,
  notes: (holding) => (holding === "bridge" ? [] : ["Older versions take the address under httpUrl instead of url."]),
  check: "Run gemini mcp list. The server must be listed as connected.",
  troubleshooting: [
    "“Disabled” means that the folder is not trusted: start gemini in it and trust it, or go to one that is.",
    "Start gemini from the terminal in which the variable is set.",
  ],
};
