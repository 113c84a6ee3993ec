// What every page owes everyone: no violation that axe can find of WCAG 2.2 A and AA, in the light and the dark
// theme, on a wide and a narrow screen, and nothing to scroll sideways.
import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const WIDTHS = [1280, 360] as const;
const HEIGHT = 900;
const THEMES = ["light", "dark"] as const;

/** Judges the page as it is now, in both themes and at both widths. Leaves it light and wide. */
export async function assertAccessible(page: Page, state: string): Promise<void> {
  const found: string[] = [];
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT });
    for (const theme of THEMES) {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
      await settled(page);
      found.push(...(await violations(page)).map((violation) => `${theme} ${width} px: ${violation}`));
    }
    if (await scrollsSideways(page)) found.push(`${width} px: scrolls sideways`);
  }
  await page.setViewportSize({ width: WIDTHS[0], height: HEIGHT });
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  assert.deepEqual(found, [], state);
}

/** Whether a part of the page lies beyond the right edge of the window. */
export function scrollsSideways(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
}

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).withTags(TAGS).setLegacyMode().analyze();
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, html, failureSummary }) => `${id} at ${target.join(" ")}: ${html}\n${failureSummary ?? ""}`),
  );
}

/** Fonts are there, and every transition has ended: half-faded text has no contrast to judge. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    const finite = document
      .getAnimations()
      .filter((animation) => animation.effect?.getTiming().iterations !== Infinity);
    await Promise.allSettled(finite.map((animation) => animation.finished));
  });
}
