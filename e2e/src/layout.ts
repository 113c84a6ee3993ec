// Checks the layout of a page: nothing moves while it loads, nothing sticks out of the window, and no name changes the
// order of the text around it.
import type { Page } from "playwright-core";

/** Whether a part of the page lies beyond the right edge of the window. */
export function scrollsSideways(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
}

/** Visible buttons, links and fields that stick out of the window, or that have no room left. */
export function controlsBeyond(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll("button, a[href], input, select, [role^=menuitem]")]
      .filter(
        (control) => control.checkVisibility() && !control.matches(".sr-only, [aria-hidden=true], a[href='#content']"),
      )
      // Content in a scrolling part, such as a wide table, can be reached by scrolling.
      .filter((control) => control.closest("[data-scrolls]") === null)
      .filter((control) => {
        const { left, right, width } = control.getBoundingClientRect();
        return left < 0 || right > window.innerWidth || width < 8;
      })
      .map((control) => control.outerHTML.slice(0, 150)),
  );
}

/** Adds up from now on, in every page of the profile, how much of it moves without anybody's doing. */
export async function watchShifts(page: Page): Promise<void> {
  await page.context().addInitScript(() => {
    const shifts: { value: number; of: string }[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & LayoutShift)[]) {
        if (entry.hadRecentInput) continue;
        const of = entry.sources.map(({ node }) => (node instanceof Element ? node.outerHTML.slice(0, 90) : "text"));
        shifts.push({ value: entry.value, of: of.join(" | ") });
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
}

interface LayoutShift {
  readonly value: number;
  readonly hadRecentInput: boolean;
  readonly sources: readonly { readonly node: Node | null }[];
}

/** How much of the page has moved since it was opened, as browsers count it, and what it was. */
export function shiftsOf(page: Page): Promise<{ readonly sum: number; readonly of: readonly string[] }> {
  return page.evaluate(async () => {
    // The browser reports a shift after the frame in which it happened.
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const { shifts } = window as unknown as { readonly shifts: { value: number; of: string }[] };
    return { sum: shifts.reduce((sum, { value }) => sum + value, 0), of: shifts.map(({ of }) => of) };
  });
}

/**
 * The pieces of text in which a name of another direction stands beside other words without being isolated from
 * them: there the name could turn their order around. `name` matches one whole name and nothing else.
 */
export function mixedNames(page: Page, name: RegExp): Promise<string[]> {
  return page.evaluate(
    ({ source, isolating }) => {
      const names = new RegExp(source, "gu");
      const isInline = (element: Element): boolean => getComputedStyle(element).display === "inline";
      const isIsolated = (element: Element): boolean => isolating.includes(getComputedStyle(element).unicodeBidi);
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const mixed: string[] = [];
      while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        // The text of an option and of a picture is a separate paragraph. Text for screen readers has no visual order.
        if (parent === null || !parent.checkVisibility() || parent.closest("option, svg, .sr-only") !== null) continue;
        if (!(walker.currentNode.textContent ?? "").match(names)) continue;
        let around: Element | null = parent;
        while (around !== null && isInline(around) && !isIsolated(around)) around = around.parentElement;
        // A block is a separate paragraph, in which a name may be, but alone.
        if (around === null || isInline(around)) continue;
        const text = (around.textContent ?? "").replaceAll(/\u2068[^\u2069]*\u2069/g, "");
        const rest = text.replaceAll(names, "");
        if (rest !== text && rest.trim() !== "") mixed.push(around.outerHTML.slice(0, 300));
      }
      return mixed;
    },
    { source: name.source, isolating: ["isolate", "plaintext", "isolate-override"] },
  );
}
