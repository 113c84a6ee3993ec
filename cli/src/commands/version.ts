import type { Command } from "commander";
import type { Context } from "../context.ts";
import { VERSION } from "../version.ts";

export function addVersion(program: Command, { output }: Context): void {
  program
    .command("version")
    .description("print the version of this command; mintmark status shows that of the host")
    .action(() => output.result({ version: VERSION }, () => output.line(VERSION)));
}
