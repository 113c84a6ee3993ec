// Where the files of AI clients are on this machine.
import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { McpSystem } from "@mintmark/core/mcp-clients";

/** Every system that is neither macOS nor Windows keeps such files where Linux does. */
export function presentSystem(): McpSystem {
  if (process.platform === "darwin") return "macos";
  return process.platform === "win32" ? "windows" : "linux";
}

/** The path on this machine, or `null` for words that are no path: some clients find their file themselves. */
export function localPath(written: string): string | null {
  const [, root, rest = ""] = /^(~|%USERPROFILE%|%APPDATA%)[/\\](.+)$/.exec(written) ?? [];
  if (root === undefined) return null;
  const folder = root === "%APPDATA%" ? join(homedir(), "AppData", "Roaming") : homedir();
  return join(folder, ...rest.split(/[/\\]/));
}
