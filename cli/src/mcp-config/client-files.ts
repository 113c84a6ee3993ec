// Where things are on this machine: the files of AI clients, and the command itself.
import { realpathSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { McpSystem } from "@mintmark/mcp-clients";

/** Every system that is neither macOS nor Windows keeps such files where Linux does. */
export function presentSystem(): McpSystem {
  if (process.platform === "darwin") return "macos";
  return process.platform === "win32" ? "windows" : "linux";
}

/** The Node and the script that run now, which are found wherever a client looks for programs. */
export function thisProgram(): [string, string] {
  return [process.execPath, realpathSync(process.argv[1] ?? "")];
}

/** The path on this machine, or `null` for words that are no path: some clients find their file themselves. */
export function localPath(written: string): string | null {
  const [, root, rest = ""] = /^(~|%USERPROFILE%|%APPDATA%)[/\\](.+)$/.exec(written) ?? [];
  if (root === undefined) return null;
  const folder = root === "%APPDATA%" ? join(homedir(), "AppData", "Roaming") : homedir();
  return join(folder, ...rest.split(/[/\\]/));
}
