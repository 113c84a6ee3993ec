// Writes docs/errors.md. `npm run error-guide`.
import { writeFileSync } from "node:fs";
import { errorGuide } from "./error-guide.ts";

writeFileSync(new URL("../docs/errors.md", import.meta.url), errorGuide());
