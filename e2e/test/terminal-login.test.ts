// `mintmark login` in a real process with a real browser: what a person approves on the page is what the command has,
// and no secret is ever on a screen, in an address, or in what the command prints.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { describe, test, type TestContext } from "node:test";
import type { Page } from "playwright-core";
import { assertStateAccessible } from "../src/accessibility.ts";
import { type Finished, mintmark, MINTMARK, type Running, startProgram } from "../src/programs.ts";
import { requestDevice } from "../../server/test/support/device-login.ts";
import { openStage, PASSWORD } from "../src/stage.ts";
import { atPage, signIn, visit } from "../src/steps.ts";
import { becomes, seen } from "../src/waiting.ts";

const { instance, seed, open, person } = await openStage();
const SECRET = /[a-z][a-z0-9]{0,3}_(pat|key)_[0-9a-f]{11,}/;

interface Terminal {
  readonly login: (...options: readonly string[]) => Running;
  readonly run: (...args: readonly string[]) => Promise<Finished>;
  /** The stored data of the command, as text. */
  readonly kept: () => Promise<string>;
  /** The address that the machine's browser was opened with. Empty until then. */
  readonly opened: () => Promise<string>;
}

/** A machine where nobody has logged in. */
async function openTerminal(t: TestContext): Promise<Terminal> {
  const home = await mkdtemp(join(tmpdir(), "mintmark-login-"));
  const env = {
    HOME: home,
    MINTMARK_URL: instance.url,
    BROWSER: join(home, "browser"),
    MINTMARK_KEYRING: "off",
  };
  t.after(() => rm(home, { recursive: true, force: true }));
  const notes = join(home, "opened");
  await writeFile(env.BROWSER, `#!/bin/sh\nprintf %s "$*" > ${notes}\n`, { mode: 0o755 });
  return {
    login: (...options) => {
      const running = startProgram(process.execPath, [MINTMARK, "login", ...options], env);
      t.after(() => running.kill());
      return running;
    },
    run: (...args) => mintmark(args, { env }),
    kept: () => readFile(join(home, ".config/mintmark/credentials.json"), "utf8"),
    opened: () => readFile(notes, "utf8").catch(() => ""),
  };
}

async function printedAddress(login: Running): Promise<string> {
  const [, url = ""] = await login.waitFor(/^ {2}(http\S+)$/m, "stderr");
  return url;
}

function assertNoSecret({ stdout, stderr }: Finished): void {
  assert.doesNotMatch(stdout + stderr, SECRET);
}

async function assertNoSecretSeen(page: Page): Promise<void> {
  assert.doesNotMatch((await page.content()) + page.url(), SECRET);
}

