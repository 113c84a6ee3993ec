// A person's tokens inside the settings page of another product, in a real browser: what people do there, and how the frame
// gets and renews its access. What the frame looks like and what protects it are in embed-frame.test.ts.
import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import type { Request, Response } from "playwright-core";
import type { Person, SeededOrganization } from "../../server/test/support/seed.ts";
import { assertFrameAccessible } from "../src/accessibility.ts";
import { openEmbedStage, press } from "../src/embed-stage.ts";
import { becomes, gone, seen } from "../src/waiting.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const { instance, seed, person, site, sameSite, snippet, openSettings, frameOf, statusOf } = await openEmbedStage();

/** All headers, cookies among them; none when the page has closed in the meantime. */
function headersOf(exchange: Request | Response): Promise<Record<string, string>> {
  return exchange.allHeaders().catch(() => ({}));
}

test("a person mints, copies, replaces and revokes a token in the settings page of another site", async (t) => {
  const requests: { readonly url: string; readonly cookie: string | undefined; readonly referrer: string }[] = [];
  const setCookies: string[] = [];
  const { page, frame } = await openSettings(t, {
    before: async (context) => {
      await context.grantPermissions(["clipboard-read", "clipboard-write"]);
      context.on("request", async (request) => {
        const headers = await headersOf(request);
        requests.push({ url: request.url(), cookie: headers["cookie"], referrer: headers["referer"] ?? "" });
      });
      context.on("response", async (response) => {
        const cookie = (await headersOf(response))["set-cookie"];
        if (cookie !== undefined) setCookies.push(`${response.url()}: ${cookie}`);
      });
    },
  });
  await seen(frame.getByText("You have no tokens"));
  await press(frame, "link", "New token");
  await frame.getByLabel("Name", { exact: true }).fill("CI deploy");
  await seen(frame.getByText("The token works in Northwind Robotics only"));
  await assertFrameAccessible(page, "the form");
  await press(frame, "button", "New token");
  const secret = (await frame.getByTestId("secret").textContent()) ?? "";
  assert.match(secret, /^mm_pat_[0-9a-f]{48}$/);
  assert.equal(await statusOf(secret), 200);
  await press(frame, "button", "Copy token");
  await seen(frame.getByText("Copied the token to the clipboard."));
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), secret);
  // A page that the frame does not show opens in a new tab, where nobody is signed in.
  const tab = page.waitForEvent("popup");
  await press(frame, "link", "Use it in an AI client");
  await (await tab).waitForURL(/\/sign-in\?returnTo=%2Fconnect/);
  await (await tab).close();
  await press(frame, "link", "Done");

  await seen(frame.getByRole("list", { name: "Tokens" }).getByText("CI deploy"));
  assert.ok(!(await frameOf(page).content()).includes(secret), "it is shown once");
  await press(frame, "link", "Replace CI deploy");
  await press(frame, "button", "Replace token");
  await seen(frame.getByText("The new token", { exact: true }));
  const successor = (await frame.getByTestId("secret").textContent()) ?? "";
  await press(frame, "button", "Copy token");
  await becomes(() => page.evaluate(() => navigator.clipboard.readText()), successor, "the other one is copied");
  await press(frame, "link", "Personal access tokens");

  await frame.getByRole("button", { name: "Revoke CI deploy" }).last().press("Enter");
  const question = frame.getByRole("alertdialog", { name: "Revoke “CI deploy”?" });
  await seen(question);
  await assertFrameAccessible(page, "the question");
  await becomes(() => question.getByRole("button", { name: "Keep it" }).evaluate(hasFocus), true, "the focus is in it");
  await page.keyboard.press("Escape");
  await gone(question);
  assert.equal(await statusOf(secret), 200, "nothing happened");
  await frame.getByRole("button", { name: "Revoke CI deploy" }).last().press("Enter");
  await press(frame, "button", "Revoke token");
  await seen(frame.getByText("Revoked", { exact: true }));
  assert.deepEqual([await statusOf(secret), await statusOf(successor)], [401, 200]);

  assert.deepEqual(setCookies, [], "no cookie is set");
  assert.deepEqual(await page.context().cookies(), []);
  assert.deepEqual(site.asked, ["start"]);
  const codes = /#|code=|mm_(pat|emb)_/;
  for (const { url, referrer } of requests) assert.ok(!codes.test(url + referrer), `${url} from ${referrer}`);
  for (const line of site.seen) assert.ok(!codes.test(line), line);
  assert.ok(requests.every(({ cookie }) => cookie === undefined));
});

