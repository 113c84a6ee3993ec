import type { Command } from "commander";
import { Failure } from "@mintmark/terminal";
import { type Context, openMemory } from "../context.ts";

/** Completion scripts call this command, so that they need not know where profiles are stored. */
export function addCompletionProfiles(program: Command, context: Context): void {
  program.command("completion-profiles", { hidden: true }).action(() => printProfiles(context));
}

/** Prints no error when the profiles cannot be read, because it runs at a Tab, in the middle of a line. */
function printProfiles(context: Context): void {
  try {
    for (const { profile } of openMemory(context).settings.list()) context.output.line(profile);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
}
