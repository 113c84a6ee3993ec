// The stage of the browser tests. A test file opens one: an instance with its database on a free port, and one Chromium.
// Each test opens pages on it, every page in a separate browser profile, signed in as a person or signed out.
// Pages are found by role and name, as a person finds them. A page that logs an error, breaks the content security
// policy, asks another host or opens a dialog of the browser fails its test, whatever the test is about.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type TestContext } from "node:test";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { hashPassword } from "../../server/src/secrets/password.ts";
import { startInstance, type TestInstance, type TestInstanceOptions } from "../../server/test/support/instance.ts";
import { type Person, Seed, type SeededOrganization } from "../../server/test/support/seed.ts";
import { launchChromium } from "../../tests/support/chromium.ts";
import { type Allowance, watchPages } from "./page-watch.ts";

/** Where pages live: tests show dates as people there see them. */
export const TIME_ZONE = "Europe/Berlin";
/** Everyone's. */
export const PASSWORD = "correct horse battery staple";
const PATIENCE_MS = 60_000;

interface Visitor extends Allowance {
  /** Who is signed in; nobody when left out. */
  readonly person?: Person;
  /** The organization they are acting in; their personal one when left out. */
  readonly organization?: Pick<SeededOrganization, "id">;
  /** How long ago they typed their password. */
  readonly authenticatedAgoMs?: number;
  readonly context?: BrowserContextOptions;
}

export interface Stage {
  readonly instance: TestInstance;
  readonly seed: Seed;
  /** An empty page in a new browser profile. It closes with the test, which fails when the page misbehaved. */
  readonly open: (t: TestContext, visitor?: Visitor) => Promise<Page>;
  /** Someone who can sign in with `PASSWORD`. */
  readonly person: (name: string, options?: { readonly instanceAdmin?: boolean }) => Promise<Person>;
}

export interface StageOptions extends TestInstanceOptions {
  /** Whether the first account counts as made; without one every page leads to the set-up. */
  readonly setUp?: boolean;
}

/** Opens a stage for the test file; it is gone when the file is done. */
export async function openStage({ setUp = true, ...options }: StageOptions = {}): Promise<Stage> {
  const browser = await openBrowser();
  const instance = await startInstance(options);
  after(() => instance.close());
  if (setUp) await instance.deps.store.transaction((tx) => tx.markSetUp(instance.deps.clock()));
  const seed = new Seed(instance);
  const passwordHash = await hashPassword(PASSWORD, { standing: "expected", sources: ["stage"] });
  return {
    instance,
    seed,
    open: async (t, visitor = {}) => {
      const page = await openPage(t, browser, instance.url, visitor.context, visitor);
      if (visitor.person !== undefined) {
        const { person, organization = person.personal, authenticatedAgoMs = 0 } = visitor;
        const session = await seed.session(person, organization, authenticatedAgoMs);
        await addSessionCookie(page.context(), instance.url, session.headers["Cookie"]);
      }
      return page;
    },
    person: (name, given = {}) => seed.person(name, { ...given, passwordHash }),
  };
}

let browser: Promise<Browser> | undefined;

/** A Chromium for all test files of this process. Each page has a separate profile, so pages share only the browser. */
export function openBrowser(): Promise<Browser> {
  if (browser === undefined) {
    browser = launchChromium();
    after(async () => (await browser)?.close());
  }
  return browser;
}

/** An empty page for addresses under `baseUrl`, in a new profile, watched until the test ends. */
export async function openPage(
  t: TestContext,
  browser: Browser,
  baseUrl: string,
  options: BrowserContextOptions = {},
  allowance: Allowance = {},
): Promise<Page> {
  const context = await browser.newContext({
    baseURL: baseUrl,
    timezoneId: TIME_ZONE,
    reducedMotion: "reduce",
    viewport: { width: 1280, height: 900 },
    ...options,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const misdeeds = await watchPages(context, baseUrl, allowance);
  const page = await context.newPage();
  t.after(async () => {
    if (!t.passed) await keepScreenshot(t, page);
    await context.close();
    assert.deepEqual(misdeeds, [], "what the page did besides");
  });
  return page;
}

async function addSessionCookie(context: BrowserContext, url: string, header: string | undefined): Promise<void> {
  const [name, value] = header?.split("=") ?? [];
  assert.ok(name !== undefined && value !== undefined, "the session has a cookie");
  await context.addCookies([{ name, value, url, httpOnly: true, sameSite: "Lax" }]);
}

async function keepScreenshot(t: TestContext, page: Page): Promise<void> {
  const folder = join(tmpdir(), "mintmark-e2e");
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${t.name.replaceAll(/[^a-z0-9]+/gi, "-").slice(0, 80)}.png`);
  await page.screenshot({ path, fullPage: true }).then(
    () => t.diagnostic(`the page when it failed, at ${page.url()}: ${path}`),
    () => t.diagnostic("the page could not be photographed"),
  );
}
