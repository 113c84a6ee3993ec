// The walks as ARCHITECTURE prints them: the number of files, and their names by folder.
import { posix } from "node:path";

/** A paragraph of Markdown. */
export function textOf(files: readonly string[]): string {
  const byFolder = new Map<string, string[]>();
  for (const file of files) {
    const folder = posix.dirname(file);
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), posix.basename(file, ".ts")]);
  }
  const parts = [...byFolder].map(([folder, names]) => `\`${folder}/\` ${names.join(", ")}`);
  return `${files.length} files: ${parts.join("; ")}.`;
}
