// Checks that a page has no violation of WCAG 2.2 A and AA that axe can find, in the light and the dark theme, on a wide
// and a narrow screen, and that it does not scroll sideways. `contrast.ts` checks contrast.
import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { lowContrasts } from "./contrast.ts";
import { scrollsSideways } from "./layout.ts";

type RunOptions = Parameters<AxeBuilder["options"]>[0];

const RULES: RunOptions = {
  runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] },
  resultTypes: ["violations"],
  rules: { "color-contrast": { enabled: false } },
};
/** The rules that a theme can affect besides contrast. Between two looks of one width, nothing else differs. */
const COLOURS: RunOptions = { ...RULES, runOnly: { type: "rule", values: ["link-in-text-block"] } };
const HEIGHT = 900;

interface Look {
  readonly theme: "light" | "dark";
  readonly width: number;
  readonly rules: RunOptions;
}

const LIGHT_AND_WIDE: Look = { theme: "light", width: 1280, rules: RULES };
const DARK_AND_NARROW: Look = { theme: "dark", width: 360, rules: RULES };
const ALL_LOOKS: readonly Look[] = [
  LIGHT_AND_WIDE,
  { theme: "dark", width: 1280, rules: COLOURS },
  { theme: "light", width: 360, rules: COLOURS },
  DARK_AND_NARROW,
];
const TWO_LOOKS: readonly Look[] = [LIGHT_AND_WIDE, DARK_AND_NARROW];

/** Checks the whole page in its current state, in both themes at both widths. The last look stays. */
export function assertAccessible(page: Page, state: string): Promise<void> {
  return assertNothingFound(page, { state, part: null, looks: ALL_LOOKS });
}

/**
 * Checks the new part in another state of a page that was checked before, in each theme and at each width once: the
 * dialog or menu that has opened over the page, or else the page's main part.
 */
export async function assertStateAccessible(page: Page, state: string): Promise<void> {
  // A dialog that is closing is no longer what the page is about.
  await settled(page);
  const overlay = "[role=dialog], [role=alertdialog], [role=menu]";
  const isCovered = (await page.locator(overlay).filter({ visible: true }).count()) > 0;
  await assertNothingFound(page, { state, part: isCovered ? overlay : "main", looks: TWO_LOOKS });
}

/** Checks what stands in the frame of another site, in the look that it has, and not the page around it. */
export async function assertFrameAccessible(page: Page, state: string): Promise<void> {
  const { violations: found, passes } = await new AxeBuilder({ page })
    .options({ ...RULES, resultTypes: ["violations", "passes"] })
    .analyze();
  const inFrame = (results: typeof found): string[] =>
    results.flatMap(({ id, nodes }) =>
      nodes.filter(({ target }) => target.length > 1).map(({ html }) => `${id}: ${html}`),
    );
  assert.deepEqual(inFrame(found), [], state);
  assert.ok(
    inFrame(passes).some((pass) => pass.startsWith("button-name")),
    "the frame was checked",
  );
}

interface Judgement {
  readonly state: string;
  readonly part: string | null;
  readonly looks: readonly Look[];
}

async function assertNothingFound(page: Page, { state, part, looks }: Judgement): Promise<void> {
  const found: string[] = [];
  // Changing the look costs as much as checking it, so the first check uses the look that the page has.
  const isNarrow = page.viewportSize()?.width === DARK_AND_NARROW.width;
  for (const [index, look] of (isNarrow ? looks.toReversed() : looks).entries()) {
    await show(page, look);
    const name = `${look.theme}, ${look.width} px`;
    const violated = await violations(page, part, look.rules);
    // The first look at a whole page checks every text, also one like a text that has passed.
    violated.push(...(await lowContrasts(page, { part, isComplete: part === null && index === 0 })));
    found.push(...violated.map((violation) => `${name}: ${violation}`));
    if (await scrollsSideways(page)) found.push(`${name}: scrolls sideways`);
  }
  assert.deepEqual(found, [], state);
}

async function show(page: Page, { theme, width }: Look): Promise<void> {
  await page.evaluate(showAtOnce);
  if (page.viewportSize()?.width !== width) await page.setViewportSize({ width, height: HEIGHT });
  await page.emulateMedia({ colorScheme: theme });
  await settled(page);
}

/**
 * Makes a change of theme take effect at once, also in rows below the window that are not drawn yet, because half-faded
 * text has no contrast to check. It uses a style sheet of the document, which the content security policy allows.
 */
function showAtOnce(): void {
  if ("showsAtOnce" in window) return;
  Object.assign(window, { showsAtOnce: true });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("*, ::before, ::after { transition: none !important; content-visibility: visible !important }");
  document.adoptedStyleSheets.push(sheet);
}

async function violations(page: Page, part: string | null, rules: RunOptions): Promise<string[]> {
  // Half a megabyte, which need not be sent again to a page that has it: then an empty statement is sent instead.
  const isThere = await page.evaluate(() => "axe" in window);
  const builder = new AxeBuilder(isThere ? { page, axeSource: ";" } : { page }).options(rules).setLegacyMode();
  const { violations: found } = await (part === null ? builder : builder.include(part)).analyze();
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, html, failureSummary }) => `${id} at ${target.join(" ")}: ${html}\n${failureSummary ?? ""}`),
  );
}

/**
 * Waits until the fonts are loaded and every transition has ended, because half-faded text has no contrast to check. The
 * end of a transition may start another in an element that inherits the value, so it waits for a frame without any.
 */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    for (;;) {
      const moving = document.getAnimations().filter((one) => one.effect?.getTiming().iterations !== Infinity);
      await Promise.allSettled(moving.map((one) => one.finished));
      await new Promise((resolve) => requestAnimationFrame(resolve));
      if (moving.length === 0) return;
    }
  });
}
