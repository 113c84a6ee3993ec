// The built page obeys the Content-Security-Policy it is served with, and is small enough for a slow line.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const FIRST_PAGE_BYTES = 250_000;

describe("web/dist", () => {
  before(() => assert.ok(existsSync(join(dist, "index.html")), "web/dist is missing: `npm test` builds it first"));
  const read = (file: string): string => readFileSync(join(dist, file), "utf8");
  const scriptsOf = (file: string): string[] =>
    [...read(file).matchAll(/"\/assets\/([^"]+\.js)"/g)].map((match) => match[1] ?? "");

  for (const file of ["index.html", "embed/tokens.html"]) {
    it(`${file} has no inline script, style or event handler`, () => {
      const scripts = [...read(file).matchAll(/<script\b([^>]*)>([^<]*)<\/script>/g)];
      assert.ok(scripts.length > 0);
      for (const [, attributes = "", body = ""] of scripts) {
        assert.match(attributes, /\bsrc="\/[^"]+"/);
        assert.equal(body.trim(), "");
      }
      assert.doesNotMatch(read(file), /<style|\sstyle=|\son[a-z]+=|javascript:/i);
    });

    it(`${file} refers only to its own files, which exist`, () => {
      const files = [...read(file).matchAll(/\b(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? "");
      assert.ok(files.length >= 2);
      for (const name of files) assert.ok(name.startsWith("/") && existsSync(join(dist, name)), name);
    });
  }

  it("loads its font and its styles from files, none from a data: URL", () => {
    const styles = readdirSync(join(dist, "assets")).filter((name) => name.endsWith(".css"));
    const urls = styles.flatMap((name) => [
      ...readFileSync(join(dist, "assets", name), "utf8").matchAll(/url\(["']?([^"')]+)/g),
    ]);
    assert.ok(urls.length > 0);
    for (const [, url = ""] of urls) assert.match(url, /^(?:\/assets|\.)\/[^:]+$/);
  });

  it("needs less than 250 kB of script, compressed, for whichever page comes first", () => {
    const framed = readdirSync(join(dist, "assets")).filter((name) => /^embed-app-[^.]+\.js$/.test(name));
    assert.equal(framed.length, 1);
    for (const [entry, page] of [
      ...pages().map((name) => ["index.html", name] as const),
      ...framed.map((name) => ["embed/tokens.html", name] as const),
    ]) {
      const files = withImports([...scriptsOf(entry), page]);
      assert.ok(files.size > scriptsOf(entry).length, `${page} imports something`);
      const sum = [...files].reduce((bytes, file) => bytes + compressed(join("assets", file)), 0);
      assert.ok(sum < FIRST_PAGE_BYTES, `${page}: ${sum} bytes`);
    }
  });

  it("has a file of code for each page", () => assert.ok(pages().length >= 15, pages().join()));
});

function pages(): string[] {
  return readdirSync(join(dist, "assets")).filter((name) => /-page-[^.]+\.js$/.test(name));
}

/** The files, and all that must be there before they run. */
function withImports(files: readonly string[], found = new Set<string>()): Set<string> {
  for (const file of files) {
    if (found.has(file)) continue;
    found.add(file);
    const code = readFileSync(join(dist, "assets", file), "utf8");
    const imports = [...code.matchAll(/(?:\bfrom|\bimport)\s*["']\.\/([^"']+\.js)["']/g)].map(
      (match) => match[1] ?? "",
    );
    withImports(imports, found);
  }
  return found;
}

function compressed(file: string): number {
  return gzipSync(readFileSync(join(dist, file))).length;
}
