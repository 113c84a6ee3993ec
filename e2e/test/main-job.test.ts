// The main job from end to end, as a person does it: a server as its own process, a browser, curl and the command line.
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, test } from "node:test";
import type { Page } from "playwright-core";
import { freePort } from "../../tests/support/free-port.ts";
import { type Finished, MINTMARK, mintmark, run, startProgram } from "../src/programs.ts";
import { openBrowser, openPage } from "../src/stage.ts";
import { atPage, chooseAction, copy, shownSecret, switchOrganization } from "../src/steps.ts";
import { gone, seen } from "../src/waiting.ts";

const folder = await mkdtemp(join(tmpdir(), "mintmark-main-job-"));
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const server = startProgram(process.execPath, [MINTMARK, "serve"], {
  MINTMARK_DATA: join(folder, "data", "mintmark.db"),
  MINTMARK_PORT: String(port),
  MINTMARK_LOG_LEVEL: "debug",
});
after(async () => {
  await server.kill();
  await rm(folder, { recursive: true, force: true });
});
const browser = await openBrowser();

test("a token is minted, used, survives a switch of organization, and stops working when it is revoked", async (t) => {
  const page = await openPage(t, browser, url, { permissions: ["clipboard-read", "clipboard-write"] });
  await setUp(page);
  await createOrganization(page, "Acme");

  const secret = await mintAndCopy(page);
  await assertShownOnce(page, secret);

  assert.deepEqual(await curl(`Authorization: Bearer ${secret}`), { status: 200, organization: "Acme", role: "owner" });
  assert.deepEqual(await curl(`X-API-Key: ${secret}`), { status: 200, organization: "Acme", role: "owner" });

  const login = await cli(["login", "--with-token"], secret);
  assert.equal(login.code, 0, login.stderr);
  assert.match(login.stdout, /^Logged in to http:\S+ as Ada Lovelace <ada@example\.com> in Acme \(owner\)$/m);
  const whoami = await cli(["whoami"]);
  assert.equal(whoami.code, 0, whoami.stderr);
  assert.match(whoami.stdout, /Token\s+MacBook CLI \(personal access token/);
  assert.match(whoami.stdout, /Organization\s+Acme/);

  await switchOrganization(page, "Personal");
  assert.deepEqual(await curl(`Authorization: Bearer ${secret}`), { status: 200, organization: "Acme", role: "owner" });

  await revoke(page, "MacBook CLI");
  assert.deepEqual(await curl(`Authorization: Bearer ${secret}`), { status: 401, code: "token_revoked" });
  assert.deepEqual(await curl(`X-API-Key: ${secret}`), { status: 401, code: "token_revoked" });
  const refused = await cli(["whoami"]);
  assert.equal(refused.code, 4);
  assert.equal(refused.stdout, "");
  assert.match(refused.stderr, /^mintmark: error: not authenticated$/m);

  await assertNotKept(secret);
});

async function setUp(page: Page): Promise<void> {
  const [link] = await server.waitFor(/http:\S+\/setup#code=\S+/);
  await page.goto(link);
  await atPage(page, "Set up Mintmark");
  assert.equal(page.url(), `${url}/setup`, "the code is not left in the address");
  await page.getByLabel("Your name").fill("Ada Lovelace");
  await page.getByLabel("Email").fill("ada@example.com");
  await page.getByLabel("Password", { exact: true }).fill("correct horse battery staple");
  await page.getByRole("button", { name: "Create first account" }).click();
  await atPage(page, "Personal access tokens");
}

async function createOrganization(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: /^Organization:/ }).click();
  await page.getByRole("menuitem", { name: "Create organization" }).click();
  const dialog = page.getByRole("dialog", { name: "Create organization" });
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByRole("button", { name: "Create organization" }).click();
  await gone(dialog);
  await seen(page.getByRole("button", { name: `Organization: ${name}` }));
}

async function mintAndCopy(page: Page): Promise<string> {
  await page.getByRole("link", { name: "New token" }).click();
  await atPage(page, "New token");
  await page.getByLabel("Name", { exact: true }).fill("MacBook CLI");
  assert.ok(await page.getByLabel("30 days").isChecked(), "30 days are preselected");
  await page.getByRole("button", { name: "New token" }).click();
  const secret = await shownSecret(page);
  await copy(page, "token");
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), secret);
  // The command beside it is ready to run as it is shown.
  const command = await page.getByText(/^curl .*\/api\/whoami$/).textContent();
  assert.equal(command, `curl --header "Authorization: Bearer ${secret}" ${url}/api/whoami`);
  return secret;
}

