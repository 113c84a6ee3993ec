// Signing in and out in the browser, and where it leads.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openStage, PASSWORD } from "../src/stage.ts";
import { atPage, signIn, visit } from "../src/steps.ts";
import { seen } from "../src/waiting.ts";

const { instance, open, person } = await openStage();

test("signing in leads to the tokens, signing out ends the session on the server", async (t) => {
  const ada = await person("Ada");
  const page = await open(t);
  await page.goto("/");
  await atPage(page, "Sign in");
  await signIn(page, ada.email, PASSWORD);
  await atPage(page, "Personal access tokens");
  const [cookie] = await page.context().cookies();
  assert.ok(cookie?.httpOnly, "scripts cannot read the session");
  assert.equal(cookie.sameSite, "Lax");
  const session = instance.client().withCookie(`${cookie.name}=${cookie.value}`);
  assert.equal((await session.get("/api/session")).status, 200);

  await page.getByRole("button", { name: "Account: Ada" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await atPage(page, "Sign in");
  await seen(page.getByText("You are signed out on this browser."));
  assert.equal((await session.get("/api/session")).status, 401, "the cookie is worth nothing now");
  assert.deepEqual(await page.context().cookies(), []);
  await page.goBack();
  await atPage(page, "Sign in");
});

test("a wrong password and an unknown address are refused in the same words, and nobody is signed in", async (t) => {
  const ada = await person("Ada");
  const page = await open(t);
  const messages: (string | null)[] = [];
  for (const email of [ada.email, "nobody@example.com"]) {
    await visit(page, "/sign-in", "Sign in");
    await signIn(page, email, "not this one either");
    const alert = page.getByRole("alert");
    await seen(alert);
    messages.push(await alert.textContent());
    assert.equal(await page.getByLabel("Email").inputValue(), email, "what was typed is still there");
  }
  assert.equal(messages[0], messages[1]);
  assert.deepEqual(await page.context().cookies(), []);
});

test("an empty form says what to fill in and puts the focus there", async (t) => {
  const page = await open(t);
  await visit(page, "/sign-in", "Sign in");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  const email = page.getByLabel("Email");
  await seen(page.getByText("Fill this in.").first());
  assert.equal(await email.getAttribute("aria-invalid"), "true");
  assert.ok(await email.evaluate((element) => element === document.activeElement));
});

test("a person who opened another page gets there after the sign-in", async (t) => {
  const ada = await person("Ada");
  const page = await open(t);
  await page.goto("/settings/sessions?from=mail");
  await atPage(page, "Sign in");
  await signIn(page, ada.email, PASSWORD);
  await atPage(page, "Sessions");
  assert.equal(new URL(page.url()).pathname, "/settings/sessions");
});

test("a signed-out visit logs nothing in the browser's console", async (t) => {
  const page = await open(t);
  const said: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  for (const path of ["/", "/settings/sessions", "/sign-in", "/forgot-password"]) {
    await page.goto(path);
    await seen(page.getByRole("heading", { level: 1 }));
  }
  assert.deepEqual(said, []);
});

test("the addresses of other products lead to the tokens, also through the sign-in, and so do menu and profile", async (t) => {
  const ada = await person("Ada");
  const page = await open(t);
  await page.goto("/user/settings/personal_access_tokens");
  await atPage(page, "Sign in");
  await signIn(page, ada.email, PASSWORD);
  await atPage(page, "Personal access tokens");
  assert.equal(new URL(page.url()).pathname, "/settings/tokens");
  await visit(page, "/settings/profile", "Profile");
  await page.getByRole("link", { name: "See your personal access tokens" }).click();
  await atPage(page, "Personal access tokens");
  await visit(page, "/settings/sessions", "Sessions");
  await page.getByRole("button", { name: "Account: Ada" }).click();
  await page.getByRole("menuitem", { name: "Personal access tokens" }).click();
  await atPage(page, "Personal access tokens");
});

test("a person who signed in again in another tab does not read that the session has ended", async (t) => {
  const ada = await person("Ada");
  const page = await open(t);
  await visit(page, "/sign-in?returnTo=/settings/sessions&notice=session-ended", "Sign in");
  await seen(page.getByText(/^Your session has ended/));
  const other = await page.context().newPage();
  await visit(other, "/sign-in", "Sign in");
  await signIn(other, ada.email, PASSWORD);
  await atPage(other, "Personal access tokens");
  await page.reload();
  await atPage(page, "Sessions");
  assert.equal(await page.getByText(/^Your session has ended/).count(), 0);
});

const ELSEWHERE = [
  "https://evil.example/",
  "//evil.example/",
  "/\\evil.example/",
  "/\t/evil.example/",
  "javascript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "\\\\evil.example",
  "/sign-in?returnTo=/sign-in",
];

test("a link to the sign-in page cannot lead to another site", async (t) => {
  const ada = await person("Ada");
  for (const returnTo of ELSEWHERE) {
    const page = await open(t);
    await page.goto(`/sign-in?returnTo=${encodeURIComponent(returnTo)}`);
    await signIn(page, ada.email, PASSWORD);
    await atPage(page, "Personal access tokens");
    assert.equal(page.url(), `${instance.url}/settings/tokens`, returnTo);
    // A person who is signed in already is redirected without a form, and never to another site.
    await page.goto(`/sign-in?returnTo=${encodeURIComponent(returnTo)}`);
    await atPage(page, "Personal access tokens");
    assert.equal(page.url(), `${instance.url}/settings/tokens`, returnTo);
  }
});
