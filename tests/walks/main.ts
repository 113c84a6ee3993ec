// Prints the files that each walk passes through. `npm run walks`.
import process from "node:process";
import { walk } from "./walks.ts";

for (const [name, files] of Object.entries(await walk())) {
  process.stdout.write(`${name}: ${files.length} files\n${files.map((file) => `  ${file}\n`).join("")}\n`);
}
