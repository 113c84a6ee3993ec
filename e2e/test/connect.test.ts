// Connecting an AI client: the configuration on the page is taken as a client would take it, and the page sees the call.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Page } from "playwright-core";
import type { Person, SeededOrganization } from "../../server/test/support/seed.ts";
import { connectClient } from "../../server/test/mcp/speak.ts";
import { assertStateAccessible } from "../src/accessibility.ts";
import { openStage } from "../src/stage.ts";
import { atPage, copy, mintToken, shownSecret, visit } from "../src/steps.ts";
import { becomes, gone, seen } from "../src/waiting.ts";

const TITLE = "Connect an AI client";
const { instance, seed, open, person } = await openStage();

async function staged(): Promise<{ readonly owner: Person; readonly acme: SeededOrganization }> {
  const owner = await person("Olive");
  return { owner, acme: await seed.organization(owner, "Acme") };
}

/** What an editor reads from its file: where to call, and with which headers. */
interface Entry {
  readonly url: string;
  readonly headers: { readonly Authorization: string };
}

async function entryOn(page: Page): Promise<Entry> {
  const text = await page.getByRole("figure").locator("pre").innerText();
  const { mcpServers } = JSON.parse(text) as { readonly mcpServers: { readonly mintmark: Entry } };
  return mcpServers.mintmark;
}

/** Calls as a client with this entry does, which puts its environment where a variable is named. */
async function callWith(
  { url, headers }: Entry,
  environment: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  assert.equal(url, `${instance.url}/mcp`);
  const expanded = headers.Authorization.replaceAll(/\$\{env:(\w+)\}/g, (_, name: string) => environment[name] ?? "");
  const client = await connectClient(instance, { Authorization: expanded }, "2025");
  const { tools } = await client.listTools();
  await client.close();
  return tools.map(({ name }) => name);
}

/** Nothing but the page's text holds the secret: no address, no storage, no cache. */
async function assertNowhereElse(page: Page, secret: string): Promise<void> {
  const kept = await page.evaluate(async () => [
    document.location.href,
    JSON.stringify(history.state),
    ...Object.entries(localStorage).flat().map(String),
    ...Object.entries(sessionStorage).flat().map(String),
    document.cookie,
    JSON.stringify(await caches.keys()),
    JSON.stringify(await indexedDB.databases()),
    ...performance.getEntries().map(({ name }) => name),
  ]);
  assert.equal(kept.join("\n").includes(secret), false);
}

/** As when another tab comes to the front, or this one again. */
async function hide(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, "visibilityState", { configurable: true, value: hidden ? "hidden" : "visible" });
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  }, hidden);
}

