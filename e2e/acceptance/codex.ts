import { deepStrictEqual } from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse as parseToml } from "smol-toml";
import { type AcceptedClient, expect, setUpOf } from "./client.ts";
import { runProgram } from "./program.ts";

/** It connects only in a conversation, which takes an account: what is tried is that it writes and reads our file. */
export const codex: AcceptedClient = {
  id: "codex",
  name: "Codex CLI",
  shows: "`codex mcp add` writes the file shown; connects only in a conversation, which was not tried",
  accept: async (visit, bin) => {
    const { command, file } = setUpOf("codex", visit, "environment");
    const shell = (line: string): ReturnType<typeof runProgram> =>
      runProgram("sh", ["-c", line], { home: visit.home, path: [bin] });
    const added = await shell(command?.text ?? "");
    expect("codex mcp add", added.output, /Added/);
    const written = await readFile(join(visit.home, ".codex", "config.toml"), "utf8");
    deepStrictEqual(parseToml(written), parseToml(file.text), "codex mcp add writes another file");
    expect("codex mcp list", (await shell("codex mcp list")).output, /mintmark/);
  },
};
