// Writes docs/client-configurations.md. `npm run client-guide`.
import { writeFileSync } from "node:fs";
import { clientGuide } from "./client-guide.ts";

writeFileSync(new URL("../docs/client-configurations.md", import.meta.url), clientGuide());
