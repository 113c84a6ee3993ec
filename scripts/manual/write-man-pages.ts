// Writes the manual pages into their packages. `npm run build` and `npm run cli-pages` do so; they are not committed.
import { mkdirSync, writeFileSync } from "node:fs";
import { VERSION } from "../../server/src/version.ts";
import { manPage, MINTMARK, MINTMARK_SERVER } from "./man-page.ts";
import { allCommands, allServerCommands } from "./trees.ts";

const root = new URL("../../", import.meta.url);
for (const folder of ["cli/man/", "server/man/"]) mkdirSync(new URL(folder, root), { recursive: true });
writeFileSync(new URL("cli/man/mintmark.1", root), manPage(MINTMARK, await allCommands(), VERSION));
writeFileSync(
  new URL("server/man/mintmark-server.1", root),
  manPage(MINTMARK_SERVER, await allServerCommands(), VERSION),
);
