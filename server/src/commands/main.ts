// What bin/mintmark-server.mjs starts, and `mintmark` for the commands of the server. Only this file touches the
// process.
import process from "node:process";
import { endAtOnce, runProgram, typedCommand, whenReaderLeaves } from "@mintmark/terminal";
import { isColorAllowed } from "../config/environment.ts";
import { SERVER_PROGRAM } from "./program.ts";

/** Runs one command, `args` without the program's name. */
export async function main(args: readonly string[]): Promise<void> {
  const isServer = typedCommand(args) === "serve";
  // A lost reader ends no server, and a server ends gracefully by itself.
  if (isServer) whenReaderLeaves(() => {});
  else endAtOnce();
  const color = isColorAllowed();
  const exitCode = await runProgram(SERVER_PROGRAM, args, { streams: process, color, contextOf: (running) => running });
  if (isServer) process.exit(exitCode);
  process.exitCode = exitCode;
}
