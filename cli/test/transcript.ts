// The text of a transcript: `$ command`, then `> ` for each line of standard output, `! ` for each line of
// standard error, and `= ` for an exit code that is not 0. Every other line is a comment and stays.
import type { Run } from "./world.ts";

const EXPECTED = /^[>!=](?: |$)/;

/** Returns the transcript with the actual output of each command in place of the expected one. */
export async function replay(transcript: string, play: (command: string) => Promise<Run>): Promise<string> {
  const lines: string[] = [];
  for (const line of transcript.split("\n")) {
    if (EXPECTED.test(line)) continue;
    lines.push(line);
    if (line.startsWith("$ ")) lines.push(...render(await play(line.slice(2))));
  }
  return lines.join("\n");
}

function render({ stdout, stderr, exitCode }: Run): string[] {
  return [...marked(">", stdout), ...marked("!", stderr), ...(exitCode === 0 ? [] : [`= ${exitCode}`])];
}

function marked(mark: string, output: string): string[] {
  if (output === "") return [];
  // A missing line break at the end shows as a line without one.
  const text = output.endsWith("\n") ? output.slice(0, -1) : `${output}<no line break>`;
  return text.split("\n").map((line) => (line === "" ? mark : `${mark} ${line}`));
}