describe("connecting", { concurrency: 3 }, () => {
  test("a token is made here, its secret is in the configuration, and the page turns green at the first call", async (t) => {
    const { owner, acme } = await staged();
    const page = await open(t, { person: owner, organization: acme });
    await page.goto("/connect/cursor");
    await atPage(page, TITLE);
    assert.equal(new URL(page.url()).search, "?client=cursor", "what is chosen is in the address");
    await seen(page.getByText("Create or choose a token above."));
    assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "Cursor");
    assert.ok(await page.getByRole("radio", { name: "Read only" }).isChecked());
    await page.getByRole("radio", { name: "Whole role" }).check();
    await page.getByRole("button", { name: "Create token" }).click();
    const secret = await shownSecret(page);
    const status = page.getByText("Waiting for the first call of Cursor");
    await seen(status);

    assert.equal(
      (await entryOn(page)).headers.Authorization,
      "Bearer ${env:MINTMARK_TOKEN}",
      "it keeps secrets out of files",
    );
    const link = (await page.getByRole("link", { name: "Add to Cursor" }).getAttribute("href")) ?? "";
    assert.match(link, /^cursor:\/\/anysphere\.cursor-deeplink\/mcp\/install\?/);
    await page.getByRole("radio", { name: "In the configuration file" }).check();
    await seen(page.getByText("The token will be stored in a file"));
    assert.equal(await page.getByRole("link", { name: "Add to Cursor" }).count(), 0, "no link holds a secret");
    const entry = await entryOn(page);
    assert.equal(entry.headers.Authorization, `Bearer ${secret}`);
    await assertStateAccessible(page, "a client that is waited for");

    assert.ok((await callWith(entry)).includes("revoke_my_token"));
    await seen(page.getByText("Cursor is connected", { exact: true }));
    const facts = await page.getByRole("region", { name: "Check the connection" }).innerText();
    assert.match(facts, /127\.0\.0\.1/);
    assert.match(facts, /node/i, "the program says what it is");
    await assertStateAccessible(page, "a client that is connected");

    await assertNowhereElse(page, secret);
    await copy(page, "configuration");
    await page.getByRole("link", { name: "See its usage" }).click();
    await atPage(page, "Cursor");
    assert.equal((await page.content()).includes(secret), false, "it is gone with the page");
    await page.goBack();
    await atPage(page, TITLE);
    assert.equal((await entryOn(page)).headers.Authorization, "Bearer YOUR_TOKEN");
    assert.equal((await page.content()).includes(secret), false);
  });

  test("a token that exists is reused by a reference to it, and only a call over MCP counts", async (t) => {
    const { owner, acme } = await staged();
    const laptop = await seed.token(owner, acme, { name: "Laptop" });
    const spare = await seed.token(owner, acme, { name: "Spare" });
    const page = await open(t, { person: owner, organization: acme });
    await visit(page, `/connect?client=cursor&token=${laptop.id}`, TITLE);
    const choice = page.getByLabel("Your token", { exact: true });
    assert.equal(await choice.inputValue(), laptop.id, "a link can name the token");
    await seen(page.getByText("Waiting for the first call of Cursor"));

    await laptop.client.get("/api/whoami");
    await seen(page.getByText("The token was used, but not over MCP"));
    await callWith(await entryOn(page), { MINTMARK_TOKEN: laptop.secret });
    await seen(page.getByText("Cursor is connected", { exact: true }));

    await choice.selectOption(spare.id);
    await seen(page.getByText("Waiting for the first call of Cursor"));
    assert.equal(new URL(page.url()).searchParams.get("token"), spare.id);
    await choice.selectOption(laptop.id);
    await laptop.client.delete("/api/personal-access-tokens/current");
    await seen(page.getByText("This token does not work"));
  });

  test("the page says that the policy only lets AI clients read, or switched them off", async (t) => {
    const { owner, acme } = await staged();
    const token = await seed.token(owner, acme, { name: "Laptop" });
    const session = await seed.session(owner, acme);
    const path = `/api/organizations/${acme.id}/token-policy`;
    const { body: policy } = await session.get(path);
    const page = await open(t, { person: owner, organization: acme });

    await session.put(path, { ...policy, mcp: "read-only" });
    await visit(page, "/connect?client=cursor", TITLE);
    await seen(page.getByText("AI clients can only read in Acme"));
    await session.put(path, { ...policy, mcp: "off" });
    await visit(page, `/connect?client=cursor&token=${token.id}`, TITLE);
    await seen(page.getByText("AI clients are switched off in Acme"));
    const entry = await entryOn(page);
    await assert.rejects(callWith(entry, { MINTMARK_TOKEN: token.secret }));
    await seen(page.getByText("Cursor called and was refused"));

    // A call that was turned away is no connection, also when the policy lets the next one in.
    await session.put(path, policy);
    await gone(page.getByText("AI clients are switched off in Acme"));
    await seen(page.getByText("Waiting for the first call of Cursor"));
    await callWith(entry, { MINTMARK_TOKEN: token.secret });
    await seen(page.getByText("Cursor is connected", { exact: true }));
  });

  test("a client is found and chosen with the keyboard, and the system and the way change what is to be done", async (t) => {
    const { owner, acme } = await staged();
    const page = await open(t, { person: owner, organization: acme });
    await visit(page, "/connect", TITLE);
    await page.getByLabel("Find your client").fill("desktop");
    await page.keyboard.press("Enter");
    await becomes(() => new URL(page.url()).searchParams.get("client"), "claude-desktop", "the first that is found");
    await page.getByLabel("Find your client").fill("");
    await page.getByRole("radio", { name: /^Claude Desktop/ }).focus();
    await page.keyboard.press("ArrowDown");
    await becomes(() => new URL(page.url()).searchParams.get("client"), "cursor", "the next one");
    await page.keyboard.press("ArrowUp");

    await page.getByRole("radio", { name: "Windows", exact: true }).check();
    await seen(page.getByText("%APPDATA%\\Claude\\claude_desktop_config.json"));
    await page.getByRole("radio", { name: "macOS", exact: true }).check();
    await seen(page.getByText("~/Library/Application Support/Claude/claude_desktop_config.json"));
    await seen(page.getByText(`mintmark login --with-token --host ${instance.url}`));
    await page.reload();
    assert.ok(await page.getByRole("radio", { name: /^Claude Desktop/ }).isChecked(), "a reload loses nothing");
    assert.ok(await page.getByRole("radio", { name: "macOS", exact: true }).isChecked());
  });

  test("the page says what helps when nothing comes, does not look while it is hidden, and not for ever", async (t) => {
    const { owner, acme } = await staged();
    const token = await seed.token(owner, acme, { name: "Laptop" });
    const page = await open(t, { person: owner, organization: acme });
    await page.clock.install();
    let looks = 0;
    page.on("request", (request) => {
      if (request.url().endsWith(`/api/personal-access-tokens/${token.id}`)) looks += 1;
    });
    await visit(page, `/connect?client=zed&token=${token.id}`, TITLE);
    await seen(page.getByText("Start it, or ask it something that needs its tools."));
    await becomes(() => looks > 0, true, "it looks");
    await page.clock.fastForward(50_000);
    await seen(page.getByText("No call has arrived yet."));
    await seen(page.getByText("The server must have a green dot."));
    await assertStateAccessible(page, "a client that does not come");

    await hide(page, true);
    const before = looks;
    await page.clock.runFor(30_000);
    assert.equal(looks, before, "nobody looks");
    await hide(page, false);
    await becomes(() => looks > before, true, "it looks again");

    await page.clock.fastForward(15 * 60_000);
    await page.getByRole("button", { name: "Wait again" }).click();
    await seen(page.getByText("Start it, or ask it something that needs its tools."));
  });

  test("the page is offered where somebody would look for it", async (t) => {
    const ada = await person("Ada");
    const page = await open(t, { person: ada });
    await visit(page, "/settings/tokens", "Personal access tokens");
    await page.getByRole("link", { name: TITLE }).click();
    await atPage(page, TITLE);
    await page.getByRole("link", { name: "Personal access tokens" }).click();
    await atPage(page, "Personal access tokens");
    await page.getByRole("navigation").getByRole("link", { name: "AI clients" }).click();
    await atPage(page, TITLE);

    await visit(page, "/settings/tokens/new", "New token");
    await mintToken(page, "for an agent");
    await copy(page, "token");
    await page.getByRole("link", { name: "Use it in an AI client" }).click();
    await atPage(page, TITLE);
    await page.getByRole("radio", { name: /^Codex/ }).check();
    const chosen = page.getByLabel("Your token", { exact: true }).locator("option:checked");
    await becomes(async () => (await chosen.innerText()).startsWith("for an agent ("), true, "the new token");
    await visit(page, "/connect/hal-9000", TITLE);
    await seen(page.getByText("The link names a client that is not in this list"));
  });
});
