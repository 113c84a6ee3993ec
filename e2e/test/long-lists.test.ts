// A long list has only the rows near the screen in the document. The scroll bar, the keyboard, screen readers, paper and
// the way back work as in a list that is drawn whole.
import assert from "node:assert/strict";
import { before, test, type TestContext } from "node:test";
import type { Locator, Page } from "playwright-core";
import type { Person, SeededOrganization } from "../../server/test/support/seed.ts";
import { openStage } from "../src/stage.ts";
import { becomes, seen } from "../src/waiting.ts";

const { seed, open, person } = await openStage();
const TOKENS = 120;
/** A list of so many rows, or more, has only some of them in the document. */
const LONG = 40;
const PHONE = { width: 390, height: 844 };

let ada: Person;
let acme: SeededOrganization;
before(async () => {
  ada = await person("Ada", { instanceAdmin: true });
  acme = await seed.organization(ada, "Acme");
  for (let index = 0; index < TOKENS; index++) await seed.token(ada, ada.personal, { name: `robot ${index}` });
  const grace = await person("Grace");
  await seed.member(acme, grace, "member");
  for (let index = 0; index < LONG + 10; index++) {
    await seed.token(grace, acme);
    await seed.apiKey(acme, ada);
    await seed.organization(grace);
    await seed.member(acme, await seed.person(), "member");
  }
});

function rowsOf(page: Page, list: string): Locator {
  return page.getByRole("list", { name: list, exact: true }).getByRole("listitem");
}

async function openTokens(t: TestContext): Promise<{ readonly page: Page; readonly rows: Locator }> {
  const page = await open(t, { person: ada, organization: acme, context: { viewport: PHONE } });
  await page.goto("/settings/tokens");
  const rows = rowsOf(page, "Tokens");
  await seen(rows.first());
  return { page, rows };
}

/** The places in the list of the rows that are in the document, from 1. */
function places(rows: Locator): Promise<number[]> {
  return rows.evaluateAll((items) => items.map((item) => Number(item.getAttribute("aria-posinset"))));
}

/** The places of the rows that are seen on the screen, at least in part. */
function placesOnScreen(rows: Locator): Promise<number[]> {
  return rows.evaluateAll((items) =>
    items
      .filter((item) => {
        const { top, bottom } = item.getBoundingClientRect();
        return bottom > 0 && top < window.innerHeight;
      })
      .map((item) => Number(item.getAttribute("aria-posinset"))),
  );
}

async function scrollTo(page: Page, share: number): Promise<void> {
  await page.evaluate((part) => window.scrollTo(0, document.documentElement.scrollHeight * part), share);
}

/** Scrolls to the end of the page. Whether the last rows of the list are drawn there; a list may load more meanwhile. */
async function reachesEnd(page: Page, rows: Locator): Promise<boolean> {
  await scrollTo(page, 1);
  const size = Number(await rows.last().getAttribute("aria-setsize"));
  const drawn = await places(rows);
  return [size - 2, size - 1, size].every((place) => drawn.includes(place));
}

/** Scrolls until the row in the middle of the list is on the screen. The list may load more meanwhile. */
async function scrollToMiddle(page: Page, rows: Locator): Promise<void> {
  const isNear = (place: number): boolean => Math.abs(place - TOKENS / 2) < 15;
  const reachesMiddle = async (): Promise<boolean> => {
    await scrollTo(page, 0.5);
    return (await placesOnScreen(rows)).some(isNear);
  };
  await becomes(reachesMiddle, true, "the middle is in sight");
}

const LISTS: readonly [path: string, list: string][] = [
  ["/settings/tokens", "Tokens"],
  ["/organization/tokens", "Tokens"],
  ["/organization/members", "Members"],
  ["/organization/api-keys", "API keys"],
  ["/admin/users", "Users"],
  ["/admin/organizations", "Organizations"],
  ["/admin/tokens", "Tokens"],
];

