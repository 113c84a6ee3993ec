// The guides as pages and as text: each is served under its name, every link and anchor leads somewhere, and a text
// that is read outside of the instance has the instance's address.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { describe, it, test } from "node:test";
import { fileURLToPath } from "node:url";
import { BARE_ENVIRONMENT } from "../../../tests/support/bare-environment.ts";
import { freePort } from "../../../tests/support/free-port.ts";
import { anchors, snippets } from "../../../tests/repo/markdown.ts";
import { pageLink, withLinks } from "../../src/http/pages/docs/library.ts";
import { renderGuide } from "../../src/http/pages/docs/draw-guide.ts";
import { Seed } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

const MINTMARK_SERVER = fileURLToPath(new URL("../../bin/mintmark-server.mjs", import.meta.url));
const DOCS = fileURLToPath(new URL("../../../docs/", import.meta.url));
/** For people who change Mintmark. */
const NOT_SERVED = ["dependencies.md"];
const BASE_URL = "https://tokens.example.org";

const guideFiles = readdirSync(DOCS).filter((name) => name.endsWith(".md"));
const servedFiles = guideFiles.filter((name) => !NOT_SERVED.includes(name));

function textOf(file: string): string {
  return readFileSync(DOCS + file, "utf8");
}

function pathOf(file: string): string {
  return file === "README.md" ? "/docs" : `/docs/${file.replace(/\.md$/, "")}`;
}

function idsIn(html: string): readonly string[] {
  return [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id as string);
}

function hrefsIn(html: string): readonly string[] {
  return [...html.matchAll(/<a [^>]*href="([^"]+)"/g)].map(([, href]) => href as string);
}

test("the API reference is drawn in a checkout that was never built, whose server needs no flag", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "mintmark-reference-"));
  const env = {
    ...BARE_ENVIRONMENT,
    MINTMARK_DATA: join(folder, "m.db"),
    MINTMARK_PORT: String(await freePort()),
    MINTMARK_SHUTDOWN_GRACE: "0",
  };
  const server = spawn(process.execPath, [MINTMARK_SERVER, "serve"], { env });
  t.after(async () => {
    const ended = once(server, "exit");
    server.kill();
    await ended;
    rmSync(folder, { recursive: true });
  });
  let printed = "";
  for await (const chunk of server.stdout.setEncoding("utf8").iterator({ destroyOnReturn: false })) {
    printed += chunk as string;
    if (/ready at \S+\n/.test(printed)) break;
  }
  server.stdout.resume();
  const url = /ready at (\S+)/.exec(printed)?.[1] ?? assert.fail(printed);
  assert.equal((await fetch(`${url}/docs/api`)).status, 200);
});

const SENT_TO: ReadonlySet<string> = new Set([
  "tokens.example.org",
  "api.example.com",
  "127.0.0.1:3210",
  "localhost:4000",
]);

