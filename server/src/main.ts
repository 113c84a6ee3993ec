// What `npm start` runs: one instance from the environment, until a signal ends it.
import process from "node:process";
import { serve } from "./serve.ts";

process.exitCode = await serve();
