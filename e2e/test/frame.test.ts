// The frame around every signed-in page: the command palette and the keys, a session that ends, links that lead deep
// into the app, and what comes out of a printer.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { assertStateAccessible } from "../src/accessibility.ts";
import { openStage, PASSWORD } from "../src/stage.ts";
import { atPage, signIn, visit } from "../src/steps.ts";
import { becomes, gone, seen } from "../src/waiting.ts";

const { instance, seed, open, person } = await openStage();

const palette = (page: Page): Locator => page.getByRole("dialog", { name: "Command palette" });
const hasFocus = (locator: Locator): Promise<boolean> =>
  locator.evaluate((element) => element === document.activeElement);

async function openPalette(page: Page, typed = ""): Promise<void> {
  await page.keyboard.press("Control+k");
  await becomes(() => hasFocus(palette(page).getByRole("combobox")), true, "its field has the focus");
  await page.keyboard.type(typed);
}

/** Presses Enter once the entry that it would choose is the one with this name. */
async function enterOn(page: Page, name: string | RegExp): Promise<void> {
  const field = palette(page).getByRole("combobox");
  const option = palette(page).getByRole("option", { name });
  await seen(option.first());
  await becomes(
    async () => (await field.getAttribute("aria-activedescendant")) === (await option.first().getAttribute("id")),
    true,
    "readers hear this entry",
  );
  await page.keyboard.press("Enter");
  await gone(palette(page));
}

test("the palette leads to pages, organizations, tokens and what is done often, by the keyboard alone", async (t) => {
  const ada = await person("Ada");
  const acme = await seed.organization(ada, "Acme");
  await seed.organization(ada, "Globex");
  const { id, secret } = await seed.token(ada, acme, { name: "CI deploy" });
  const page = await open(t, { person: ada, organization: acme });
  await visit(page, "/settings/profile", "Profile");

  await openPalette(page);
  await assertStateAccessible(page, "the palette");
  await page.keyboard.type("nothing is called like this");
  await seen(palette(page).getByText("No page, action or token has this name."));
  await assertStateAccessible(page, "the palette without a match");
  await page.keyboard.press("Escape");
  await gone(palette(page));

  await openPalette(page, "memb");
  await enterOn(page, "Members");
  await atPage(page, "Members");
  const heading = page.getByRole("heading", { level: 1, name: "Members" });
  await becomes(() => hasFocus(heading), true, "the new page has the focus");

  await openPalette(page, "switch glob");
  await enterOn(page, /^Globex/);
  await seen(page.getByRole("button", { name: "Organization: Globex" }));

  await openPalette(page, "dark");
  await enterOn(page, "Dark theme");
  await becomes(() => page.evaluate(() => document.documentElement.dataset["theme"]), "dark", "the theme");

  await openPalette(page, secret);
  await enterOn(page, /^CI deploy/);
  await becomes(() => new URL(page.url()).pathname, `/settings/tokens/${id}`, "its token");
  await becomes(() => hasFocus(page.getByRole("heading", { level: 1 })), true, "its page");
  assert.ok(!page.url().includes(secret));

  await openPalette(page, "create organization");
  await enterOn(page, "Create organization");
  const dialog = page.getByRole("dialog", { name: "Create organization" });
  await seen(dialog);
  await page.keyboard.press("Escape");
  await gone(dialog);

  await openPalette(page, "log out");
  await enterOn(page, "Sign out");
  await atPage(page, "Sign in");
});

test("somebody in more organizations than their session names still finds each of them", async (t) => {
  const ada = await person("Ada");
  const first = await seed.organization(ada, "Organization 00");
  for (let index = 1; index < 30; index++)
    await seed.organization(ada, `Organization ${String(index).padStart(2, "0")}`);
  const page = await open(t, { person: ada, organization: first });
  await visit(page, "/settings/profile", "Profile");
  await page.getByRole("button", { name: "Organization: Organization 00" }).click();
  await becomes(() => page.getByRole("menuitemradio").count(), 31, "all of them are in the menu");
  await assertStateAccessible(page, "the menu of many organizations");
  // By the keyboard: the menu scrolls, and may still move into place when a mouse would be there.
  await page.getByRole("menuitemradio", { name: /^Organization 29/ }).press("Enter");
  await seen(page.getByRole("button", { name: "Organization: Organization 29" }));
  await openPalette(page, "switch organization 28");
  await enterOn(page, /^Organization 28/);
  await seen(page.getByRole("button", { name: "Organization: Organization 28" }));
  await visit(page, "/settings/tokens/new", "New token");
  const options = page.getByLabel("Organization", { exact: true }).locator("option");
  await becomes(() => options.count(), 31, "a token can be made in each");
});

