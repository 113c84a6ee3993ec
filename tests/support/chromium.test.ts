import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import process from "node:process";
import { after, test } from "node:test";
import { launchChromium } from "./chromium.ts";

const page =
  "<!doctype html><title>Tokens</title><h1>One token</h1><script src=/s.js></script><script>document.title='inline'</script>";

test("launchChromium() gives a browser that draws a page and keeps its content security policy", async () => {
  const server = createServer((request, response) => {
    response.setHeader("content-security-policy", "default-src 'self'");
    const isScript = request.url === "/s.js";
    response.setHeader("content-type", isScript ? "text/javascript; charset=utf-8" : "text/html; charset=utf-8");
    response.end(isScript ? "document.querySelector('h1').textContent += ', drawn';" : page);
  }).listen(0, "127.0.0.1");
  after(() => server.close());
  await once(server, "listening");
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");

  const libraryPath = process.env["LD_LIBRARY_PATH"];
  const browser = await launchChromium();
  try {
    const tab = await browser.newPage();
    await tab.goto(`http://127.0.0.1:${address.port}/`);
    assert.equal(await tab.textContent("h1"), "One token, drawn");
    assert.equal(await tab.title(), "Tokens", "the inline script must not run");
    assert.ok((await tab.screenshot()).length > 1000);
  } finally {
    await browser.close();
  }
  assert.equal(process.env["LD_LIBRARY_PATH"], libraryPath);
});
