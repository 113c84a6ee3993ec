// The afternoon of docs/integrate.md as a test: a shop with three users and two teams gets tokens by what the guide says and
// nothing else, and a member who is removed from a team there loses them before the removal returns.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../../tests/support/chromium.ts";
import { freePort } from "../../tests/support/free-port.ts";
import { Afternoon } from "../src/afternoon.ts";
import { atPage, mintToken, signIn, visit } from "../src/steps.ts";
import { seen } from "../src/waiting.ts";

const PASSWORD = "four words nobody guesses";
const MOST_LINES = 60;
const MOST_COMMANDS = 10;
const MOST_MS = 5 * 60_000;

let browser: Browser;
let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "mintmark-afternoon-"));
  browser = await launchChromium();
});
after(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

test("a shop gets tokens by the guide, and a member whom it removes loses them at once", async (t) => {
  const startedAt = performance.now();
  const ports = { instance: await freePort(), shop: await freePort() };
  const afternoon = new Afternoon(folder, ports);
  await afternoon.openShop();

  await afternoon.run(/management-key generate/);
  await afternoon.run(/catalogue\.json$/);
  const instance = afternoon.start(/mintmark-server serve$/);
  t.after(() => instance.kill());
  const [link] = await instance.waitFor(/http:\S+\/setup#code=\S+/);
  afternoon.paste(await registerService(link));
  await afternoon.run(/^npm pack/);
  await afternoon.run(/^npm install/);
  const lines = await afternoon.changeShop();
  const shop = afternoon.start(/node shop\.js$/);
  t.after(() => shop.kill());
  await shop.waitFor(/^The shop is open/m);

  const grace = await enterShop(`http://localhost:${ports.shop}`, "grace@shop.example.com");
  await grace.getByRole("link", { name: "Harbor" }).click();
  await grace.getByRole("button", { name: "Manage tokens" }).click();
  await atPage(grace, "Personal access tokens");
  await grace.getByRole("link", { name: "New token" }).first().click();
  afternoon.paste(await mintToken(grace, "CI deploy"));
  const accepted = await afternoon.run(/^curl /);
  assert.equal(accepted.status, 200, accepted.stdout);
  assert.match(accepted.stdout, /"Welder"/);

  const ada = await enterShop(`http://localhost:${ports.shop}`, "ada@shop.example.com");
  await ada.getByRole("link", { name: "Harbor" }).click();
  await ada.getByRole("button", { name: "Remove Grace Hopper" }).click();
  await seen(ada.getByRole("heading", { name: "Harbor" }));
  const refused = await afternoon.run(/^curl .*# answers 401$/);
  assert.equal(refused.status, 401, refused.stdout);
  assert.equal(JSON.parse(refused.stdout.split("\nstatus")[0] ?? "").code, "member_removed");
  assert.match(shop.stdout(), /^Removed \w+; no token works since 20\S+Z$/m, "the shop has the receipt");

  assert.ok(lines <= MOST_LINES, `${lines} lines changed`);
  assert.ok(afternoon.commandCount <= MOST_COMMANDS, `${afternoon.commandCount} commands`);
  assert.ok(performance.now() - startedAt < MOST_MS);
  const secrets = [afternoon.secret("TOKEN"), afternoon.secret("MINTMARK_SERVICE_KEY")];
  for (const { stdout, stderr } of [instance, shop])
    for (const secret of secrets) assert.ok(!(stdout() + stderr()).includes(secret), "no log has a secret");
});

/** The operator's part in the web app. Returns the key of the service. */
async function registerService(link: string): Promise<string> {
  const page = await newPage(new URL(link).origin);
  await page.goto(link);
  await atPage(page, "Set up Mintmark");
  await page.getByLabel("Your name").fill("Olga");
  await page.getByLabel("Email").fill("olga@shop.example.com");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create first account" }).click();
  await page.waitForURL((url) => url.pathname !== "/setup");
  await visit(page, "/admin/services", "Services");
  await page.getByRole("button", { name: "New service" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").fill("Shop API");
  await dialog.getByRole("button", { name: "Create service" }).click();
  const key = page.getByText(/^mm_svc_[0-9a-f]{48}$/);
  await seen(key);
  return (await key.textContent()) ?? "";
}

async function enterShop(url: string, email: string): Promise<Page> {
  const page = await newPage(url);
  await page.goto("/");
  await signIn(page, email, PASSWORD);
  await seen(page.getByRole("heading", { name: /^Hello/ }));
  return page;
}

async function newPage(baseURL: string): Promise<Page> {
  return (await browser.newContext({ baseURL })).newPage();
}
