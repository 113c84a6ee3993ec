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
  const index = (): string => readFileSync(join(dist, "index.html"), "utf8");

  it("has no inline script, style or event handler", () => {
    const scripts = [...index().matchAll(/<script\b([^>]*)>([^<]*)<\/script>/g)];
    assert.ok(scripts.length > 0);
    for (const [, attributes = "", body = ""] of scripts) {
      assert.match(attributes, /\bsrc="\/[^"]+"/);
      assert.equal(body.trim(), "");
    }
    assert.doesNotMatch(index(), /<style|\sstyle=|\son[a-z]+=|javascript:/i);
  });

  it("refers only to files of its own that exist", () => {
    const files = [...index().matchAll(/\b(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? "");
    assert.ok(files.length >= 5);
    for (const file of files) assert.ok(file.startsWith("/") && existsSync(join(dist, file)), file);
  });

  it("loads its font and its styles from files, none from a data: URL", () => {
    const styles = readdirSync(join(dist, "assets")).filter((name) => name.endsWith(".css"));
    const urls = styles.flatMap((name) => [
      ...readFileSync(join(dist, "assets", name), "utf8").matchAll(/url\(["']?([^"')]+)/g),
    ]);
    assert.ok(urls.length > 0);
    for (const [, url = ""] of urls) assert.match(url, /^(?:\/assets|\.)\/[^:]+$/);
  });

  it("needs less than 250 kB of script, compressed, for its first page", () => {
    const first = [...index().matchAll(/"(\/assets\/[^"]+\.js)"/g)].map((match) => match[1] ?? "");
    const largestPage = Math.max(...pages().map((name) => compressed(join("assets", name))));
    const sum = [...new Set(first)].reduce((bytes, file) => bytes + compressed(file), 0) + largestPage;
    assert.ok(sum > 0 && sum < FIRST_PAGE_BYTES, `${sum} bytes`);
  });

  it("has a file of code for each page", () => assert.ok(pages().length >= 15, pages().join()));
});

function pages(): string[] {
  return readdirSync(join(dist, "assets")).filter((name) => /-page-[^.]+\.js$/.test(name));
}

function compressed(file: string): number {
  return gzipSync(readFileSync(join(dist, file))).length;
}
