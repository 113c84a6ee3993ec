// Writes the entry of one server to a client's file, which a person wrote and other programs use.
// Rule: everything else in the file stays unchanged, or nothing is written.
import {
  constants,
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { DEFAULT_SERVER_NAME, type McpClient, type McpSetup } from "@mintmark/mcp-clients";
import { Failure, systemErrorOf, systemReason } from "@mintmark/terminal";
import { linkTarget, makeFolder } from "../credential-store/private-file.ts";
import { localPath } from "./client-files.ts";
import { type JsonObject, mergeEntry } from "./merge-entry.ts";

export interface Written {
  readonly path: string;
  /** `false` when the file had this entry already. */
  readonly isChanged: boolean;
  /** The path of the copy of the old file, or `null` when there was no file, or no change. */
  readonly backup: string | null;
}

export function writeEntry(client: McpClient, setup: McpSetup, name: string = DEFAULT_SERVER_NAME): Written {
  const { file, command } = setup;
  const path = localPath(file.path);
  // The client's command handles its file better, and the client may write the file at this moment.
  if (command !== null) refuse(`${client.name} has a command for it`, `run ${command.text}`);
  if (path === null || file.syntax !== "json") refuse(`${client.name} has no file that can be changed from here`, null);
  const entry = JSON.parse(file.text) as JsonObject;
  return asWork(path, () => {
    // A symbolic link stays one, because dotfiles are often links into another folder.
    const target = linkTarget(path);
    if (!existsSync(target)) {
      makeFolder(dirname(target));
      writeFileSync(target, file.text, { flag: "wx", mode: 0o600 });
      return { path, isChanged: true, backup: null };
    }
    return addTo(target, path, entry, name);
  });
}

function addTo(target: string, path: string, entry: JsonObject, name: string): Written {
  const before = readFileSync(target, "utf8");
  const merged = mergeEntry(before.trim() === "" ? "{}\n" : before, entry, name);
  if (!merged.ok) {
    refuse(
      merged.why === "unreadable" ? `${path} is not JSON` : `${path} has another value where its servers belong`,
      "check the file, then run the command without --write",
    );
  }
  if (merged.text === before) return { path, isChanged: false, backup: null };
  const backup = backUp(target);
  replaceFile(target, merged.text);
  return { path, isChanged: true, backup };
}

/** Copies the file to a name that is free, and returns it. The first backup is the file as it was before Mintmark. */
function backUp(target: string): string {
  for (let number = 1; ; number++) {
    const backup = `${target}.before-mintmark${number === 1 ? "" : `.${number}`}`;
    try {
      copyFileSync(target, backup, constants.COPYFILE_EXCL);
      return backup;
    } catch (error) {
      if (systemErrorOf(error) !== "EEXIST") throw error;
    }
  }
}

/** A concurrent reader sees the complete old text or the complete new one. */
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

function asWork<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Failure) throw error;
    refuse(`${path}: ${systemReason(error)}`, null);
  }
}

function refuse(why: string, hint: string | null): never {
  throw new Failure("write_refused", `nothing was written: ${why}`, hint);
}
