// The entry of `npm start`: runs one instance from the environment until a signal ends it.
import process from "node:process";
import { serve } from "./serve.ts";

// Exits at once, so that an unread log does not keep the process running.
process.exit(await serve());
