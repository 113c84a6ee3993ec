// The paths on this machine: the files of AI clients, and the command itself.
import { realpathSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import type { McpSystem } from "@mintmark/mcp-clients";
import { Failure } from "@mintmark/terminal";
import { homeFolder } from "../config.ts";

/** Every system other than macOS and Windows has such files in the same places as Linux. */
export function presentSystem(): McpSystem {
  if (process.platform === "darwin") return "macos";
  return process.platform === "win32" ? "windows" : "linux";
}

/** The full paths of the running Node and script, which do not depend on where a client looks for programs. */
export function thisProgram(): [string, string] {
  return [process.execPath, realpathSync(process.argv[1] ?? "")];
}

/** The path on this machine, or `null` for text that is not a path, because some clients find their file themselves. */
export function localPath(written: string): string | null {
  const [, root, rest = ""] = /^(~|%USERPROFILE%|%APPDATA%)[/\\](.+)$/.exec(written) ?? [];
  if (root === undefined) return null;
  const home = homeFolder();
  if (home === null) throw new Failure("no_home", "this user has no home folder", "set HOME");
  const folder = root === "%APPDATA%" ? join(home, "AppData", "Roaming") : home;
  return join(folder, ...rest.split(/[/\\]/));
}
