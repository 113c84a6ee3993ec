// Puts beside the compiled server what it serves and what is not compiled: the guides and the built web app. The package
// `mintmark` ships `dist`, and so ships them. It is the last step of `npm run build`.
import { cpSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, "server/dist");

for (const folder of ["docs", "web"]) rmSync(join(dist, folder), { recursive: true, force: true });
cpSync(join(root, "web/dist"), join(dist, "web"), { recursive: true });
for (const entry of readdirSync(join(root, "docs"), { recursive: true })) {
  if (entry.endsWith(".md")) cpSync(join(root, "docs", entry), join(dist, "docs", entry));
}
// A guide too, which lies where such files are looked for.
cpSync(join(root, "SECURITY.md"), join(dist, "SECURITY.md"));
