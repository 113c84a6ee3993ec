// The framed page on the page of a host: its look, its height, who can frame it, clicks on covered buttons, and messages.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { FrameLocator } from "playwright-core";
import { openEmbedStage, press } from "../src/embed-stage.ts";
import { becomes, seen } from "../src/waiting.ts";

const BYTES = 5000;

const { instance, seed, open, site, sameSite, stranger, otherSites, openSettings, frameOf, statusOf } =
  await openEmbedStage();

test("the frame follows the look of its host, live, and is as high as its content", async (t) => {
  const { page, frame } = await openSettings(t);
  await seen(frame.getByText("You have no tokens"));
  const inner = frameOf(page);
  const look = (): Promise<unknown> =>
    inner.evaluate(() => {
      const button = getComputedStyle(document.querySelector("#root a") as Element);
      const { color, fontSize, backgroundColor } = getComputedStyle(document.body);
      return [
        getComputedStyle(document.documentElement).colorScheme,
        backgroundColor,
        color,
        fontSize,
        button.backgroundColor,
      ];
    });
  const light = ["light", "rgba(0, 0, 0, 0)", "rgb(31, 41, 55)", "15px", "rgb(109, 40, 217)"];
  await becomes(look, light, "the look of the page");
  await page.evaluate(() => document.documentElement.classList.add("dark"));
  await becomes(look, ["dark", "rgba(0, 0, 0, 0)", "rgb(229, 231, 235)", "15px", "rgb(157, 178, 255)"], "in the dark");
  await page.evaluate(() => document.documentElement.classList.remove("dark"));
  await becomes(look, light, "and back");

  const attributes = {
    accent: "rgb(200 30 30 / 50%)",
    radius: "2px",
    text: "red;} body{display:none",
    background: "url(//x)",
  };
  await page.locator("mintmark-tokens").evaluate((element, given) => {
    for (const [name, value] of Object.entries(given)) element.setAttribute(name, value);
  }, attributes);
  const corner = (): Promise<string> =>
    inner.evaluate(() => getComputedStyle(document.querySelector("#root a") as Element).borderRadius);
  await becomes(corner, "2px", "its radius");
  // Text that is no colour changes nothing, and a transparent colour lies over the background.
  await becomes(look, [...light.slice(0, 4), "rgb(227, 143, 143)"], "its accent");

  const heights = async (): Promise<readonly [boolean, boolean]> => {
    const box = await page.locator("mintmark-tokens iframe").boundingBox();
    const content = await inner.evaluate(() => document.getElementById("root")?.getBoundingClientRect().height ?? 0);
    return [box?.height === Math.ceil(content), content > 500];
  };
  await becomes(heights, [true, false], "as high as its content");
  await press(frame, "link", "New token");
  await seen(frame.getByRole("heading", { name: "New token" }));
  await becomes(heights, [true, true], "and grows with it");
  assert.equal(await inner.evaluate(() => document.documentElement.scrollHeight > window.innerHeight), false);
});

// Click-jacking.

test("nobody else can frame the page, and nobody can frame any other page", async (t) => {
  const page = await open(t, {
    otherSites,
    expected: /frame-ancestors|Refused to (display|frame)|ERR_BLOCKED|Framing/,
  });
  const frames = async (origin: string, paths: readonly string[]): Promise<string[]> => {
    const shown: string[] = [];
    for (const path of paths) {
      const host = [site, sameSite, stranger].find((one) => one.origin === origin);
      host?.pages.set(
        "/frames",
        `<!doctype html><link rel="icon" href="data:,"><iframe src="${instance.url}${path}"></iframe>`,
      );
      await page.goto(`${origin}/frames`);
      await page.waitForLoadState("load");
      shown.push(page.frames()[1]?.url() ?? "none");
    }
    return shown;
  };
  const REFUSED = "chrome-error://chromewebdata/";
  assert.deepEqual(await frames(site.origin, ["/embed/tokens"]), [`${instance.url}/embed/tokens`]);
  assert.deepEqual(await frames(stranger.origin, ["/embed/tokens"]), [REFUSED]);
  const others = ["/settings/tokens", "/settings/tokens/new", "/sign-in", "/docs", "/embed/mintmark.js", "/device"];
  assert.deepEqual(
    await frames(site.origin, others),
    others.map(() => REFUSED),
  );
});

