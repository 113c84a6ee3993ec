// Writes the reference in docs/cli.md, as a test expects to find it.
import { readFileSync, writeFileSync } from "node:fs";
import { withReference } from "./reference.ts";
import { allCommands, allServerCommands } from "./trees.ts";

const guide = new URL("../../docs/cli.md", import.meta.url);
writeFileSync(guide, withReference(readFileSync(guide, "utf8"), await allCommands(), await allServerCommands()));
