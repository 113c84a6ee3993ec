// Runs every transcript in transcripts/ against a real instance. Output, errors and exit codes are exactly as written, and
// no output contains a secret. MINTMARK_WRITE_TRANSCRIPTS=1 writes the files instead, so that a change shows in the diff.
import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import process from "node:process";
import { after, before, describe, test } from "node:test";
import { createWorld, startSurroundings, type Surroundings, type World } from "./world.ts";
import { replay } from "./transcript.ts";

const FOLDER = new URL("transcripts/", import.meta.url);
const names = (await readdir(FOLDER)).filter((name) => name.endsWith(".txt")).sort();
/** The command requests pages of 200. */
const TOKENS_OVER_TWO_PAGES = 206;
const isWriting = process.env["MINTMARK_WRITE_TRANSCRIPTS"] === "1";

describe("transcripts of the command", { concurrency: 2 }, () => {
  let surroundings: Surroundings;
  before(async () => {
    surroundings = await startSurroundings();
  });
  after(() => surroundings.close());

  for (const name of names) {
    test(name.replace(".txt", ""), async () => {
      const file = new URL(name, FOLDER);
      const expected = await readFile(file, "utf8");
      const world = await createWorld(surroundings, expected.includes("$MANY") ? TOKENS_OVER_TWO_PAGES : 1);
      try {
        const actual = await replay(expected, (command) => playIn(world, command));
        if (isWriting) await writeFile(file, actual);
        else assert.equal(actual, expected);
      } finally {
        await world.remove();
      }
    });
  }
});

async function playIn(world: World, command: string): ReturnType<World["sh"]> {
  const { stdout, stderr, exitCode } = await world.sh(command);
  return { stdout: world.normalise(stdout), stderr: world.normalise(stderr), exitCode };
}
