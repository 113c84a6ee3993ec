import process from "node:process";

const cache = process.env["NODE_COMPILE_CACHE"];

/**
 * The environment of programs that a test starts: PATH, and no other variable of this process that could change their
 * behavior. Node's compile cache, when there is one, changes only the time of their start.
 */
export const BARE_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: process.env["PATH"] ?? "",
  ...(cache === undefined ? {} : { NODE_COMPILE_CACHE: cache }),
};