for (const [path, list] of LISTS) {
  test(`${path} draws the rows in sight, and tells screen readers of the others`, async (t) => {
    const page = await open(t, { person: ada, organization: acme, context: { viewport: PHONE } });
    await page.goto(path);
    const rows = rowsOf(page, list);
    await seen(rows.first());
    const size = Number(await rows.first().getAttribute("aria-setsize"));
    assert.ok(size >= LONG, `a list of ${size}`);
    await becomes(async () => (await rows.count()) < LONG / 2, true, "few rows are in the document");
    await becomes(() => reachesEnd(page, rows), true, "the last rows are drawn at the end");
    assert.ok((await rows.count()) < LONG, "the rows that were passed are removed");
  });
}

test("rows that are scrolled past leave the document, and the scroll bar keeps its measure", async (t) => {
  const { page, rows } = await openTokens(t);
  const height = (): Promise<number> => page.evaluate(() => document.documentElement.scrollHeight);
  const first = await height();
  await scrollToMiddle(page, rows);
  const [top = 0, second = 0] = await places(rows);
  assert.equal(top, 1, "the first row stays, so that Tab enters the list at its start");
  assert.ok(second > 20, "the rows after it do not");
  assert.ok(Math.abs((await height()) / first - 1) < 0.1, `the page was ${first} px high and is ${await height()}`);
});

test("Tab goes through every row in its order, and back, wherever the page is scrolled to", async (t) => {
  const { page, rows } = await openTokens(t);
  const focused = (): Promise<number> =>
    page.evaluate(() => Number(document.activeElement?.closest("li")?.getAttribute("aria-posinset") ?? 0));
  const walk = async (key: "Tab" | "Shift+Tab", to: number): Promise<void> => {
    const step = key === "Tab" ? 1 : -1;
    for (let place = await focused(); place !== to; place = await focused()) {
      await page.keyboard.press(key);
      const next = await focused();
      assert.ok(next === place || next === place + step, `${key} went from row ${place} to row ${next}`);
    }
  };
  await rows.first().getByRole("button").first().focus();
  await walk("Tab", 25);
  await becomes(() => reachesEnd(page, rows), true, "the end is drawn");
  assert.equal(await focused(), 25, "the focus stays where it was");
  await walk("Tab", 28);
  await walk("Shift+Tab", 20);
});

test("opened details stay open while their row is out of sight", async (t) => {
  const { page, rows } = await openTokens(t);
  const details = page.getByRole("link", { name: "Usage by day, address and route" });
  await rows.nth(2).getByRole("button").first().click();
  await seen(details);
  await scrollToMiddle(page, rows);
  const middle = (await placesOnScreen(rows))[1] ?? 0;
  await page.locator(`li[aria-posinset="${middle}"]`).getByRole("button").first().focus();
  await scrollTo(page, 1);
  await becomes(() => details.count(), 0, "its row is removed");
  await scrollTo(page, 0);
  await seen(details);
});

test("a dialog of a row stays while the page behind it scrolls", async (t) => {
  const { page, rows } = await openTokens(t);
  await rows
    .nth(1)
    .getByRole("button", { name: /^Actions/ })
    .click();
  await page.getByRole("menuitem", { name: "Rename" }).click();
  await seen(page.getByRole("dialog"));
  await scrollTo(page, 1);
  await page.getByLabel("Name", { exact: true }).fill("renamed");
  await seen(page.getByRole("dialog"));
});

test("going back finds the place in the list", async (t) => {
  const { page, rows } = await openTokens(t);
  await scrollToMiddle(page, rows);
  const left = await placesOnScreen(rows);
  const [, place = 0] = left;
  await page.locator(`li[aria-posinset="${place}"]`).getByRole("button").first().click();
  await page.getByRole("link", { name: "Usage by day, address and route" }).click();
  await becomes(() => rows.count(), 0, "another page");
  await page.goBack();
  await becomes(async () => (await placesOnScreen(rows)).includes(place), true, `row ${place} of ${left.join()}`);
});

test("paper gets every row", async (t) => {
  const { page, rows } = await openTokens(t);
  await page.evaluate(() =>
    window.addEventListener("beforeprint", () => {
      document.body.dataset["printed"] = String(document.querySelectorAll("[aria-label=Tokens] > li").length);
    }),
  );
  await page.pdf();
  assert.equal(await page.evaluate(() => document.body.dataset["printed"]), String(TOKENS));
  await becomes(async () => (await rows.count()) < LONG, true, "the screen goes back to the rows in sight");
});
