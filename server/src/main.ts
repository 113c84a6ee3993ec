// What `npm start` runs: one instance from the environment, until a signal ends it.
import process from "node:process";
import { serve } from "./serve.ts";

// At once: a log that nobody reads must not keep an instance that has ended.
process.exit(await serve());
