import process from "node:process";

const cache = process.env["NODE_COMPILE_CACHE"];

/**
 * For programs that a test starts: where programs are found, and nothing else of this process that could change what they
 * do. Node's compile cache, when there is one, only changes how long they take to start.
 */
export const BARE_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: process.env["PATH"] ?? "",
  ...(cache === undefined ? {} : { NODE_COMPILE_CACHE: cache }),
};