describe("the guides", () => {
  const { instance } = withInstance({ env: { MINTMARK_BASE_URL: BASE_URL } });

  const fetchPage = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(instance.url + path, { headers, redirect: "manual" });
  const htmlOf = async (path: string): Promise<string> => {
    const response = await fetchPage(path);
    assert.equal(response.status, 200, path);
    return response.text();
  };

  it("leave verification free while the API reference is drawn", async () => {
    const seed = new Seed(instance);
    const ada = await seed.person("Ada");
    const { secret } = await seed.token(ada, ada.personal);
    let isDrawn = false;
    const drawn = fetchPage("/docs/api").then((response) => {
      isDrawn = true;
      return response;
    });
    const verified = await fetch(`${instance.url}/api/whoami`, { headers: { Authorization: `Bearer ${secret}` } });
    assert.equal(verified.status, 200);
    assert.equal(isDrawn, false, "the reference was drawn before the verification");
    assert.equal((await drawn).status, 200);
  });

  it("send a token to this instance and to no other, wherever they are served", async () => {
    const texts = ["/llms.txt", "/llms-full.txt", "/openapi.json", "/docs/api"];
    const paths = [
      ...texts,
      ...servedFiles.flatMap((file) => (file === "README.md" ? ["/docs"] : [pathOf(file), `/docs/${file}`])),
    ];
    let commands = 0;
    for (const path of paths) {
      const response = await fetchPage(path);
      assert.equal(response.status, 200, path);
      const text = await response.text();
      assert.doesNotMatch(text, /\b(?:mintmark|tokens)\.example\.com/, path);
      const snippets = [
        ...text.matchAll(/^```(?:sh|powershell)\n([^]*?)^```/gm),
        ...text.matchAll(/data-language="(?:sh|powershell)"><pre><code>([^]*?)<\/code>/g),
      ];
      for (const [, snippet = ""] of snippets) {
        // A credential goes to the instance, or to an API it protects. The afternoon starts an instance and a shop.
        for (const [, host] of snippet.matchAll(/https?:\/\/([^\s/"'&<]+)/g))
          assert.ok(SENT_TO.has(host ?? ""), `${path} names ${host}`);
        commands++;
      }
    }
    assert.ok(commands > 50, String(commands));
  });

  it("are pages without inline script or style, each under the name of its file", async () => {
    for (const file of servedFiles) {
      const response = await fetchPage(pathOf(file));
      assert.equal(response.status, 200, file);
      assert.equal(response.headers.get("content-type"), "text/html; charset=utf-8");
      assert.match(response.headers.get("content-security-policy") ?? "", /script-src 'self'; style-src 'self'/);
      const html = await response.text();
      assert.match(html, /<title>[^<]+ · Mintmark<\/title>/);
      assert.doesNotMatch(html, /<script(?! src=)|<style| style=| on\w+=/, file);
      assert.equal(html.match(/<h1/g)?.length, 1, file);
      assert.equal(html.match(/aria-current="page"/g)?.length, 1, `${file} is marked in the navigation`);
    }
  });

  it("are listed in the index, and so are in the navigation and in llms.txt", () => {
    const index = textOf("README.md");
    const unlisted = servedFiles.filter((file) => file !== "README.md" && !index.includes(`](${file}): `));
    assert.deepEqual(unlisted, [], "docs/README.md does not list a guide");
  });

  it("link to pages and headings that exist, from every page", async () => {
    const seen = new Map<string, readonly string[]>();
    const queue = ["/docs"];
    for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
      if (seen.has(path)) continue;
      const html = await htmlOf(path);
      seen.set(path, idsIn(html));
      if (!path.startsWith("/docs")) continue;
      const links = hrefsIn(html).filter((href) => href.startsWith("/docs"));
      queue.push(...links.map((href) => href.split("#")[0] as string));
    }
    for (const [path] of seen) {
      if (path === "/docs/api") continue;
      for (const href of hrefsIn(await htmlOf(path)).filter((one) => !/^(https?:\/\/|\/$|\/openapi\.json)/.test(one))) {
        const [target = "", anchor] = href.split("#");
        const ids = seen.get(target === "" ? path : target);
        assert.ok(ids !== undefined, `${path} links to ${href}`);
        assert.ok(anchor === undefined || ids.includes(anchor), `${path} links to ${href}`);
      }
    }
    for (const file of servedFiles) assert.ok(seen.has(pathOf(file)), `nothing leads to ${file}`);
    assert.ok(seen.has("/docs/security") && seen.has("/docs/decisions/0004-suspension-pauses"));
  });

  it("have the anchors that GitHub gives them", async () => {
    for (const file of servedFiles) {
      const html = await htmlOf(pathOf(file));
      const wanted = [...anchors(textOf(file))];
      assert.deepEqual(
        idsIn(html).filter((id) => id !== "content" && id !== "contents"),
        wanted,
        file,
      );
    }
  });

  it("are not sent again to a client that has them, and are sent compressed", async () => {
    const first = await fetchPage("/docs/operating");
    const tag = first.headers.get("etag") ?? "";
    assert.equal(first.headers.get("cache-control"), "no-cache");
    assert.equal((await fetchPage("/docs/operating", { "If-None-Match": tag })).status, 304);
    assert.equal((await fetchPage("/docs/concepts", { "If-None-Match": tag })).status, 200);
    assert.equal(
      (await fetchPage("/docs/operating", { "Accept-Encoding": "gzip" })).headers.get("content-encoding"),
      "gzip",
    );
  });

  it("have one address each; an unknown guide is a 404 that lists the guides", async () => {
    for (const [path, to] of [
      ["/docs/", "/docs"],
      ["/docs/README.md", "/docs"],
      ["/docs/concepts/", "/docs/concepts"],
      ["/docs/decisions/README.md", "/docs/decisions"],
    ] as const) {
      const response = await fetchPage(path);
      assert.deepEqual([response.status, response.headers.get("location")], [308, to], path);
    }
    for (const path of [
      "/docs/no-such",
      "/docs/dependencies",
      "/docs/..%2fSECURITY",
      "/docs/decisions/x.md",
      "/docs/x.y",
    ]) {
      const response = await fetchPage(path);
      assert.equal(response.status, 404, path);
      assert.equal(response.headers.get("etag"), null);
    }
    const html = await (await fetchPage("/docs/no-such")).text();
    assert.match(html, /<h1>No such guide<\/h1>/);
    for (const file of ["concepts.md", "operating.md"]) assert.ok(hrefsIn(html).includes(pathOf(file)));
  });

  it("are Markdown under .md, with the instance's address in the examples and in every link", async () => {
    const response = await fetchPage("/docs/ai-clients.md");
    assert.equal(response.headers.get("content-type"), "text/markdown; charset=utf-8");
    const text = await response.text();
    assert.match(text, new RegExp(`${BASE_URL}/mcp`));
    assert.doesNotMatch(text, /mintmark\.example\.com/);
    assert.match(text, new RegExp(`\\]\\(${BASE_URL}/docs/concepts#what-no-token-may-do\\)`));
    assert.match(await htmlOf("/docs/ai-clients"), new RegExp(`${BASE_URL}/mcp`));
  });

  it("are listed in llms.txt, and are all in llms-full.txt", async () => {
    const short = await fetchPage("/llms.txt");
    assert.equal(short.headers.get("content-type"), "text/plain; charset=utf-8");
    const text = await short.text();
    assert.match(text, /^# Mintmark\n\n> [^\n]+\n\nThis instance is at /);
    // The address, the header, the MCP server, the form of errors, and who makes tokens come before the guides.
    const opening = text.slice(0, text.indexOf("\n## "));
    for (const fact of [BASE_URL, "Authorization: Bearer", `${BASE_URL}/mcp`, "problem+json", "No token makes a token"])
      assert.ok(opening.includes(fact), fact);
    const links = [...text.matchAll(/^- \[[^\]]+\]\(([^)]+)\)(?:: .+)?$/gm)].map(([, link]) => link as string);
    for (const link of links) {
      assert.ok(link.startsWith(`${BASE_URL}/`), link);
      assert.equal((await fetchPage(link.slice(BASE_URL.length))).status, 200, link);
    }
    const full = await (await fetchPage("/llms-full.txt")).text();
    for (const file of servedFiles.filter((name) => name !== "README.md")) {
      assert.ok(full.includes(`\n\nSource: ${BASE_URL}${pathOf(file)}\n`), file);
      assert.ok(full.includes(textOf(file).split("\n")[0] as string), file);
    }
    assert.doesNotMatch(full, /\]\((?!https?:\/\/)/, "a link leads nowhere from here");
    const anchored = new Set(
      [...full.matchAll(/\]\(([^)#]+)#([^)]+)\)/g)].filter(([, page]) => page?.startsWith(BASE_URL)),
    );
    assert.ok(anchored.size > 40);
    for (const [, page = "", anchor = ""] of anchored)
      assert.ok(idsIn(await htmlOf(page.slice(BASE_URL.length))).includes(anchor), `${page}#${anchor}`);
  });
});

describe("what the guides show", () => {
  const { instance } = withInstance();
  const shown = (file: string, key: string): Record<string, unknown> => {
    const found = snippets(textOf(file))
      .filter(({ language }) => language === "json")
      .map(({ text }) => JSON.parse(text) as Record<string, unknown>)
      .find((value) => Object.hasOwn(value, key));
    assert.ok(found !== undefined, `${file} shows no ${key}`);
    return found;
  };

  it("is the error that the API returns", async () => {
    const seed = new Seed(instance);
    const ada = await seed.person("Ada");
    const organization = await seed.organization(ada, "Northwind");
    const ben = await seed.person("Ben");
    await seed.member(organization, ben, "viewer");
    const { secret } = await seed.token(ben, organization);
    const headers = { Authorization: `Bearer ${secret}` };
    const response = await fetch(`${instance.url}/api/organizations/${organization.id}/audit-events`, { headers });
    const { requestId, ...answered } = (await response.json()) as Record<string, unknown>;
    const { requestId: _, ...documented } = shown("http.md", "requestId");
    assert.equal(typeof requestId, "string");
    assert.deepEqual(answered, documented);
  });

  it("is a token policy that the API takes as it is", async () => {
    const seed = new Seed(instance);
    const ada = await seed.person("Ada");
    const organization = await seed.organization(ada, "Northwind");
    const path = `/api/organizations/${organization.id}/token-policy`;
    const policy = shown("configuration.md", "maxLifetimeDays");
    const session = await seed.session(ada, organization);
    assert.equal((await session.put(path, policy)).status, 200);
    assert.deepEqual((await session.get(path)).body, policy);
  });
});

describe("a guide's Markdown", () => {
  const render = (markdown: string): string => renderGuide(markdown, (href) => href).html;

  it("holds no HTML, whatever it says", () => {
    const html = render('<img src=x onerror="run()">\n\ntext <b>bold</b>\n\n```sh\n</code><script>\n```\n');
    assert.doesNotMatch(html, /<(img|b|script)\b/);
    assert.match(html, /&lt;img src=x/);
  });

  it("leads from file to page, and to nothing that is not served", () => {
    const isServed = (file: string): boolean =>
      ["b.md", "README.md", "decisions/1.md", "../SECURITY.md"].includes(file);
    const from = (file: string) => (href: string) => pageLink(href, file, isServed);
    assert.equal(from("a.md")("b.md#x"), "/docs/b#x");
    assert.equal(from("decisions/1.md")("../b.md"), "/docs/b");
    assert.equal(from("b.md")("../SECURITY.md#y"), "/docs/security#y");
    assert.equal(from("../SECURITY.md")("docs/b.md"), "/docs/b");
    assert.equal(from("b.md")("README.md"), "/docs");
    assert.equal(from("b.md")("../openapi.json"), "/openapi.json");
    assert.equal(from("b.md")("../server/src/main.ts"), null);
    assert.equal(from("b.md")("https://example.com/b.md"), "https://example.com/b.md");
    assert.equal(from("b.md")("#x"), "#x");
    assert.equal(renderGuide("[a](../x.ts)", () => null).html, "<p>a</p>\n");
    const linked = withLinks("[a\nb](x) `[c](x)` [`d`](y)\n```\n[e](x)\n```\n[f](z)", (href) =>
      href === "z" ? null : `!${href}`,
    );
    assert.equal(linked, "[a\nb](!x) `[c](x)` [`d`](!y)\n```\n[e](x)\n```\nf");
  });
});
