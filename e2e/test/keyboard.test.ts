// Everything that matters can be done without a mouse: each stop shows where the focus is, dialogs and menus take it,
// keep it, and give it back.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { openStage } from "../src/stage.ts";
import { atPage, shownSecret, visit } from "../src/steps.ts";
import { becomes, gone, seen } from "../src/waiting.ts";

const { instance, seed, open, person } = await openStage();
const MOST_STOPS = 60;

function hasFocus(locator: Locator): Promise<boolean> {
  return locator.evaluate((element) => element === document.activeElement);
}

/** Presses Tab until the element has the focus. Every stop on the way must show that it has it. */
async function tabTo(page: Page, locator: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  await seen(locator);
  for (let stops = 0; stops < MOST_STOPS; stops++) {
    if (await hasFocus(locator)) return;
    await page.keyboard.press(key);
    const invisible = await stopWithoutRing(page);
    assert.equal(invisible, null, "the focus can be seen");
  }
  assert.fail(`${MOST_STOPS} times ${key} did not lead to ${String(locator)}`);
}

/** The element with the focus when neither it nor what it is drawn in shows a ring. */
function stopWithoutRing(page: Page): Promise<string | null> {
  return page.evaluate(() => {
    const stop = document.activeElement;
    if (stop === null || stop === document.body || stop.getAttribute("aria-hidden") === "true") return null;
    const drawn = [stop, stop.parentElement, stop.parentElement?.parentElement].filter((one) => one instanceof Element);
    const hasRing = drawn.some((one) => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
      return (outlineStyle !== "none" && Number.parseFloat(outlineWidth) > 0) || boxShadow !== "none";
    });
    return hasRing ? null : stop.outerHTML.slice(0, 200);
  });
}

function holdsFocus(locator: Locator): Promise<boolean> {
  return locator.evaluate((element) => element.contains(document.activeElement));
}

/** Tab, pressed many times in both directions, never leaves the element. */
async function assertKeepsFocus(page: Page, within: Locator): Promise<void> {
  for (let stops = 0; stops < 12; stops++) {
    await page.keyboard.press(stops % 4 === 3 ? "Shift+Tab" : "Tab");
    await becomes(() => holdsFocus(within), true, "the focus stays inside");
  }
}

test("a token is minted, copied and revoked without a mouse", async (t) => {
  const ada = await person("Ada");
  const page = await open(t, { person: ada, context: { permissions: ["clipboard-read", "clipboard-write"] } });
  await visit(page, "/settings/tokens", "Personal access tokens");
  await page.keyboard.press("Tab");
  assert.ok(await hasFocus(page.getByRole("link", { name: "Skip to content" })), "the first stop skips the navigation");
  await page.keyboard.press("Enter");
  assert.ok(await hasFocus(page.getByRole("main")));

  await tabTo(page, page.getByRole("link", { name: "New token" }));
  await page.keyboard.press("Enter");
  await becomes(
    () => hasFocus(page.getByRole("heading", { level: 1, name: "New token" })),
    true,
    "a new page, its title",
  );
  await tabTo(page, page.getByLabel("Name", { exact: true }));
  await page.keyboard.type("MacBook CLI");
  await tabTo(page, page.getByRole("radio", { name: "30 days" }));
  await page.keyboard.press("ArrowLeft");
  assert.ok(await page.getByRole("radio", { name: "7 days" }).isChecked());
  await tabTo(page, page.getByRole("radio", { name: "Whole role" }));
  await page.keyboard.press("ArrowDown");
  assert.ok(await page.getByRole("radio", { name: "Read only" }).isChecked());
  await page.keyboard.press("ArrowDown");
  await tabTo(page, page.getByRole("button", { name: "Read-only" }));
  await page.keyboard.press("Space");
  await tabTo(page, page.getByRole("button", { name: "New token" }));
  await page.keyboard.press("Enter");

  const secret = await shownSecret(page);
  await becomes(
    () => hasFocus(page.getByRole("heading", { name: "Your new token" })),
    true,
    "the focus is at the secret",
  );
  await tabTo(page, page.getByRole("button", { name: "Copy token" }));
  await page.keyboard.press("Enter");
  await becomes(() => page.evaluate(() => navigator.clipboard.readText()), secret, "it is copied");
  await tabTo(page, page.getByRole("link", { name: "Done" }));
  await page.keyboard.press("Enter");
  await atPage(page, "Personal access tokens");

  const actions = page.getByRole("button", { name: "Actions for MacBook CLI" });
  const question = page.getByRole("alertdialog", { name: "Revoke “MacBook CLI”?" });
  const keep = question.getByRole("button", { name: "Keep it" });
  await tabTo(page, actions);
  await chooseLast(page);
  await becomes(() => hasFocus(keep), true, "the focus begins on the harmless answer");
  await assertKeepsFocus(page, question);
  await page.keyboard.press("Escape");
  await gone(question);
  await becomes(() => hasFocus(actions), true, "the focus is back where it was");
  assert.equal((await instance.client().withBearer(secret).get("/api/whoami")).status, 200, "nothing was revoked");

  await chooseLast(page);
  await becomes(() => hasFocus(keep), true, "and again");
  await tabTo(page, question.getByRole("button", { name: "Revoke token" }));
  await page.keyboard.press("Enter");
  await gone(question);
  assert.equal((await instance.client().withBearer(secret).get("/api/whoami")).status, 401);
  await becomes(() => page.evaluate(() => document.activeElement === document.body), false, "the focus is not lost");
});