const hasFocus = (element: Element): boolean => element === document.activeElement;

test("the server of the guide makes hand-offs, and its management key does not reach the browser", async (t) => {
  const { secret, client } = await seed.managementKey();
  const members = "/api/manage/organizations/northwind/members";
  for (const [path, body] of [
    ["/api/manage/users/user-42", { name: "Grace", email: "grace@example.com" }],
    ["/api/manage/organizations/northwind", { name: "Northwind Robotics" }],
    [`${members}/user-42`, { role: "member" }],
  ] as const)
    assert.ok((await client.put(path, body)).status < 300, path);
  const module = (await import(`data:text/javascript,${encodeURIComponent(snippet("js"))}`)) as {
    readonly makeHandOff: (user: object, organization: object) => Promise<{ readonly url: string }>;
  };
  process.env["MINTMARK_MANAGEMENT_KEY"] = secret;
  t.after(() => delete process.env["MINTMARK_MANAGEMENT_KEY"]);
  const texts: Promise<string>[] = [];
  const { frame } = await openSettings(t, {
    before: async (context) => {
      const signedInAt = new Date(instance.deps.clock()).toISOString();
      site.handOff = async () => (await module.makeHandOff({ id: "user-42", signedInAt }, { id: "northwind" })).url;
      context.on("response", (response) => texts.push(response.text().catch(() => "")));
    },
  });
  await press(frame, "link", "New token");
  const form = frame.getByRole("heading", { name: "New token", exact: true });
  await becomes(() => form.evaluate(hasFocus), true, "the focus is at the page that is shown now");
  await frame.getByLabel("Name", { exact: true }).fill("of Grace");
  await press(frame, "button", "New token");
  const minted = (await frame.getByTestId("secret").textContent()) ?? "";
  assert.equal(await statusOf(minted), 200);
  // She has no password here and the host no page to sign in: a new tab would lead nowhere.
  assert.equal(await frame.getByRole("link", { name: "Use it in an AI client" }).count(), 0);
  await press(frame, "button", "Copy token");
  await seen(frame.getByText("Copied the token to the clipboard."));
  await press(frame, "link", "Done");
  await seen(frame.getByRole("button", { name: "Revoke of Grace" }));
  assert.equal(await frame.getByRole("link", { name: /Usage of/ }).count(), 0);
  const heading = frame.getByRole("heading", { name: "Personal access tokens" });
  await becomes(() => heading.evaluate(hasFocus), true, "the focus is at the page that is shown now");
  assert.ok(!(await Promise.all(texts)).join("").includes(secret));
  assert.equal((await client.delete(`${members}/user-42`)).status, 200);
  assert.equal(await statusOf(minted), 401, "the token is refused when the removal has returned");
});

test("a cookie of the instance counts for nothing in the frame, also on a page of the same site", async (t) => {
  const sent: (string | undefined)[] = [];
  const { page, frame, ada, acme } = await openSettings(t, {
    host: sameSite,
    before: async (context) => {
      const mallory = await person("Mallory");
      await seed.token(mallory, mallory.personal, { name: "of Mallory" });
      const cookie = (await seed.session(mallory)).headers["Cookie"] ?? "";
      const [name = "", value = ""] = cookie.split("=");
      await context.addCookies([{ name, value, url: instance.url, httpOnly: true, sameSite: "Lax" }]);
      context.on("request", async (request) => {
        if (request.url().startsWith(`${instance.url}/api/`)) sent.push((await headersOf(request))["cookie"]);
      });
    },
  });
  await seed.token(ada, acme, { name: "of Ada" });
  await seen(frame.getByText("You have no tokens").or(frame.getByText("of Ada")));
  assert.equal(await frame.getByText("of Mallory").count(), 0);
  assert.ok(sent.length >= 4 && sent.every((cookie) => cookie === undefined), String(sent));
  assert.equal((await page.context().cookies()).length, 1, "and it is still there");
});

