// Prints the files that each walk passes through, as ARCHITECTURE names them. `npm run walks`.
import process from "node:process";
import { textOf } from "./text.ts";
import { walk } from "./walks.ts";

for (const [name, files] of Object.entries(await walk())) process.stdout.write(`${name}:\n\n${textOf(files)}\n\n`);
