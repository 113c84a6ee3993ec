// The stage of the tests of the framed page: an instance, and sites with a settings page around the element. `localhost` and
// 127.0.0.1 are two sites for a browser.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { TestContext } from "node:test";
import type { BrowserContext, Frame, FrameLocator, Page } from "playwright-core";
import type { Person, SeededOrganization } from "../../server/test/support/seed.ts";
import { snippets } from "../../tests/repo/markdown.ts";
import { type HostSite, openHostSite, settingsPage } from "./host-site.ts";
import { openStage, type Stage } from "./stage.ts";

interface Framed {
  readonly page: Page;
  readonly frame: FrameLocator;
  readonly ada: Person;
  readonly acme: SeededOrganization;
}

interface FramedOptions {
  readonly host?: HostSite;
  readonly markup?: string;
  readonly expected?: RegExp;
  readonly before?: (context: BrowserContext) => Promise<void>;
}

export interface EmbedStage extends Stage {
  /** May frame the page. It is another site than the instance. */
  readonly site: HostSite;
  /** May frame the page. It is another origin of the instance's own site, where browsers send cookies to the frame. */
  readonly sameSite: HostSite;
  /** May not frame the page. */
  readonly stranger: HostSite;
  readonly otherSites: readonly string[];
  /** The one snippet of the guide in this language, for this instance. */
  readonly snippet: (language: string) => string;
  /** The settings page of a new person on a site, with the frame in it. */
  readonly openSettings: (t: TestContext, options?: FramedOptions) => Promise<Framed>;
  readonly frameOf: (page: Page) => Frame;
  readonly statusOf: (secret: string) => Promise<number>;
}

export async function openEmbedStage(): Promise<EmbedStage> {
  const site = await openHostSite("localhost");
  const sameSite = await openHostSite("127.0.0.1");
  const stranger = await openHostSite("localhost");
  const stage = await openStage({ env: { MINTMARK_EMBED_ORIGINS: `${site.origin},${sameSite.origin}` } });
  const { instance, seed, person, open } = stage;
  const otherSites = [site, sameSite, stranger].map(({ origin }) => origin);
  const guide = snippets(readFileSync(new URL("../../docs/embed.md", import.meta.url), "utf8"));
  const snippet = (language: string): string => {
    const found = guide.filter((one) => one.language === language);
    assert.equal(found.length, 1, language);
    return (found[0]?.text ?? "").replaceAll("https://mintmark.example.com", instance.url);
  };
  return {
    ...stage,
    site,
    sameSite,
    stranger,
    otherSites,
    snippet,
    openSettings: async (t, { host = site, markup = snippet("html"), before, expected } = {}) => {
      const ada = await person("Ada");
      const acme = await seed.organization(ada, "Northwind Robotics");
      host.pages.set("/settings", settingsPage(markup));
      host.handOff = async () => `${instance.url}/hand-off#code=${(await seed.handOff(ada, acme)).code}`;
      host.asked.length = host.seen.length = 0;
      const page = await open(t, { otherSites, ...(expected === undefined ? {} : { expected }) });
      await before?.(page.context());
      await page.goto(`${host.origin}/settings`);
      return { page, frame: page.frameLocator("mintmark-tokens iframe"), ada, acme };
    },
    frameOf: (page) =>
      page.frames().find((frame) => frame.url() === `${instance.url}/embed/tokens`) ?? assert.fail("no frame"),
    statusOf: async (secret) => (await instance.client().withBearer(secret).get("/api/whoami")).status,
  };
}

/** Presses a button or link by the keyboard, which needs no waiting for what lies over it. */
export async function press(frame: FrameLocator, role: "button" | "link", name: string): Promise<void> {
  await frame.getByRole(role, { name, exact: true }).press("Enter");
}
