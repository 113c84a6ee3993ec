// The pages that need no session, in all their states: no violation, whatever the theme and the width.
import { test } from "node:test";
import { newLinkSecret } from "../../server/src/secrets/generate.ts";
import { assertAccessible, assertStateAccessible } from "../src/accessibility.ts";
import { openStage, PASSWORD } from "../src/stage.ts";
import { atPage, signIn, visit } from "../src/steps.ts";
import { seen } from "../src/waiting.ts";

const fresh = await openStage({ setUp: false, env: { MINTMARK_SIGN_UP: "open" } });
const { instance, seed, open, person } = await openStage();

test("setting up, before and with an error", async (t) => {
  const page = await fresh.open(t);
  await page.goto(`/setup#code=${newLinkSecret().expose()}`);
  await atPage(page, "Set up Mintmark");
  await assertStateAccessible(page, "set-up");
  await page.getByRole("button", { name: "Create first account" }).click();
  await seen(page.getByText("Fill this in.").first());
  await assertStateAccessible(page, "set-up with an empty form");
  await page.getByLabel("Your name").fill("Ada");
  await page.getByLabel("Email").fill("ada@example.com");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create first account" }).click();
  await seen(page.getByText("Print a new code"));
  await assertStateAccessible(page, "set-up with a wrong code");
  await visit(page, "/sign-up", "Create your account");
  await assertStateAccessible(page, "open sign-up");
});

test("signing in", async (t) => {
  const page = await open(t);
  await visit(page, "/sign-in?notice=signed-out", "Sign in");
  await assertStateAccessible(page, "sign-in");
  await page.getByRole("button", { name: "Show password" }).click();
  await signIn(page, "nobody@example.com", "wrong password");
  await seen(page.getByRole("alert"));
  await assertStateAccessible(page, "sign-in refused");
  await page.getByRole("button", { name: /^Theme/ }).click();
  await seen(page.getByRole("menu"));
  await assertStateAccessible(page, "theme menu");
});

test("pages that lead elsewhere", async (t) => {
  const page = await open(t);
  await visit(page, "/setup", "Set up Mintmark");
  await assertStateAccessible(page, "set up already");
  await visit(page, "/sign-up", "Create your account");
  await assertStateAccessible(page, "sign-up needs an invitation");
  await visit(page, "/no/such/page", "Page not found");
  await assertAccessible(page, "not found");
});

test("an invitation for a new person, for another person and for its person, and a revoked one", async (t) => {
  const owner = await person("Olive Owner");
  const acme = await seed.organization(owner, "Acme");
  const bea = await person("Bea");
  const session = await seed.session(owner, acme);
  const invite = async (email: string): Promise<string> =>
    (await session.post(`/api/organizations/${acme.id}/invitations`, { email, role: "member" })).body.url;
  const forBea = await invite(bea.email);

  const stranger = await open(t);
  await stranger.goto(await invite("nina@example.com"));
  await atPage(stranger, "Join Acme");
  await assertStateAccessible(stranger, "invitation with a new account");
  await stranger.goto("about:blank");
  await stranger.goto(forBea);
  await atPage(stranger, "Join Acme");
  await assertStateAccessible(stranger, "invitation with an account");
  await stranger.goto("about:blank");
  await stranger.goto(`${instance.url}/invitation#token=${newLinkSecret().expose()}`);
  await atPage(stranger, "Invitation");
  await seen(stranger.getByText("This invitation link does not work"));
  await assertStateAccessible(stranger, "revoked invitation");

  const wrong = await open(t, { person: await person("Mallory") });
  await wrong.goto(forBea);
  await seen(wrong.getByText("You are signed in as someone else"));
  await assertStateAccessible(wrong, "invitation for someone else");
  const right = await open(t, { person: bea });
  await right.goto(forBea);
  await seen(right.getByRole("button", { name: "Join Acme" }));
  await assertStateAccessible(right, "invitation to accept");
});

test("the API reference", async (t) => {
  const page = await open(t);
  await page.goto("/docs/api");
  await seen(page.getByRole("heading", { level: 1 }));
  // All operations look the same, and checking all of them takes a minute.
  const rest = page.getByRole("article").nth(8).locator("xpath=self::* | following::article");
  await rest.evaluateAll((articles) => articles.forEach((article) => article.remove()));
  await assertAccessible(page, "API reference");
});