test("a click on what something covers does not count", async (t) => {
  const { page, frame, ada, acme } = await openSettings(t);
  const { secret } = await seed.token(ada, acme, { name: "CI deploy" });
  await page.reload();
  await press(frame, "button", "Revoke CI deploy");
  const revoke = frame.getByRole("button", { name: "Revoke token" });
  await seen(revoke);
  // The overlay shows something else and lets clicks through.
  await page.evaluate(() => {
    const cover = document.createElement("div");
    cover.id = "cover";
    cover.textContent = "Win a robot";
    cover.style.cssText = "position:fixed;inset:0;background:gold;pointer-events:none;z-index:9";
    document.body.append(cover);
  });
  const refused = frame.getByText("Your click was ignored").first();
  await becomes(async () => (await revoke.click(), refused.isVisible()), true, "the click is refused");
  assert.equal(await statusOf(secret), 200);
  await page.evaluate(() => document.getElementById("cover")?.remove());
  await becomes(async () => (await clicked(revoke), statusOf(secret)), 401, "without the cover it counts");
});

async function clicked(button: ReturnType<FrameLocator["getByRole"]>): Promise<void> {
  if (await button.isVisible()) await button.click();
}

// Messages.

test("neither side takes a message from another window or another origin", async (t) => {
  const { page, frame, ada } = await openSettings(t);
  await seen(frame.getByText("You have no tokens"));
  const before = await page.locator("mintmark-tokens iframe").boundingBox();
  const { code } = await seed.handOff(ada, ada.personal);
  const look = { accent: null, background: "#000000", text: "#ffffff", radius: 0, fontSize: 10, fontFamily: "serif" };
  const toFrame = [
    { mintmark: "look", look },
    { mintmark: "hand-off", code },
  ];
  // A script cannot get hold of the frame's window from elsewhere, so the events are made by hand.
  await frameOf(page).evaluate(
    ([forged, listed, other]) => {
      for (const data of forged)
        for (const event of [
          { source: window.parent, origin: other },
          { source: window.parent, origin: "null" },
          { source: window, origin: listed },
          { source: null, origin: listed },
        ])
          window.dispatchEvent(new MessageEvent("message", { data, ...event }));
    },
    [toFrame, site.origin, stranger.origin] as const,
  );
  const toElement = [
    { mintmark: "height", height: 7777 },
    { mintmark: "ask", reason: "renewal" },
  ];
  await page.evaluate(
    ([forged, home, other]) => {
      const { contentWindow } = document.querySelector("mintmark-tokens")?.shadowRoot?.querySelector("iframe") ?? {};
      for (const data of forged)
        for (const event of [
          { source: contentWindow ?? null, origin: other },
          { source: window, origin: home },
          { source: null, origin: home },
        ])
          window.dispatchEvent(new MessageEvent("message", { data, ...event }));
    },
    [toElement, instance.url, stranger.origin] as const,
  );
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  assert.deepEqual(await page.locator("mintmark-tokens iframe").boundingBox(), before);
  assert.equal(await frameOf(page).evaluate(() => document.documentElement.dataset["theme"]), "light");
  assert.deepEqual(site.asked, ["start"]);
  assert.equal(await page.evaluate(() => window.frames.length), 0, "the page's other frames cannot reach it");
});

test(`the element is one file of at most ${BYTES} bytes, and depends on nothing`, async () => {
  const response = await fetch(`${instance.url}/embed/mintmark.js`, { headers: { "Accept-Encoding": "identity" } });
  const script = await response.text();
  assert.ok(Buffer.byteLength(script) <= BYTES, `${Buffer.byteLength(script)} bytes`);
  assert.doesNotMatch(script, /\bimport\s*["'({*]|\bfrom\s*["']|\beval\b|innerHTML|document\.cookie|localStorage/);
});
