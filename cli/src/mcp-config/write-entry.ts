// The entry of one server, written into the file of a client that a person has made and other programs use.
// Rule: what stands there stays as it is, or nothing is written.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { DEFAULT_SERVER_NAME, type McpClient, type McpSetup } from "@mintmark/mcp-clients";
import { Failure } from "@mintmark/terminal";
import { localPath } from "./client-files.ts";
import { type JsonObject, mergeEntry } from "./merge-entry.ts";

export interface Written {
  readonly path: string;
  /** The file as it was; `null` when there was none. */
  readonly backup: string | null;
}

export function writeEntry(client: McpClient, setup: McpSetup, name: string = DEFAULT_SERVER_NAME): Written {
  const { file, command } = setup;
  const path = localPath(file.path);
  // The client's own command knows its file better, and the client may be writing it at this moment.
  if (command !== null) refuse(`${client.name} has a command for it`, `run ${command.text}`);
  if (path === null || file.syntax !== "json") refuse(`${client.name} has no file that can be changed from here`, null);
  const entry = JSON.parse(file.text) as JsonObject;
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file.text, { flag: "wx", mode: 0o600 });
    return { path, backup: null };
  }
  // A link stays one: dotfiles are often links into a folder of their own.
  const target = realpathSync(path);
  const before = readFileSync(target, "utf8");
  const merged = mergeEntry(before.trim() === "" ? "{}\n" : before, entry, name);
  if (!merged.ok) {
    refuse(
      merged.why === "unreadable" ? `${path} is not JSON` : `${path} has something else where its servers belong`,
      "look at the file, then run it again without --write",
    );
  }
  const backup = `${target}.before-mintmark`;
  copyFileSync(target, backup);
  replaceFile(target, merged.text);
  return { path, backup };
}

/** Whoever reads the file meanwhile sees the old text or the new one, whole. */
function replaceFile(path: string, text: string): void {
  const temporary = `${path}.mintmark-new`;
  try {
    writeFileSync(temporary, text, { mode: statSync(path).mode & 0o777 });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function refuse(why: string, hint: string | null): never {
  throw new Failure("write_refused", `nothing was written: ${why}`, hint);
}
