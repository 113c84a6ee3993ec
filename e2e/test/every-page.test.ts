// What every page owes, walked from the router's own list of addresses, in a world where everything has a hostile
// name: no violation of WCAG 2.2 AA in either theme at either width, nothing that moves while it loads, nothing that
// sticks out, nothing that runs, nothing that disguises itself; and a sentence with a way on when it cannot be read.
import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import type { Page } from "playwright-core";
import { assertAccessible } from "../src/accessibility.ts";
import { LEADING_ELSEWHERE, PAGES } from "../src/every-page.ts";
import { HOSTILE_NAME, hostileWorld } from "../src/hostile-world.ts";
import { controlsBeyond, mixedNames, scrollsSideways, shiftsOf, watchShifts } from "../src/layout.ts";
import { openStage } from "../src/stage.ts";
import { becomes, gone, seen } from "../src/waiting.ts";

const stage = await openStage();
const world = await hostileWorld(stage);
const { owner, organization, viewer } = world;
const entries = Object.entries(PAGES).map(([route, page]) => ({ route, ...page, path: page.at?.(world) ?? route }));
type Entry = (typeof entries)[number];

/** How much of a page may move while it loads, as browsers count it. */
const MOST_SHIFT = 0.02;
/** Where the heading is a name of any length, nobody knows its height before it is there. */
const MOST_SHIFT_BELOW_A_NAME = 0.1;
const LATENCY_MS = 60;

const asOwner = (t: TestContext): Promise<Page> => stage.open(t, { person: owner, organization });

/** Delays responses, as a real network does. The page drawn before a response must have the same size. */
async function slowDown(page: Page): Promise<void> {
  const line = await page.context().newCDPSession(page);
  await line.send("Network.enable");
  const unlimited = { offline: false, downloadThroughput: -1, uploadThroughput: -1 };
  await line.send("Network.emulateNetworkConditions", { ...unlimited, latency: LATENCY_MS });
}

async function walkTo(page: Page, { path, heading }: Entry): Promise<void> {
  await page.goto(path);
  await seen(page.getByRole("heading", { level: 1, name: heading }));
  await gone(page.getByText("Loading…", { exact: true }).first());
}

async function assertNothingMoved(page: Page, { heading }: Entry, where: string): Promise<void> {
  const { sum, of } = await shiftsOf(page);
  const most = typeof heading === "string" ? MOST_SHIFT : MOST_SHIFT_BELOW_A_NAME;
  assert.ok(sum < most, `${where}: ${sum.toFixed(3)} of the page moved: ${of.join("\n")}`);
}

async function assertTame(page: Page): Promise<void> {
  const drawn = page.locator("img[src=x], svg[onload], script:not([src]), iframe, object");
  assert.equal(await drawn.count(), 0, "an element came out of a name");
  assert.equal(await page.evaluate(() => "struck" in window), false, "a name ran");
  assert.deepEqual(await mixedNames(page, HOSTILE_NAME), [], "names that can turn the text around them");
  // 640 px is a window of 1280 px at a zoom of 200 %.
  for (const width of [360, 640, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await becomes(() => controlsBeyond(page), [], `out of reach at ${width} px`);
    assert.equal(await scrollsSideways(page), false, `scrolls sideways at ${width} px`);
  }
}

test("the list is the router's", async (t) => {
  const page = await asOwner(t);
  await page.goto("/no/such/page");
  await seen(page.getByRole("heading", { level: 1 }));
  // The router puts itself there for its own tools.
  const routes = await page.evaluate(() => {
    const { __TSR_ROUTER__: router } = window as unknown as {
      readonly __TSR_ROUTER__: { readonly routesByPath: Record<string, unknown> };
    };
    return Object.keys(router.routesByPath);
  });
  assert.deepEqual(routes.toSorted(), [...Object.keys(PAGES), ...Object.keys(LEADING_ELSEWHERE)].toSorted());
  for (const [from, to] of Object.entries(LEADING_ELSEWHERE)) {
    await page.goto(from);
    await becomes(() => new URL(page.url()).pathname, to, from);
  }
});

describe("walking", { concurrency: 3 }, () => {
  for (const entry of entries) {
    test(`${entry.route} is accessible, stays in place and in the window, and is tame`, async (t) => {
      const page = entry.open === true ? await stage.open(t) : await asOwner(t);
      await watchShifts(page);
      await slowDown(page);
      await walkTo(page, entry);
      await assertNothingMoved(page, entry, "wide");
      assert.match(await page.title(), / · Mintmark$/);
      assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1);
      await page.setViewportSize({ width: 360, height: 800 });
      await walkTo(page, entry);
      await assertNothingMoved(page, entry, "narrow");
      await assertTame(page);
      await assertAccessible(page, entry.route);
    });
  }
});

describe("opening, one after the other", { concurrency: 3 }, () => {
  const signedIn = entries.filter(({ open }) => open === undefined);

  test("a page that cannot be read offers to try again", async (t) => {
    const page = await asOwner(t);
    await page.route(/\/api\/(?!session\/if-any$|instance$)/, (route) =>
      route.fulfill({ status: 429, json: { code: "rate_limited", title: "Wait" } }),
    );
    for (const { path, heading, readsNothing } of signedIn) {
      await page.goto(path);
      if (readsNothing === true) await seen(page.getByRole("heading", { level: 1, name: heading }));
      else await seen(page.getByRole("button", { name: "Try again" }).first());
    }
  });

  test("a page that needs a permission, seen without it, is tame", async (t) => {
    const page = await stage.open(t, { person: viewer, organization });
    for (const { path } of signedIn) {
      await page.goto(path);
      await seen(page.getByRole("heading", { level: 1 }));
      await gone(page.getByText("Loading…", { exact: true }).first());
      assert.deepEqual(await mixedNames(page, HOSTILE_NAME), [], path);
      assert.equal(await scrollsSideways(page), false, path);
    }
  });

  test("a page that needs a session is where signing in leads back to, with its query", async (t) => {
    const page = await stage.open(t);
    for (const { path } of signedIn) {
      await page.goto(path);
      await seen(page.getByRole("heading", { level: 1, name: "Sign in" }));
      assert.equal(new URL(page.url()).searchParams.get("returnTo") ?? "/settings/tokens", path);
    }
  });
});
