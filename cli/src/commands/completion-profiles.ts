import type { Command } from "commander";
import { Failure } from "@mintmark/terminal";
import { type Context, openMemory } from "../context.ts";

/** What completion scripts type, so that they need not know where profiles are kept. */
export function addCompletionProfiles(program: Command, context: Context): void {
  program.command("completion-profiles", { hidden: true }).action(() => printProfiles(context));
}

/** Nothing is said when nothing can be read: it runs at a Tab, in the middle of a line. */
function printProfiles(context: Context): void {
  try {
    for (const { profile } of openMemory(context).settings.list()) context.output.line(profile);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
}
