import { TOKEN_VARIABLE } from "./client.ts";
import { type ClientForm, inHome, type ServerEntry } from "./form.ts";
import { tomlString } from "./quoting.ts";

export const codex: ClientForm = {
  id: "codex",
  name: "Codex CLI",
  description: "OpenAI's coding agent for the terminal",
  kind: "terminal",
  holdings: ["environment", "bridge", "literal"],
  startedBy: "codex",
  path: inHome(".codex/config.toml"),
  syntax: "toml",
  text: (name, entry, holding) => {
    // `bearer_token` itself is refused and `headers` ignored: a secret can only stand in `http_headers`.
    const lines =
      entry.kind === "local"
        ? [`command = ${tomlString(entry.command)}`, `args = [${entry.args.map(tomlString).join(", ")}]`]
        : [
            `url = ${tomlString(entry.url)}`,
            holding === "environment"
              ? `bearer_token_env_var = ${tomlString(TOKEN_VARIABLE)}`
              : `http_headers = { Authorization = ${tomlString(entry.authorization)} }`,
          ];
    return `[mcp_servers.${name}]\n${lines.join("\n")}\n`;
  },
  command: (name, entry, holding) => commandOf(name, entry, holding === "environment"),
  check:
    "Type /mcp inside Codex. The server must be listed with its tools. (codex mcp list shows the configuration only.)",
  troubleshooting: [
    "codex mcp list does not connect. Start codex and type /mcp.",
    "Start codex from the terminal in which the variable is set.",
  ],
};

function commandOf(name: string, entry: ServerEntry, fromEnvironment: boolean): readonly string[] | null {
  if (entry.kind === "local") return ["codex", "mcp", "add", name, "--", entry.command, ...entry.args];
  if (!fromEnvironment) return null;
  return ["codex", "mcp", "add", name, "--url", entry.url, "--bearer-token-env-var", TOKEN_VARIABLE];
}
