// The terminal side of the programs `mintmark` and `mintmark-server`: arguments, output, errors with a message and a
// hint, and exit codes. launch.mjs starts the programs.
// Deliberately absent: every command.
export * from "./command-tree.ts";
export * from "./exit.ts";
export { widthOf } from "./layout.ts";
export * from "./output.ts";
export * from "./printable.ts";
export * from "./process.ts";
export * from "./program.ts";
export * from "./run.ts";
