// How a program of Mintmark behaves at a terminal: it reads its arguments, prints, fails with a sentence and a hint,
// and ends with an exit code. `mintmark` and `mintmark-server` are such programs. launch.mjs starts them.
// Deliberately absent: every command.
export * from "./command-tree.ts";
export * from "./exit.ts";
export * from "./output.ts";
export * from "./printable.ts";
export * from "./process.ts";
export * from "./program.ts";
export * from "./run.ts";