async function assertShownOnce(page: Page, secret: string): Promise<void> {
  await page.getByRole("link", { name: "Done" }).click();
  await atPage(page, "Personal access tokens");
  await seen(page.getByRole("listitem").filter({ hasText: "MacBook CLI" }));
  const isHere = (): Promise<boolean> =>
    page.evaluate((text) => {
      const kept = [localStorage, sessionStorage, history.state].map((part: unknown) => JSON.stringify(part));
      return [document.documentElement.outerHTML, location.href, ...kept].some((part) => part.includes(text));
    }, secret);
  assert.equal(await isHere(), false, "after leaving");
  await page.goBack();
  await atPage(page, "New token");
  assert.equal(await isHere(), false, "after going back");
  await page.goto("/settings/tokens");
  await seen(page.getByText(secret.slice(0, 10)));
  assert.equal(await isHere(), false, "after reloading");
}

async function revoke(page: Page, name: string): Promise<void> {
  await chooseAction(page, name, "Revoke");
  const dialog = page.getByRole("alertdialog", { name: `Revoke “${name}”?` });
  await seen(dialog.getByText("Last used"));
  await dialog.getByRole("button", { name: "Revoke token" }).click();
  await gone(dialog);
  await seen(page.getByRole("listitem").filter({ hasText: name }).getByText("Revoked", { exact: true }));
}

interface Answer {
  readonly code?: string;
  readonly organization?: { readonly name: string };
  readonly role?: string;
}

/** The response of `/api/whoami` to a request with this header, sent by curl, or by fetch if there is no curl. */
async function curl(header: string): Promise<{ status: number; organization?: string; role?: string; code?: string }> {
  const { status, body } = (await byCurl(header)) ?? (await byFetch(header));
  const { code, organization, role } = JSON.parse(body) as Answer;
  if (organization === undefined) return { status, ...(code === undefined ? {} : { code }) };
  return { status, organization: organization.name, ...(role === undefined ? {} : { role }) };
}

async function byCurl(header: string): Promise<{ status: number; body: string } | null> {
  const args = ["--silent", "--show-error", "--write-out", "\n%{http_code}", "--header", header, `${url}/api/whoami`];
  let finished: Finished;
  try {
    finished = await run("curl", args);
  } catch {
    return null;
  }
  assert.equal(finished.code, 0, finished.stderr);
  const end = finished.stdout.lastIndexOf("\n");
  return { status: Number(finished.stdout.slice(end)), body: finished.stdout.slice(0, end) };
}

async function byFetch(header: string): Promise<{ status: number; body: string }> {
  const [name = "", value = ""] = header.split(": ");
  const response = await fetch(`${url}/api/whoami`, { headers: { [name]: value } });
  return { status: response.status, body: await response.text() };
}

/** The command line of someone whose home is empty at first. */
function cli(args: readonly string[], input?: string): Promise<Finished> {
  const env = { HOME: join(folder, "home"), MINTMARK_URL: url, MINTMARK_KEYRING: "off" };
  return mintmark(args, input === undefined ? { env } : { env, input });
}

/** Neither the database, its write-ahead log nor the server's output hold the secret, while it runs and after. */
async function assertNotKept(secret: string): Promise<void> {
  const random = secret.slice("mm_pat_".length, -8);
  const running = await everythingKept();
  assert.ok(running.files.includes("mintmark.db-wal"), "the write-ahead log is looked at");
  const { code, stdout, stderr } = await server.end("SIGTERM");
  assert.equal(code, 0, stderr);
  const stopped = await everythingKept();
  for (const text of [running.text, stopped.text]) {
    assert.ok(text.includes("MacBook CLI"), "the token's name is kept: the search looks in the right place");
    assert.ok(!text.includes(random), "the secret is in the database");
  }
  assert.match(stdout, /"whoami"|whoami/, "requests are logged: the search looks in the right place");
  assert.ok(!`${stdout}${stderr}`.includes(random), "the secret is in the log");
}

async function everythingKept(): Promise<{ files: string[]; text: string }> {
  const data = join(folder, "data");
  const files = await readdir(data);
  const contents = await Promise.all(files.map((file) => readFile(join(data, file), "latin1")));
  return { files, text: contents.join("\n") };
}
