import { type ClientForm, inHome, localEntry, mcpServers, remoteEntry } from "./form.ts";

export const copilotCli: ClientForm = {
  id: "copilot-cli",
  name: "Copilot CLI",
  description: "GitHub's agent for the terminal",
  kind: "terminal",
  holdings: ["environment", "bridge", "literal"],
  startedBy: "copilot",
  reference: (variable) => `\${${variable}}`,
  path: inHome(".copilot/mcp-config.json"),
  syntax: "json",
  text: (name, entry) =>
    mcpServers(name, {
      ...(entry.kind === "remote" ? remoteEntry(entry, "http") : { type: "local", ...localEntry(entry) }),
      tools: ["*"],
    }),
  check: "Type /mcp show inside Copilot CLI. The server must be listed with its tools.",
  troubleshooting: ["Start copilot again after a change, from the terminal in which the variable is set."],
};
