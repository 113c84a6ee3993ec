// The check of accessibility finds what it is for: low contrast in whichever look has it, also where texts that look
// alike have passed before.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Page } from "playwright-core";
import { assertAccessible, assertStateAccessible } from "../src/accessibility.ts";
import { openBrowser, openPage } from "../src/stage.ts";

const browser = await openBrowser();
const ADDRESS = "http://checked.test";
const GOOD =
  "body { color: #111; background: #fff } @media (prefers-color-scheme: dark) { body { color: #eee; background: #111 } }";
const DARK = "(prefers-color-scheme: dark)";
const NARROW = "(max-width: 400px)";

/** A page of this style, whose texts are good but for what the style does. */
async function pageOf(t: TestContext, style: string, content = "<p class=text>Some text</p>"): Promise<Page> {
  const page = await openPage(t, browser, ADDRESS);
  const head = `<title>Checked</title><meta name=viewport content="width=device-width"><link rel=icon href="data:,">`;
  const body = `<!doctype html><html lang=en>${head}<style>${GOOD} ${style}</style><main><h1>Checked</h1>${content}</main>`;
  await page.route(`${ADDRESS}/**`, (route) => route.fulfill({ contentType: "text/html", body }));
  await page.goto("/");
  return page;
}

/** The looks in which the contrast of an element of this class is found too low. */
async function looksFound(page: Page, check = assertAccessible): Promise<readonly string[]> {
  const { actual } = await check(page, "a state").then(
    () => ({ actual: [] }),
    (error: unknown) => error as { readonly actual: readonly string[] },
  );
  for (const found of actual) assert.match(found, /color-contrast: .*class="text"/);
  return actual.map((found) => found.slice(0, found.indexOf(" px")));
}

test("a page of good contrast passes, and again", async (t) => {
  const page = await pageOf(t, "");
  await assertAccessible(page, "first");
  await assertAccessible(page, "second");
  await assertStateAccessible(page, "its state");
});

for (const [look, query] of Object.entries({
  "light, 1280": `(prefers-color-scheme: light) and (min-width: 401px)`,
  "dark, 1280": `${DARK} and (min-width: 401px)`,
  "light, 360": `(prefers-color-scheme: light) and ${NARROW}`,
  "dark, 360": `${DARK} and ${NARROW}`,
})) {
  test(`a colour of text that is too weak only in the look ${look} is found there`, async (t) => {
    const page = await pageOf(t, `@media ${query} { .text { color: #777; background: #888 } }`);
    assert.deepEqual(await looksFound(page), [look]);
    // A second time, from the other end.
    assert.deepEqual(await looksFound(page), [look]);
  });
}

test("a background of an ancestor, a smaller size and a lower opacity count", async (t) => {
  const weak = {
    background: `@media ${DARK} and (min-width: 401px) { main { background: #777; border-radius: 4px } h1 { color: #000; background: #fff } }`,
    size: `.text { color: #767676; background: #f4f4f4; font-size: 40px } @media ${DARK} and (min-width: 401px) { .text { font-size: 12px } }`,
    opacity: `@media ${DARK} and (min-width: 401px) { .text { opacity: 0.3 } }`,
    "opacity of a group": `.text { color: #000; background: #fff } @media ${DARK} and (min-width: 401px) { main { opacity: 0.3 } h1 { visibility: hidden } }`,
    "an element beneath": `@media ${DARK} and (min-width: 401px) { .beneath { position: absolute; inset: 0; background: #bbb } .text, h1 { position: relative } h1 { background: #111 } }`,
    "outside its ancestor": `.box { background: #fff; color: #444; height: 50px } @media ${DARK} and (min-width: 401px) { .box .text { position: relative; top: 60px } }`,
  };
  for (const [name, style] of Object.entries(weak)) {
    const page = await pageOf(t, style, "<div class=beneath></div><div class=box><p class=text>Some text</p></div>");
    assert.deepEqual(await looksFound(page), ["dark, 1280"], name);
  }
});

test("what only a state shows is found in either of its looks", async (t) => {
  for (const [look, query] of [
    ["light, 1280", "(min-width: 401px)"],
    ["dark, 360", NARROW],
  ] as const) {
    const page = await pageOf(t, `.text { display: none } @media ${query} { .text { color: #777; background: #888 } }`);
    await assertAccessible(page, "before");
    await page.evaluate(() => document.querySelector(".text")?.setAttribute("style", "display: block"));
    assert.deepEqual(await looksFound(page, assertStateAccessible), [look]);
  }
});

test("what nothing has measured is not taken for passed", async (t) => {
  // Three texts in the weak colour that axe does not report: a single character, a disabled one, and a hidden one.
  const exempt = "<p class=weak>x</p><button class=weak disabled>Text</button><p class=weak hidden>Text</p>";
  const style = ".weak, .text { color: #777; background: #888; font: 16px serif; border: 0 }";
  await assertAccessible(await pageOf(t, style, exempt), "exempt");
  const page = await pageOf(
    t,
    `${style} @media (min-width: 401px) { .text { display: none } }`,
    `${exempt}<p class=text>Text</p>`,
  );
  assert.deepEqual(await looksFound(page), ["light, 360", "dark, 360"]);
});