describe("logging in from a terminal", { concurrency: 3 }, () => {
  test("on one machine: signing in comes back to the page, approving hands over to the command", async (t) => {
    const ada = await person("Ada");
    const acme = await seed.organization(ada, "Acme");
    const terminal = await openTerminal(t);
    const login = terminal.login();
    const url = await printedAddress(login);
    await becomes(terminal.opened, url, "what the browser was opened with");
    assert.match(login.stderr(), /^Opened your browser\./);
    const page = await open(t);
    await page.goto(url);
    await atPage(page, "Sign in");
    await signIn(page, ada.email, PASSWORD);
    await atPage(page, "Log in to the command line");
    await seen(page.getByText("Did you start this yourself, just now?"));
    await assertStateAccessible(page, "a login by loopback");
    await page.getByLabel("Organization", { exact: true }).selectOption({ label: "Acme" });
    await page.getByLabel("Name", { exact: true }).fill("my terminal");
    await page.getByRole("radio", { name: "7 days" }).check();
    await page.getByRole("radio", { name: "Chosen permissions only" }).check();
    const picker = page.getByRole("group", { name: "Chosen permissions", exact: true });
    await picker.getByRole("group", { name: "Members" }).getByRole("checkbox", { name: /^read/ }).check();
    await page.getByRole("button", { name: "Approve", exact: true }).click();
    await seen(page.getByRole("heading", { name: "Approved" }));
    await becomes(() => new URL(page.url()).pathname, "/done", "where the browser is");
    assert.equal(new URL(page.url()).search, "", "no code stays in the address");
    await seen(page.getByText("You can close this window."));
    await assertNoSecretSeen(page);

    const done = await login.finished;
    assert.equal(done.code, 0, done.stderr);
    assertNoSecret(done);
    assert.match(done.stdout, /^Logged in to http\S+ as Ada <\S+> in Acme \(owner\)$/m);
    assert.match(done.stdout, /^The token "my terminal" expires on \d{4}-\d\d-\d\d$/m);
    assert.doesNotMatch(done.stderr, /warning/, "nobody is warned of what they chose a moment ago");
    assert.match(await terminal.kept(), SECRET);
    const who = JSON.parse((await terminal.run("whoami", "--json")).stdout);
    assert.deepEqual([who.organization.id, who.permissions], [acme.id, ["members:read"]]);

    // The address works only once, for everyone.
    const again = terminal.login("--json", "--no-open");
    const [, second = ""] = await again.waitFor(/"url":"([^"]+)"/, "stderr");
    await page.goto(second);
    await page.getByLabel("Organization", { exact: true }).selectOption({ label: "Ada (personal)" });
    await page.getByRole("button", { name: "Approve", exact: true }).click();
    await becomes(() => new URL(page.url()).pathname, "/done", "where the browser is");
    const replaced = await again.finished;
    assert.equal(replaced.code, 0, replaced.stderr);
    assertNoSecret(replaced);
    assert.equal(JSON.parse(replaced.stdout).identity.organization.id, ada.personal.id);
    assert.match(replaced.stderr, /"token_replaced".*my terminal/);
  });

  test("by a code that is typed on another machine", async (t) => {
    const ada = await person("Ada");
    const terminal = await openTerminal(t);
    const login = terminal.login("--device", "--no-open");
    const [, code = ""] = await login.waitFor(/^ {2}([A-Z]{4}-[A-Z]{4})$/m, "stderr");
    assert.ok(login.stderr().includes(`${instance.url}/device\n`));
    const page = await open(t, { person: ada });
    await visit(page, "/device", "Connect a device");
    await page.getByLabel("Code", { exact: true }).fill("BBBB-BBBB");
    await page.getByRole("button", { name: "Continue" }).click();
    await seen(page.getByText(/^No login waits for this code/));
    await page.getByLabel("Code", { exact: true }).fill(code.toLowerCase().replace("-", ""));
    await page.keyboard.press("Enter");
    await seen(page.getByText("A terminal requests a token to act as you"));
    const heading = await page.evaluate(() => document.activeElement?.textContent);
    assert.equal(heading, "A terminal requests a token to act as you", "the focus is where the form was");
    await assertStateAccessible(page, "a login by code");
    await page.getByRole("button", { name: "Approve", exact: true }).click();
    await seen(page.getByRole("heading", { name: "Approved" }));
    await assertNoSecretSeen(page);
    const done = await login.finished;
    assert.equal(done.code, 0, done.stderr);
    assertNoSecret(done);
    assert.match(done.stdout, /^Logged in to http\S+ as Ada </m);
  });

  test("denied on the page, or ended in the terminal: no token, and a word about it", async (t) => {
    const ada = await person("Ada");
    const terminal = await openTerminal(t);
    const page = await open(t, { person: ada });
    const login = terminal.login("--no-open");
    await page.goto(await printedAddress(login));
    assert.equal(await terminal.opened(), "");
    await page.getByRole("button", { name: "Deny", exact: true }).click();
    await becomes(() => new URL(page.url()).pathname, "/denied", "where the browser is");
    const denied = await login.finished;
    assert.deepEqual([denied.code, denied.stdout], [1, ""]);
    assert.match(denied.stderr, /^mintmark: error: the login was denied in the browser$/m);

    const given = terminal.login("--no-open");
    await printedAddress(given);
    const { code, stdout } = await given.end("SIGINT");
    assert.deepEqual([code, stdout], [130, ""]);
    const { items } = await instance.deps.store.reads.listTokensOfUser(ada.id, null, { limit: 9, after: null });
    assert.deepEqual(items, []);
  });

  test("a login that nobody decided about runs out on the page", async (t) => {
    const page = await open(t, { person: await person("Ada") });
    await page.clock.install();
    await visit(page, "/device", "Connect a device");
    await page.getByLabel("Code", { exact: true }).fill((await requestDevice(instance)).userCode);
    await page.getByRole("button", { name: "Continue" }).click();
    await seen(page.getByText("A terminal requests a token to act as you"));
    await page.clock.fastForward("11:00");
    await seen(page.getByRole("heading", { name: "This login has expired" }));
    await page.getByRole("button", { name: "Type another code" }).click();
    await seen(page.getByLabel("Code", { exact: true }));
  });

  test("a link that no command made is said to be none", async (t) => {
    const page = await open(t, { person: await person("Ada") });
    for (const query of [
      "",
      "?redirect_uri=https%3A%2F%2Fevil.example&code_challenge=x&code_challenge_method=S256&state=s",
    ]) {
      await page.goto(`/cli/authorize${query}`);
      await seen(page.getByRole("heading", { name: "This link does not work" }));
    }
    assert.equal(await page.getByRole("button", { name: "Approve" }).count(), 0);
  });
});
