// `npm run cli-pages`: writes the manual page and the reference in docs/cli.md, as a test expects to find them.
import { readFileSync, writeFileSync } from "node:fs";
import { VERSION } from "../../version.ts";
import { allCommands } from "./all-commands.ts";
import { manPage } from "./man-page.ts";
import { withReference } from "./reference.ts";

const root = new URL("../../../../", import.meta.url);
const manual = new URL("server/man/mintmark.1", root);
const guide = new URL("docs/cli.md", root);

const program = await allCommands();
writeFileSync(manual, manPage(program, VERSION));
writeFileSync(guide, withReference(readFileSync(guide, "utf8"), program));
