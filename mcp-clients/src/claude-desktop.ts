import { type ClientForm, localEntry, mcpServers, onSystem } from "./form.ts";

export const claudeDesktop: ClientForm = {
  id: "claude-desktop",
  name: "Claude Desktop",
  description: "Anthropic's app for macOS, Windows and Linux",
  kind: "app",
  holdings: ["bridge", "literal"],
  startedBy: "claude-desktop",
  path: {
    macos: "~/Library/Application Support/Claude/claude_desktop_config.json",
    windows: "%APPDATA%\\Claude\\claude_desktop_config.json",
    linux: "~/.config/Claude/claude_desktop_config.json",
  },
  syntax: "json",
  text: (name, entry) => mcpServers(name, entry.kind === "local" ? localEntry(entry) : {}),
  // The app connects to no address from this file, so mcp-remote connects for it. There is no space after the colon,
  // because some versions split arguments at spaces.
  literalBridge: (url, secret, system) => ({
    ...onSystem(system, "npx", [
      "-y",
      "mcp-remote",
      url,
      "--header",
      "Authorization:${AUTHORIZATION}",
      ...(url.startsWith("http:") ? ["--allow-http"] : []),
    ]),
    env: { AUTHORIZATION: `Bearer ${secret}` },
  }),
  notes: (holding) => [
    "The app reads this file only when it starts: quit it, also in the menu bar or the task bar, and open it again.",
    ...(holding === "literal"
      ? ["It starts mcp-remote, a third-party program, with npx: Node.js must be installed."]
      : []),
  ],
  check: "Open Settings > Developer. The server must be listed there as running.",
  troubleshooting: [
    "Quit the app completely and open it again: closing the window is not enough.",
    "Adding the address under Settings > Connectors does not work: connectors sign in by OAuth and send no token.",
    "Settings > Developer > Open logs folder says why a server did not start.",
  ],
};
