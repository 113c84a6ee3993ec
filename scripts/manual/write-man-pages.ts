// Writes the manual pages into their packages. `npm run build` and `npm run cli-pages` do so; they are not committed.
import { mkdirSync, writeFileSync } from "node:fs";
import process from "node:process";
import { VERSION } from "../../server/src/version.ts";
import { manPage, MINTMARK, MINTMARK_SERVER } from "./man-page.ts";
import { allCommands, allServerCommands } from "./trees.ts";

const root = new URL("../../", import.meta.url);
// Builders of packages set this variable, in seconds, so that two builds of one source are equal.
const builtAt = process.env["SOURCE_DATE_EPOCH"];
const date = (builtAt === undefined ? new Date() : new Date(Number(builtAt) * 1000)).toISOString().slice(0, 10);
const release = { version: VERSION, date };
for (const folder of ["cli/man/", "server/man/"]) mkdirSync(new URL(folder, root), { recursive: true });
writeFileSync(new URL("cli/man/mintmark.1", root), manPage(MINTMARK, await allCommands(), release));
const serverPage = manPage(MINTMARK_SERVER, await allServerCommands(), release);
writeFileSync(new URL("server/man/mintmark-server.1", root), serverPage);
