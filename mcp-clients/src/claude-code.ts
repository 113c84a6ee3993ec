import { type ClientForm, inHome, localEntry, mcpServers, remoteEntry } from "./form.ts";

const ADD = ["claude", "mcp", "add", "--scope", "user"] as const;

export const claudeCode: ClientForm = {
  id: "claude-code",
  name: "Claude Code",
  description: "Anthropic's coding agent for the terminal",
  kind: "terminal",
  holdings: ["environment", "bridge", "literal"],
  startedBy: "claude",
  reference: (variable) => `\${${variable}}`,
  path: inHome(".claude.json"),
  projectPath: ".mcp.json",
  syntax: "json",
  text: (name, entry) =>
    mcpServers(name, entry.kind === "remote" ? remoteEntry(entry, "http") : { type: "stdio", ...localEntry(entry) }),
  command: (name, entry) =>
    entry.kind === "remote"
      ? [...ADD, "--transport", "http", name, entry.url, "--header", `Authorization: ${entry.authorization}`]
      : [...ADD, name, "--", entry.command, ...entry.args],
  check: "Run claude mcp list, or /mcp inside Claude Code. The server must be listed as connected.",
  troubleshooting: [
    "A server in a project's .mcp.json waits until you approve it: start Claude Code in the project and answer yes.",
    "“Server rejected the configured Authorization header” means that the token arrived and was refused, or that the variable was not set.",
    "After a change to the configuration, start Claude Code again.",
  ],
};
