// bin/mintmark-server.mjs starts this file, and so does `mintmark` for the commands of the server. No other file of the
// commands touches the process.
import process from "node:process";
import { endAtOnce, ignoreLostOutput, runProgram, typedCommand } from "@mintmark/terminal";
import { isColorAllowed } from "../config/environment.ts";
import { SERVER_PROGRAM } from "./program.ts";

/** Runs one command, `args` without the program's name. */
export async function main(args: readonly string[]): Promise<void> {
  const isServer = typedCommand(args) === "serve";
  // A server handles its own graceful shutdown.
  if (isServer) ignoreLostOutput();
  else endAtOnce(SERVER_PROGRAM.name, args);
  const color = isColorAllowed();
  const exitCode = await runProgram(SERVER_PROGRAM, args, { streams: process, color, contextOf: (running) => running });
  if (isServer) process.exit(exitCode);
  process.exitCode = exitCode;
}
