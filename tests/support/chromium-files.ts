// Unpacks the browser that npm delivers compressed, once per installation of the dependencies, into
// node_modules/.cache. Test files run in parallel: each unpacks into a separate folder and renames it into place. The
// second one deletes its folder, so no test ever starts a half-written program.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ARCHIVES = ["chromium.br", "al2023.tar.br", "fonts.tar.br"];

/** The folder with `chromium`, its libraries in `al2023/lib` and its fonts in `fonts`. */
export async function unpackedChromium(): Promise<string> {
  const packageFolder = dirname(dirname(fileURLToPath(import.meta.resolve("@sparticuz/chromium"))));
  const manifest = JSON.parse(await readFile(join(packageFolder, "package.json"), "utf8")) as { version: string };
  const caches = fileURLToPath(new URL("../../node_modules/.cache/", import.meta.url));
  const target = join(caches, `chromium-${manifest.version}`);
  if (existsSync(target)) return target;

  await mkdir(caches, { recursive: true });
  const draft = await mkdtemp(join(caches, "unpacking-"));
  try {
    await inflate(join(packageFolder, "bin"), draft);
    await writeFile(join(draft, "fonts", "fonts.conf"), fontsConf(target));
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  return target;
}

/** The package unpacks only into TMPDIR. A separate process avoids a change of TMPDIR for everything in this one. */
async function inflate(archives: string, into: string): Promise<void> {
  const paths = ARCHIVES.map((name) => join(archives, name));
  const code = `
    import { inflate } from "@sparticuz/chromium";
    await Promise.all(${JSON.stringify(paths)}.map((path) => inflate(path)));
  `;
  const { AWS_EXECUTION_ENV: _lambda, ...env } = process.env;
  await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", code], {
    cwd: dirname(fileURLToPath(import.meta.url)),
    env: { ...env, TMPDIR: into },
  });
}

/** The packed file names folders of another machine. Without any font, Chromium crashes at the first page. */
function fontsConf(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${escapeXml(join(folder, "fonts", "fonts"))}</dir>
  <cachedir>${escapeXml(join(folder, "fonts", "cache"))}</cachedir>
</fontconfig>
`;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
