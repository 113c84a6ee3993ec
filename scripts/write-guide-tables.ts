// Writes the generated tables of the guides. `npm run guide-tables`.
import { readFileSync, writeFileSync } from "node:fs";
import { GUIDES_WITH_TABLES, withTables } from "./guide-tables.ts";

for (const path of GUIDES_WITH_TABLES) {
  const url = new URL(`../${path}`, import.meta.url);
  writeFileSync(url, withTables(readFileSync(url, "utf8")));
}
