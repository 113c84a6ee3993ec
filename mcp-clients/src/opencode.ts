import { type ClientForm, inHome, jsonText, type ServerEntry } from "./form.ts";

const SCHEMA = "https://opencode.ai/config.json";

const OPENCODE = {
  description: "An open-source coding agent for the terminal",
  kind: "terminal",
  holdings: ["environment", "bridge", "literal"],
  startedBy: "opencode",
  reference: (variable: string) => `{env:${variable}}`,
  path: inHome(".config/opencode/opencode.json"),
  projectPath: "opencode.json",
  syntax: "json",
  check: "Run opencode mcp list. The server must be listed as connected.",
} as const satisfies Partial<ClientForm>;

/** The file is the same for both versions, and each ignores or refuses the other's form. */
export const opencode: ClientForm = {
  ...OPENCODE,
  id: "opencode",
  name: "OpenCode",
  text: (name, entry) => jsonText({ $schema: SCHEMA, mcp: { servers: { [name]: inner(entry) } } }),
  notes: () => ["This is for version 2. Version 1 has its own entry in the list of clients."],
  troubleshooting: [
    "opencode --version says which version you have. Version 1 does not read this form.",
    "Start opencode from the terminal in which the variable is set.",
  ],
};

export const opencode1: ClientForm = {
  ...OPENCODE,
  id: "opencode-1",
  name: "OpenCode 1",
  description: "OpenCode before version 2",
  text: (name, entry) => jsonText({ $schema: SCHEMA, mcp: { [name]: { ...inner(entry), enabled: true } } }),
  troubleshooting: [
    "opencode --version says which version you have. Version 2 does not read this form.",
    "opencode mcp debug, with the server's name, says what was tried.",
  ],
};

function inner(entry: ServerEntry): Record<string, unknown> {
  return entry.kind === "remote"
    ? // It would look for OAuth first, and leave the header out.
      { type: "remote", url: entry.url, oauth: false, headers: { Authorization: entry.authorization } }
    : { type: "local", command: [entry.command, ...entry.args] };
}
