// Hand-offs in a real browser, from a tiny host product with its own sign-in: a login of the real command, the frame of the
// limited session, and a link that an attacker sent. The code of a link is in no address, history, referrer or log.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { assertStateAccessible } from "../src/accessibility.ts";
import { mintmark, MINTMARK, startProgram } from "../src/programs.ts";
import { openStage, PASSWORD } from "../src/stage.ts";
import { atPage, shownSecret, signIn } from "../src/steps.ts";
import { seen } from "../src/waiting.ts";

interface MadeLink {
  readonly url: string;
}

/** The host: a form to sign in, and a link for the person who did. */
const codes: string[] = [];
const requests: string[] = [];
let makeLink: (input: object) => Promise<MadeLink> = () => assert.fail("the stage is not open yet");
const server = createServer((request, response) => {
  const { searchParams, pathname } = new URL(request.url ?? "/", "http://host");
  requests.push(`${request.url} ${request.headers.referer ?? ""}`);
  const name = searchParams.get("name");
  if (pathname !== "/sign-in" || name === null) {
    const kept = [...searchParams].map(
      ([key, value]) => `<input type="hidden" name="${key}" value="${escape(value)}">`,
    );
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    response.end(
      `<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,"><h1>Shop</h1><form action="/sign-in">${kept.join("")}<label>Name <input name="name"></label><button>Sign in to the shop</button></form>`,
    );
    return;
  }
  const returnTo = searchParams.get("return_to");
  void makeLink({
    user: { externalId: name, name, email: `${name}@example.com`, emailVerified: true },
    organization: { externalId: "acme", name: "Acme" },
    role: "member",
    page: "tokens",
    ...(returnTo === null ? {} : { returnTo }),
    returnUrl: `${host}/settings`,
    authenticatedAt: new Date(Date.now() - (searchParams.has("reauthenticate") ? 0 : 3_600_000)).toISOString(),
  }).then(({ url }) => response.writeHead(303, { Location: url }).end());
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
after(() => server.close());
const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const { instance, seed, person, open } = await openStage({
  env: { MINTMARK_HOST_NAME: "Shop", MINTMARK_HOST_URL: host, MINTMARK_HOST_SIGN_IN_URL: `${host}/sign-in` },
});
const key = instance.client().withBearer((await seed.managementKey()).secret);
makeLink = async (input) => {
  const { status, body } = await key.post("/api/manage/hand-offs", input);
  assert.equal(status, 201, JSON.stringify(body));
  codes.push(body.url.split("#code=")[1]);
  return body;
};

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
}

async function signInAtHost(page: Page, name: string): Promise<void> {
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("button", { name: "Sign in to the shop" }).click();
}

/** Every address in the history of the page, and every request of the browser with its referrer. */
function watchAddresses(page: Page): () => Promise<string> {
  const seenAddresses: string[] = [];
  page
    .context()
    .on("request", (request) => seenAddresses.push(`${request.url()} ${request.headers()["referer"] ?? ""}`));
  return async () => {
    const session = await page.context().newCDPSession(page);
    const { entries } = await session.send("Page.getNavigationHistory");
    return [...seenAddresses, ...entries.map(({ url, userTypedURL, title }) => `${url} ${userTypedURL} ${title}`)].join(
      "\n",
    );
  };
}

describe("hand-offs of a host", { concurrency: 2 }, () => {
  test("mintmark login signs in at the host and comes back to the login", async (t) => {
    const home = await mkdtemp(join(tmpdir(), "mintmark-hand-off-"));
    t.after(() => rm(home, { recursive: true, force: true }));
    const env = { HOME: home, MINTMARK_URL: instance.url, BROWSER: join(home, "browser"), MINTMARK_KEYRING: "off" };
    await writeFile(env.BROWSER, "#!/bin/sh\n", { mode: 0o755 });
    const login = startProgram(process.execPath, [MINTMARK, "login"], env);
    t.after(() => login.kill());
    const [, url = ""] = await login.waitFor(/^ {2}(http\S+)$/m, "stderr");
    const page = await open(t, { otherSites: [host] });
    const addresses = watchAddresses(page);
    await page.goto(url);
    await signInAtHost(page, "ada");
    await atPage(page, "Log in to the command line");
    await seen(page.getByRole("banner").getByText("ada in Acme"));
    await seen(page.getByRole("link", { name: "Back to Shop" }));
    await page.getByRole("radio", { name: "7 days" }).check();
    await page.getByRole("button", { name: "Approve", exact: true }).click();
    await seen(page.getByText("You can close this window."));
    const done = await login.finished;
    assert.equal(done.code, 0, done.stderr);
    assert.match(done.stdout, /^Logged in to http\S+ as ada <\S+> in Acme \(member\)$/m);
    const who = JSON.parse((await mintmark(["whoami", "--json"], { env })).stdout);
    assert.equal(who.organization.name, "Acme");
    const everything = (await addresses()) + requests.join("\n") + instance.log.join("\n");
    const kept = await readFile(join(home, ".config/mintmark/credentials.json"), "utf8");
    // The browser alone got the code, in the fragment of one answer of the host.
    for (const code of codes) {
      const withoutAnswer = everything.replaceAll(`${instance.url}/hand-off#code=${code} `, "");
      assert.ok(!`${withoutAnswer}${kept}${page.url()}`.includes(code));
    }
  });

  test("the limited session shows who acts where, leads back, and proves the person at the host", async (t) => {
    const page = await open(t, { otherSites: [host] });
    const addresses = watchAddresses(page);
    await page.goto("/device");
    await signInAtHost(page, "grace");
    await atPage(page, "Connect a device");
    const session = await page.context().newCDPSession(page);
    const { entries } = await session.send("Page.getNavigationHistory");
    assert.ok(
      !entries.some((entry) => `${entry.url} ${entry.userTypedURL}`.includes("#code")),
      "no history has a code",
    );
    await page.goto("/settings/profile");
    await atPage(page, "Personal access tokens");
    const links = await page.getByRole("navigation").getByRole("link").allTextContents();
    assert.deepEqual(links, ["Personal access tokens", "AI clients", "Activity", "Connect a device"]);
    await assertStateAccessible(page, "a hand-off");
    assert.equal(await page.getByRole("link", { name: "Back to Shop" }).getAttribute("href"), `${host}/settings`);
    await page.getByRole("link", { name: "Activity" }).click();
    await atPage(page, "Activity");
    assert.equal(
      await page.getByText(/all organizations|your password/i).count(),
      0,
      "it reaches one, without a password",
    );
    await page.goto("/settings/tokens/new");
    await page.getByLabel("Name", { exact: true }).fill("forever");
    await page.getByRole("radio", { name: "Never" }).check();
    await page.getByRole("button", { name: "New token" }).click();
    await page.getByRole("dialog").getByRole("link", { name: "Continue at Shop" }).click();
    await signInAtHost(page, "grace");
    await atPage(page, "New token");
    await page.getByLabel("Name", { exact: true }).fill("forever");
    await page.getByRole("radio", { name: "Never" }).check();
    await page.getByRole("button", { name: "New token" }).click();
    await shownSecret(page);
    assert.ok(!requests.join("\n").includes("#"));
    assert.doesNotMatch(await addresses(), /settings\/tokens\S* http:\/\/\S*code=/);
  });

  test("a link that an attacker sent asks before another person works in the attacker's account", async (t) => {
    const page = await open(t, { otherSites: [host] });
    await page.goto("/device");
    await signInAtHost(page, "victim");
    await atPage(page, "Connect a device");
    const attack = async (): Promise<void> => {
      const user = { externalId: "mallory", name: "Mallory", email: "mallory@example.com" };
      const organization = { externalId: "evil", name: "Evil Inc" };
      await page.goto((await makeLink({ user, organization, role: "owner", page: "device" })).url);
    };
    await attack();
    await atPage(page, "Is this you?");
    await seen(page.getByText("You are signed in here as victim."));
    await seen(page.getByText("Evil Inc"));
    await assertStateAccessible(page, "a hand-off");
    await page.getByRole("link", { name: "Cancel" }).click();
    await seen(page.getByRole("banner").getByText("victim in Acme"));
    // Also after the session of the victim has ended.
    await page.context().clearCookies();
    await attack();
    await seen(page.getByText("Another person used this browser here before."));
    await page.getByRole("button", { name: "Continue as this person" }).click();
    await seen(page.getByRole("banner").getByText("Mallory in Evil Inc"));
    // Also after somebody signed in here with a password.
    await page.context().clearCookies();
    await page.evaluate(() => localStorage.clear());
    const grace = await person("Grace");
    await page.goto("/sign-in");
    await signIn(page, grace.email, PASSWORD);
    await atPage(page, "Personal access tokens");
    await page.context().clearCookies();
    await attack();
    await seen(page.getByText("Another person used this browser here before."));
  });
});