/** Opens the menu that has the focus and chooses its last item. */
async function chooseLast(page: Page): Promise<void> {
  await page.keyboard.press("Enter");
  const menu = page.getByRole("menu");
  await seen(menu);
  await becomes(() => holdsFocus(menu), true, "the menu has the focus");
  await page.keyboard.press("End");
  await becomes(() => hasFocus(menu.getByRole("menuitem").last()), true, "its last item has the focus");
  await page.keyboard.press("Enter");
}

test("dialogs take the focus, keep it, and give it back to what opened them", async (t) => {
  const owner = await person("Olive");
  const acme = await seed.organization(owner, "Acme");
  const page = await open(t, { person: owner, organization: acme });

  await visit(page, "/organization/members", "Members");
  const invite = page.getByRole("button", { name: "Invite member" });
  await tabTo(page, invite);
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Invite to Acme" });
  await becomes(() => holdsFocus(dialog), true, "it takes the focus");
  await assertKeepsFocus(page, dialog);
  await page.keyboard.press("Escape");
  await gone(dialog);
  await becomes(() => hasFocus(invite), true, "the button has it back");

  const organizations = page.getByRole("button", { name: /^Organization:/ });
  await tabTo(page, organizations, "Shift+Tab");
  await chooseLast(page);
  const creation = page.getByRole("dialog", { name: "Create organization" });
  await becomes(() => holdsFocus(creation), true, "it takes the focus");
  await page.keyboard.press("Escape");
  await gone(creation);
  await becomes(() => hasFocus(organizations), true, "the menu's button has it back");
});

test("text typed while the command palette loads is its search, and no shortcut", async (t) => {
  const page = await open(t, { person: await person("Ada Fast") });
  const loads = Promise.withResolvers<void>();
  await page.route(/command-palette/, async (route) => {
    await loads.promise;
    await route.continue();
  });
  await visit(page, "/settings/tokens", "Personal access tokens");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("new tox");
  await page.keyboard.press("Backspace");
  loads.resolve();
  const field = page.getByRole("dialog", { name: "Command palette" }).getByRole("combobox");
  await becomes(() => field.inputValue(), "new to", "the palette has the text");
  await page.keyboard.type("ken");
  await becomes(() => field.inputValue(), "new token", "and takes more at its end");
  assert.equal(new URL(page.url()).pathname, "/settings/tokens", "n was no shortcut");
});

test("on a narrow screen the drawer leads to another page", async (t) => {
  const ada = await person("Ada");
  const page = await open(t, { person: ada, context: { viewport: { width: 360, height: 800 } } });
  await visit(page, "/settings/tokens", "Personal access tokens");
  await tabTo(page, page.getByRole("button", { name: "Menu", exact: true }));
  await page.keyboard.press("Enter");
  const drawer = page.getByRole("dialog", { name: "Settings" });
  await tabTo(page, drawer.getByRole("link", { name: "Profile" }));
  await page.keyboard.press("Enter");
  await gone(drawer);
  await atPage(page, "Profile");
  await becomes(
    () => hasFocus(page.getByRole("heading", { level: 1, name: "Profile" })),
    true,
    "the focus is on its title",
  );
});
