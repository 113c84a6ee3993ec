import { readFileSync } from "node:fs";

/** The version of this build, from the package that it is published as. */
export const VERSION: string = (
  JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { readonly version: string }
).version;
