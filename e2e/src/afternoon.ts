// Follows docs/integrate.md as its reader would: puts its programs into the shop, and runs its commands in order.
import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { commandsOf, type Snippet, snippets } from "../../tests/repo/markdown.ts";
import { run, type Running, startProgram } from "./programs.ts";

const ROOT: string = fileURLToPath(new URL("../../", import.meta.url));

/** A change of the shop: a new file, or lines above or instead of a line of a file. */
const CHANGE = /^\/\/ (?:New file (\S+)|In (\S+), (above|instead of): (.+))\n/;

export class Afternoon {
  readonly #snippets: readonly Snippet[] = snippets(readFileSync(join(ROOT, "docs/integrate.md"), "utf8"));
  readonly #folder: string;
  readonly #addresses: Readonly<Record<string, string>>;
  readonly #env: Record<string, string>;
  readonly #commands: readonly string[];
  #next = 0;

  /** `instance` and `shop` are free ports. */
  constructor(folder: string, { instance, shop }: { readonly instance: number; readonly shop: number }) {
    this.#folder = folder;
    this.#addresses = {
      "http://127.0.0.1:3210": `http://127.0.0.1:${instance}`,
      "http://localhost:4000": `http://localhost:${shop}`,
    };
    this.#env = {
      MINTMARK_PORT: String(instance),
      PORT: String(shop),
      PRODUCT: folder,
      MINTMARK_DATA: join(folder, "mintmark.db"),
      BETTER_AUTH_TELEMETRY: "0",
    };
    this.#commands = this.#snippets.filter(({ language }) => language === "sh").flatMap(commandsOf);
  }

  get commandCount(): number {
    return this.#commands.length;
  }

  /** Puts the shop into the folder, as it is before. Its packages are those of the checkout. */
  async openShop(): Promise<void> {
    await cp(join(ROOT, "examples/shop"), this.#folder, { recursive: true });
    await writeFile(join(this.#folder, "package.json"), '{ "type": "module" }\n');
    await mkdir(join(this.#folder, "node_modules/@mintmark"), { recursive: true });
    for (const name of ["better-auth", "express"]) {
      const places = ["e2e/node_modules", "node_modules"].map((place) => join(ROOT, place, name));
      symlinkSync(places.find((place) => existsSync(place)) ?? "", join(this.#folder, "node_modules", name));
    }
  }

  /** Makes every change that the guide shows. Returns how many lines it adds or replaces. */
  async changeShop(): Promise<number> {
    let lines = 0;
    for (const { language, text } of this.#snippets) {
      if (language !== "js") continue;
      const [heading = "", newFile, file = "", place, line = ""] = CHANGE.exec(text) ?? [];
      if (heading === "") throw new Error(`the guide does not say where this belongs:\n${text}`);
      const change = text.slice(heading.length);
      lines += change.trimEnd().split("\n").length;
      if (newFile !== undefined) {
        await writeFile(join(this.#folder, newFile), change);
        continue;
      }
      const path = join(this.#folder, file);
      const before = await readFile(path, "utf8");
      const at = before.split("\n").filter((each) => each.trim() === line);
      if (at.length !== 1) throw new Error(`${file} has ${at.length} lines "${line}"`);
      const found = `${at[0]}\n`;
      await writeFile(
        path,
        before.replace(found, () => (place === "above" ? change + found : change)),
      );
    }
    return lines;
  }

  /** Runs the next command of the guide to its end, which must be this one. */
  async run(expected: RegExp): Promise<{ readonly stdout: string; readonly status: number | null }> {
    const command = this.#take(expected);
    const { code, stdout, stderr } = await run("bash", ["-c", PRELUDE + command], { env: this.#env });
    if (code !== 0) throw new Error(`${command}\nexits ${code}:\n${stdout}${stderr}`);
    const status = /\nstatus (\d+)$/.exec(stdout)?.[1];
    return { stdout, status: status === undefined ? null : Number(status) };
  }

  /** Starts the next command, which runs until it is killed. */
  start(expected: RegExp): Running {
    return startProgram("bash", ["-c", PRELUDE + this.#take(expected)], this.#env);
  }

  /** The next command reads a secret that is pasted: its variable has it from here on. */
  paste(secret: string): void {
    const [, name = ""] = /^read -rs (\w+); export \1$/.exec(this.#take(/^read /)) ?? [];
    this.#env[name] = secret;
  }

  secret(name: string): string {
    return this.#env[name] ?? "";
  }

  #take(expected: RegExp): string {
    const command = this.#commands[this.#next++] ?? "";
    if (!expected.test(command)) throw new Error(`the guide's next command is not ${expected}: ${command}`);
    return Object.entries(this.#addresses).reduce((text, [from, to]) => text.replaceAll(from, to), command);
  }
}

/**
 * The programs of the checkout under the names of the guide. The packed SDK is unpacked where npm would put it, because npm
 * would also install the packages that the shop has by links.
 */
const PRELUDE = `set -euo pipefail
cd "$PRODUCT"
npx() { local name=$1; shift; exec node --conditions=development "${ROOT}server/bin/$name.mjs" "$@"; }
npm() {
  case $1 in
    pack) (cd "${ROOT}" && command npm "$@" --silent) ;;
    install) mkdir -p node_modules/@mintmark/sdk && tar -xzf "$2" -C node_modules/@mintmark/sdk --strip-components=1 ;;
  esac
}
curl() { command curl --silent --show-error --write-out '\\nstatus %{http_code}' "$@"; }
node() { exec node "$@"; }
`;
