// bin/mintmark-server.mjs starts this file, and so does `mintmark` for the commands of the server. No other file of the
// commands touches the process.
import process from "node:process";
import { endAtOnce, runProgram, typedCommand, whenReaderLeaves } from "@mintmark/terminal";
import { isColorAllowed } from "../config/environment.ts";
import { SERVER_PROGRAM } from "./program.ts";

/** Runs one command, `args` without the program's name. */
export async function main(args: readonly string[]): Promise<void> {
  const isServer = typedCommand(args) === "serve";
  // A server keeps running without a reader of its output, and it handles its own graceful shutdown.
  if (isServer) whenReaderLeaves(() => {});
  else endAtOnce();
  const color = isColorAllowed();
  const exitCode = await runProgram(SERVER_PROGRAM, args, { streams: process, color, contextOf: (running) => running });
  if (isServer) process.exit(exitCode);
  process.exitCode = exitCode;
}
