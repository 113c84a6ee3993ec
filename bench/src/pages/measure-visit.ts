import type { launchChromium } from "../../../tests/support/chromium.ts";
import type { MeasuredPage } from "./pages.ts";

type Browser = Awaited<ReturnType<typeof launchChromium>>;

export interface Visit {
  /** Compressed, as it came over the line. */
  readonly scriptBytes: number;
  readonly paintedMs: number;
  /** The time at which the content is there and half a second without a task longer than 50 ms begins. */
  readonly usableMs: number;
  readonly longestTaskMs: number;
  /** What the tasks need beyond 50 ms each: the time for which the page does not respond. */
  readonly blockedMs: number;
  /** In the document, when the page can be used. */
  readonly elements: number;
}

const SLOWER = 4;
const QUIET_MS = 500;

interface Noted {
  contentAt: number;
  readonly tasks: { readonly startTime: number; readonly duration: number }[];
}

/** Opens the page in a new profile, with nothing cached, on a processor that is four times slower. */
export async function measureVisit(browser: Browser, { url, cookie, content, screen }: MeasuredPage): Promise<Visit> {
  const context = await browser.newContext({ viewport: screen });
  try {
    const [name = "", value = ""] = cookie?.split("=") ?? [];
    if (cookie !== null)
      await context.addCookies([{ name, value, url: new URL(url).origin, httpOnly: true, sameSite: "Lax" }]);
    await context.addInitScript(note, content);
    const page = await context.newPage();
    const line = await context.newCDPSession(page);
    await line.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
    await page.goto(url);
    await page.waitForFunction(isQuiet, QUIET_MS);
    return await page.evaluate(readVisit);
  } finally {
    await context.close();
  }
}

/** Runs in the page, before the page's scripts. */
function note(selector: string): void {
  const noted: Noted = { contentAt: 0, tasks: [] };
  Object.assign(window, { noted });
  new PerformanceObserver((list) => noted.tasks.push(...list.getEntries())).observe({ type: "longtask" });
  const observer = new MutationObserver(() => {
    if (document.querySelector(selector) === null) return;
    noted.contentAt = performance.now();
    observer.disconnect();
  });
  observer.observe(document, { childList: true, subtree: true });
}

function isQuiet(quietMs: number): boolean {
  const { contentAt, tasks } = (window as unknown as { readonly noted: Noted }).noted;
  const last = tasks.at(-1);
  const busyUntil = Math.max(contentAt, last === undefined ? 0 : last.startTime + last.duration);
  return contentAt > 0 && performance.now() - busyUntil > quietMs;
}

function readVisit(): Visit {
  const { contentAt, tasks } = (window as unknown as { readonly noted: Noted }).noted;
  const scripts = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
  return {
    scriptBytes: scripts.filter(({ name }) => name.endsWith(".js")).reduce((sum, one) => sum + one.encodedBodySize, 0),
    paintedMs: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN,
    usableMs: Math.max(contentAt, ...tasks.map(({ startTime, duration }) => startTime + duration)),
    longestTaskMs: Math.max(0, ...tasks.map(({ duration }) => duration)),
    blockedMs: tasks.reduce((sum, { duration }) => sum + duration - 50, 0),
    elements: document.querySelectorAll("*").length,
  };
}
