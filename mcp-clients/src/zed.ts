import { type ClientForm, jsonText, localEntry, remoteEntry } from "./form.ts";

export const zed: ClientForm = {
  id: "zed",
  name: "Zed",
  description: "An editor with agents",
  kind: "editor",
  holdings: ["bridge", "literal"],
  startedBy: "zed .",
  path: {
    macos: "~/.config/zed/settings.json",
    linux: "~/.config/zed/settings.json",
    windows: "%APPDATA%\\Zed\\settings.json",
  },
  syntax: "json",
  text: (name, entry) =>
    jsonText({
      context_servers: {
        [name]: entry.kind === "remote" ? remoteEntry(entry) : { ...localEntry(entry), env: {} },
      },
    }),
  check: "Open the settings of the Agent panel. The server must have a green dot.",
  troubleshooting: [
    "Without the header, Zed starts a sign-in that this server does not have: check that the entry is complete.",
    "The dot's tooltip in the Agent panel's settings says what went wrong.",
  ],
};
