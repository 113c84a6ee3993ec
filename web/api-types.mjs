// Writes the app's types of the HTTP API from openapi.json, and does nothing when they are up to date. They are not
// committed: npm's pre-hooks of types, lint and dead-code run this, and so does scripts/build-web.mjs.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const document = new URL("../openapi.json", import.meta.url);
const lockFile = new URL("../package-lock.json", import.meta.url);
const types = new URL("src/api/openapi.generated.ts", import.meta.url);

// The lock file names the version of the generator.
const hash = createHash("sha256").update(readFileSync(document)).update(readFileSync(lockFile)).digest("hex");
const stamp = `// Generated from openapi.json. ${hash}\n`;

if (!existsSync(types) || !readFileSync(types, "utf8").startsWith(stamp)) {
  const { default: openapiTS, astToString } = await import("openapi-typescript");
  writeFileSync(types, stamp + astToString(await openapiTS(document)));
}
