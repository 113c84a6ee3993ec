// `npm run openapi`: writes openapi.json at the root of the repository. A test compares it.
import { writeFileSync } from "node:fs";
import { operations } from "../operations.ts";
import { openApiDocument } from "./document.ts";

const file = new URL("../../../../openapi.json", import.meta.url);
writeFileSync(file, `${JSON.stringify(openApiDocument(operations), null, 2)}\n`);