test("a session that ends is renewed by the host, and what was typed is kept", async (t) => {
  const { frame, ada, acme } = await openSettings(t, { expected: /status of 40[13]|mintmark-tokens:/ });
  await seen(frame.getByText("You have no tokens"));
  await press(frame, "link", "New token");
  await frame.getByLabel("Name", { exact: true }).fill("typed before");
  await seen(frame.getByText("The token expires on"));
  const { handOff } = site;
  site.handOff = () => Promise.resolve(null);
  instance.advance(16 * MINUTE);
  await press(frame, "button", "New token");
  const lost = frame.getByRole("alert").filter({ hasText: "You may be signed out of the site around it" });
  await seen(lost.first());
  // The form has asked once more for its rules.
  await becomes(() => site.asked, ["start", "renewal", "renewal"], "the host is asked for each request alone");
  assert.equal(await frame.getByLabel("Name", { exact: true }).inputValue(), "typed before");
  assert.deepEqual(await tokensOf(ada, acme), []);

  site.handOff = handOff;
  await press(frame, "button", "Try again");
  await gone(lost.first());
  await press(frame, "button", "New token");
  await seen(frame.getByTestId("secret"));
  assert.deepEqual(await tokensOf(ada, acme), ["typed before"]);

  // A token without an expiry needs a recent proof, which the host gives when it is asked for that.
  await press(frame, "button", "Copy token");
  await seen(frame.getByText("Copied the token to the clipboard."));
  await press(frame, "link", "Done");
  const authenticatedAt = (reason: string): number => instance.deps.clock() - (reason === "reauthentication" ? 0 : DAY);
  const proved = async (reason: string): Promise<string> =>
    `${instance.url}/hand-off#code=${(await seed.handOff(ada, acme, { authenticatedAt: authenticatedAt(reason) })).code}`;
  site.handOff = proved;
  instance.advance(16 * MINUTE);
  await press(frame, "link", "New token");
  await frame.getByLabel("Name", { exact: true }).fill("for ever");
  await frame.getByLabel("Never", { exact: true }).press("Space");
  await press(frame, "button", "New token");
  await seen(frame.getByTestId("secret"));
  assert.deepEqual((await tokensOf(ada, acme)).toSorted(), ["for ever", "typed before"]);
  assert.equal(site.asked.at(-1), "reauthentication");
  await press(frame, "button", "Copy token");
  await becomes(() => frame.getByText("Copied the token to the clipboard.").count(), 1, "it is copied");
  await press(frame, "link", "Done");

  // The host hands over another person: nothing that this one typed is sent or stays.
  const ben = await person("Ben");
  await seed.member(acme, ben, "member");
  await press(frame, "link", "New token");
  await frame.getByLabel("Name", { exact: true }).fill("typed by Ada");
  site.handOff = async () => `${instance.url}/hand-off#code=${(await seed.handOff(ben, acme)).code}`;
  instance.advance(16 * MINUTE);
  await press(frame, "button", "New token");
  await seen(frame.getByText("You have no tokens"));
  assert.deepEqual(await tokensOf(ben, acme), []);
});

async function tokensOf(holder: Person, organization: SeededOrganization): Promise<string[]> {
  const session = await seed.session(holder, organization);
  const { items } = (await session.get("/api/personal-access-tokens")).body as { items: { name: string }[] };
  return items.map(({ name }) => name);
}

test("a host that makes no hand-off gets a message with another try, and a link for its developer", async (t) => {
  const { page, frame, ada, acme } = await openSettings(t, {
    markup: snippet("html").replace(' hand-off-url="/mintmark/hand-off"', ""),
    expected: /mintmark-tokens: Error: set hand-off-url or getHandOff|hand_off_missing/,
  });
  await seed.token(ada, acme, { name: "CI deploy" });
  await seen(frame.getByText("This page could not confirm who you are"));
  const { code } = await seed.handOff(ada, acme);
  await page.locator("mintmark-tokens").evaluate((element, link) => {
    Object.assign(element, { getHandOff: (reason: string) => Promise.resolve(reason === "start" ? link : "") });
  }, `${instance.url}/hand-off#code=${code}`);
  await press(frame, "button", "Try again");
  await seen(frame.getByText("CI deploy"));
  const usage = frame.getByRole("link", { name: "Usage of CI deploy, opens in a new tab" });
  assert.deepEqual([await usage.getAttribute("target"), await usage.getAttribute("rel")], ["_blank", "noopener"]);
});