test("key shortcuts navigate, but not while text is typed, over a dialog, or when they are switched off", async (t) => {
  const ada = await person("Ada");
  const page = await open(t, { person: ada });
  await seed.token(ada, ada.personal, { name: "CI deploy" });
  await visit(page, "/settings/profile", "Profile");
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await atPage(page, "Personal access tokens");
  const search = page.getByRole("searchbox", { name: "Search tokens" });
  await seen(search);
  await page.keyboard.press("/");
  await becomes(() => hasFocus(search), true, "the search field has the focus");
  await page.keyboard.type("gpn?/");
  assert.equal(await search.inputValue(), "gpn?/", "keys are text in a field");
  await search.fill("");
  await search.blur();

  await page.keyboard.press("?");
  const list = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await seen(list);
  await assertStateAccessible(page, "the list of shortcuts");
  await page.keyboard.press("n");
  await list.getByRole("checkbox", { name: "Shortcuts of one letter" }).uncheck();
  await page.keyboard.press("Escape");
  await gone(list);
  await page.keyboard.press("n");
  await page.keyboard.press("?");
  await page.reload();
  await atPage(page, "Personal access tokens");
  await page.keyboard.press("n");
  await openPalette(page, "keyboard");
  assert.equal(new URL(page.url()).pathname, "/settings/tokens", "no key has navigated");
  await enterOn(page, "Keyboard shortcuts");
  await list.getByRole("checkbox").check();
  await page.keyboard.press("Escape");
  await gone(list);
  await page.keyboard.press("n");
  await atPage(page, "New token");
});

test("a session that ends keeps what was typed, and goes on in the same organization", async (t) => {
  const ada = await person("Ada");
  const acme = await seed.organization(ada, "Acme");
  const page = await open(t, { person: ada, organization: acme });
  await visit(page, "/organization/settings", "Organization settings");
  const name = page.getByRole("textbox", { name: "Name" });
  await name.fill("Acme & Sons");
  await page.context().clearCookies();
  const save = page.locator("form", { has: name }).getByRole("button");
  await save.click();
  const question = page.getByRole("dialog", { name: "Sign in again" });
  await seen(question);
  await assertStateAccessible(page, "signing in again");
  const gutter = (): Promise<string> => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  assert.notEqual(await gutter(), "rgba(0, 0, 0, 0)", "the veil covers the space of the scroll bar too");
  await question.getByLabel("Password", { exact: true }).fill("not the password");
  await page.keyboard.press("Enter");
  await seen(question.getByText("This is not your password. Try again."));
  await question.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.keyboard.press("Enter");
  await gone(question);
  await seen(page.getByRole("button", { name: "Organization: Acme" }));
  assert.equal(await name.inputValue(), "Acme & Sons", "what was typed is still there");
  await gone(page.getByText("Your session has ended"));
  await save.click();
  await seen(page.getByRole("button", { name: "Organization: Acme & Sons" }));
});

test("a session that ends where nothing was typed leaves nothing on the screen, and leads back", async (t) => {
  const ada = await person("Ada");
  await seed.token(ada, ada.personal, { name: "CI deploy" });
  const page = await open(t, { person: ada });
  await visit(page, "/settings/tokens?state=active", "Personal access tokens");
  await seen(page.getByText("CI deploy"));
  await page.context().clearCookies();
  await page.getByRole("link", { name: "Sessions" }).click();
  await atPage(page, "Sign in");
  await signIn(page, ada.email, PASSWORD);
  await atPage(page, "Sessions");
});

test("a deep link waits for the sign-in, and keeps its query", async (t) => {
  const ada = await person("Ada");
  const page = await open(t);
  await page.goto("/cli/connect?name=laptop&expires=7");
  await atPage(page, "Sign in");
  await signIn(page, ada.email, PASSWORD);
  await atPage(page, "Connect the command line");
  assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "laptop");
});

/** Scrolls, and waits for as many frames as the router may take to note where the page is. */
function scrollTo(page: Page, top: number): Promise<void> {
  return page.evaluate(async (to) => {
    window.scrollTo(0, to);
    for (let frame = 0; frame < 20; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
  }, top);
}

test("going back leads to the same place on the page, and an unknown address keeps the frame", async (t) => {
  const ada = await person("Ada");
  for (let count = 0; count < 30; count++) await seed.token(ada, ada.personal, { name: `token ${count}` });
  const page = await open(t, { person: ada });
  await visit(page, "/settings/tokens", "Personal access tokens");
  await seen(page.getByText("token 29"));
  await scrollTo(page, 1200);
  await page.keyboard.press("g");
  await page.keyboard.press("p");
  await atPage(page, "Profile");
  await becomes(() => page.evaluate(() => window.scrollY), 0, "a new page begins at its top");
  await page.goBack();
  await becomes(() => page.evaluate(() => window.scrollY), 1200, "the old one is where it was");
  await page.goto("/organization/no-such-page");
  await atPage(page, "Page not found");
  await seen(page.getByRole("navigation", { name: "Settings" }));
});

test("on paper there is the page alone, black on white, with whole instants", async (t) => {
  const ada = await person("Ada");
  await seed.token(ada, ada.personal, { name: "CI deploy", expiresAt: instance.deps.clock() + 9e8 });
  const page = await open(t, { person: ada, context: { colorScheme: "dark" } });
  await visit(page, "/settings/tokens", "Personal access tokens");
  await seen(page.getByText("CI deploy"));
  await page.emulateMedia({ media: "print" });
  for (const part of [page.getByRole("banner").first(), page.getByRole("link", { name: "New token" })]) {
    assert.equal(await part.isVisible(), false);
  }
  assert.equal(await page.getByRole("navigation").isVisible(), false);
  assert.ok(await page.getByText("CI deploy").isVisible(), "a name stays, though it can be clicked");
  const colours = (): Promise<string[]> =>
    page.evaluate(() => [getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]);
  await becomes(colours, ["rgb(0, 0, 0)", "rgb(255, 255, 255)"], "black on white");
  const instant = await page
    .locator("time[title]")
    .first()
    .evaluate((time) => getComputedStyle(time, "::after").content);
  assert.match(instant, /\d{4}, \d\d:\d\d/);
});
