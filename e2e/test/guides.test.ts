// The guides in a browser: readable by everybody in both themes and at every width, with code that is copied by a
// press of a button, also where the browser keeps the clipboard from scripts.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, test } from "node:test";
import { assertAccessible, assertStateAccessible } from "../src/accessibility.ts";
import { controlsBeyond, scrollsSideways } from "../src/layout.ts";
import { openStage } from "../src/stage.ts";
import { becomes, seen } from "../src/waiting.ts";

const { open } = await openStage();
const NOT_SERVED = ["README.md", "dependencies.md"];
const GUIDES = readdirSync(new URL("../../docs/", import.meta.url))
  .filter((name) => name.endsWith(".md") && !NOT_SERVED.includes(name))
  .map((name) => `/docs/${name.replace(/\.md$/, "")}`);

describe("the guides", { concurrency: 2 }, () => {
  test("are accessible, and stay in the window", async (t) => {
    const page = await open(t);
    await page.goto("/docs/concepts");
    await page.evaluate(gather, [
      ...GUIDES,
      "/docs/security",
      "/docs/decisions",
      "/docs/decisions/0004-suspension-pauses",
    ]);
    await assertStateAccessible(page, "guides");
    await page.setViewportSize({ width: 360, height: 800 });
    assert.deepEqual(await controlsBeyond(page), []);
  });

  test("are in the font of the app, from the instance itself", async (t) => {
    const page = await open(t);
    await page.goto("/docs/concepts");
    const fonts = await page.evaluate(async () => {
      await document.fonts.ready;
      return [...document.fonts].filter(({ status }) => status === "loaded").map(({ family }) => family);
    });
    assert.ok(
      fonts.some((family) => family.includes("Inter Variable")),
      fonts.join(),
    );
    assert.ok(
      fonts.some((family) => family.includes("JetBrains Mono Variable")),
      fonts.join(),
    );
  });

  test("have an index, and say where to go from an address without one", async (t) => {
    const page = await open(t);
    await page.goto("/docs");
    await seen(page.getByRole("heading", { level: 1, name: "Mintmark" }));
    await assertAccessible(page, "index");
    await page.goto("/docs/no-such-guide");
    await assertAccessible(page, "no such guide");
    await page.getByRole("navigation", { name: "Guides" }).getByRole("link", { name: "Concepts" }).click();
    await seen(page.getByRole("heading", { level: 1, name: "Concepts" }));
    await page.getByRole("link", { name: /^Before Quick start$/ }).click();
    await seen(page.getByRole("heading", { level: 1, name: "Quick start" }));
  });

  test("copy code, and say so", async (t) => {
    const page = await open(t, { context: { permissions: ["clipboard-read", "clipboard-write"] } });
    await page.goto("/docs/quick-start");
    await page.getByRole("button", { name: "Copy this code" }).first().click();
    await seen(page.getByText("Copied", { exact: true }));
    await becomes(() => page.getByRole("status").textContent(), "Copied to the clipboard.", "what is said");
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "npm start");
    await page.evaluate(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
    await page.getByRole("button", { name: "Copy this code" }).nth(1).click();
    await becomes(() => page.evaluate(() => getSelection()?.toString().trim()), "npm run demo", "what is selected");
  });

  test("are read with the keyboard: past the header, to a part, to a table that scrolls", async (t) => {
    const page = await open(t);
    await page.goto("/docs/configuration");
    await page.keyboard.press("Tab");
    await seen(page.getByRole("link", { name: "Skip to content" }));
    await page.keyboard.press("Enter");
    await becomes(() => page.evaluate(() => document.activeElement?.id), "content", "the focus");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await becomes(() => new URL(page.url()).hash, "#environment", "the address");
    await page.setViewportSize({ width: 360, height: 800 });
    await page.getByRole("group", { name: "Table: Environment" }).focus();
    await page.keyboard.press("End");
    assert.equal(await scrollsSideways(page), false);
  });

  test("take the theme that was chosen in the app, and print without what is not the guide", async (t) => {
    const page = await open(t, { context: { colorScheme: "light" } });
    await page.goto("/docs");
    await page.evaluate(() => localStorage.setItem("mintmark-theme", "dark"));
    await page.goto("/docs/concepts");
    assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme), "dark");
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.getByRole("navigation").filter({ visible: true }).count(), 0);
    await seen(page.getByRole("heading", { level: 1, name: "Concepts" }));
  });
});

/**
 * Puts the beginnings of the guides below each other into one page. All guides look the same, and checking each of
 * them, or all of a long one, takes long.
 */
async function gather(paths: readonly string[]): Promise<void> {
  const MOST_BLOCKS = 30;
  const main = document.querySelector("main");
  for (const path of paths) {
    const html = await (await fetch(path)).text();
    const guide = new DOMParser().parseFromString(html, "text/html").querySelector("main");
    const blocks = [...(guide?.children ?? [])].slice(0, MOST_BLOCKS);
    if (blocks.length < 3) throw new Error(`${path} has nothing to look at`);
    for (const one of blocks.flatMap((block) => [block, ...block.querySelectorAll("[id]")])) one.removeAttribute("id");
    main?.append(...blocks);
  }
}
