// Making a token: what the form promises, what it refuses and why, and the page that the command line links to.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import type { TokenRecord } from "../../server/src/store/store.ts";
import type { Person, SeededOrganization } from "../../server/test/support/seed.ts";
import { openStage, PASSWORD, TIME_ZONE } from "../src/stage.ts";
import { atPage, mintToken, shownSecret, signIn, visit } from "../src/steps.ts";
import { becomes, gone, seen } from "../src/waiting.ts";

const DAY_MS = 86_400_000;
const { instance, seed, open, person } = await openStage();

async function tokensOf({ id }: Person): Promise<readonly TokenRecord[]> {
  return (await instance.deps.store.reads.listTokensOfUser(id, null, { limit: 200, after: null })).items;
}

/** Changes some rules of the organization's policy, as its owner. */
async function tighten(owner: Person, acme: SeededOrganization, rules: object): Promise<void> {
  const session = await seed.session(owner, acme);
  const path = `/api/organizations/${acme.id}/token-policy`;
  const { body: present } = await session.get(path);
  assert.equal((await session.put(path, { ...present, ...rules })).status, 200);
}

/** "Tuesday, 22 December 2026", where the browser is. */
function longDate(instant: number): string {
  const format = { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: TIME_ZONE } as const;
  return new Intl.DateTimeFormat("en-GB", format).format(instant);
}

/** The day in the browser's time zone, as a date field takes it. */
function dateInput(instant: number): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: TIME_ZONE }).format(instant);
}

function expiryText(page: Page): Promise<string> {
  return page.getByRole("group", { name: "Expiration" }).innerText();
}

test("every expiry shows the date it means, and the token ends then", async (t) => {
  const ada = await person("Ada");
  const page = await open(t, { person: ada });
  await visit(page, "/settings/tokens/new", "New token");
  const expiration = page.getByRole("group", { name: "Expiration" });
  assert.ok(await expiration.getByRole("radio", { name: "30 days" }).isChecked(), "30 days are preselected");
  for (const days of [7, 60, 90, 30]) {
    await expiration.getByRole("radio", { name: `${days} days`, exact: true }).check();
    const before = Date.now();
    const text = await expiryText(page);
    // The page's clock ticks twice a minute, and midnight may pass between the two.
    const dates = [before - 60_000, Date.now()].map((now) => longDate(now + days * DAY_MS));
    assert.ok(
      dates.some((date) => text.includes(date)),
      `${days} days: ${text} shows ${dates.join(" or ")}`,
    );
  }
  await expiration.getByRole("radio", { name: "Never" }).check();
  assert.match(await expiryText(page), /works until someone revokes it/);

  const day = Date.now() + 45 * DAY_MS;
  await expiration.getByRole("radio", { name: "Custom date" }).check();
  await expiration.getByLabel("Last day").fill(dateInput(day));
  assert.ok((await expiryText(page)).includes(`${longDate(day)} at 23:59`));
  await mintToken(page, "until then");
  const [token] = await tokensOf(ada);
  assert.equal(longDate(token?.expiresAt ?? 0), longDate(day), "it lasts that whole day, where the person is");
  assert.notEqual(longDate((token?.expiresAt ?? 0) + 1000), longDate(day), "and no longer");
});

test("a date in the past is refused in the form and nothing is minted", async (t) => {
  const ada = await person("Ada");
  const page = await open(t, { person: ada });
  await visit(page, "/settings/tokens/new", "New token");
  await page.getByLabel("Name", { exact: true }).fill("too late");
  await page.getByRole("radio", { name: "Custom date" }).check();
  await page.getByLabel("Last day").fill(dateInput(Date.now() - 2 * DAY_MS));
  await page.getByRole("button", { name: "New token" }).click();
  await becomes(() => page.getByLabel("Last day").getAttribute("aria-invalid"), "true", "the date is marked");
  assert.deepEqual(await tokensOf(ada), []);
});

test("a token for reading holds exactly the permissions to read", async (t) => {
  const ada = await person("Ada");
  const page = await open(t, { person: ada });
  await visit(page, "/settings/tokens/new", "New token");
  await page.getByRole("radio", { name: "Chosen permissions only" }).check();
  const picker = page.getByRole("group", { name: "Chosen permissions", exact: true });
  await picker.getByRole("button", { name: "Read-only" }).click();
  await mintToken(page, "reader");

  const { body } = await instance.client().get("/api/instance");
  const reading: string[] = body.permissions
    .filter(({ access }: { access: string }) => access === "read")
    .map(({ name }: { name: string }) => name);
  const [token] = await tokensOf(ada);
  assert.deepEqual([...(token?.permissions ?? [])].sort(), reading.sort());
});

test("a token with chosen permissions holds those and no other, and none at all is refused", async (t) => {
  const ada = await person("Ada");
  const page = await open(t, { person: ada });
  await visit(page, "/settings/tokens/new", "New token");
  await page.getByLabel("Name", { exact: true }).fill("narrow");
  await page.getByRole("radio", { name: "Chosen permissions only" }).check();
  const picker = page.getByRole("group", { name: "Chosen permissions", exact: true });
  await page.getByRole("button", { name: "New token" }).click();
  await seen(picker.getByText("Choose at least one permission, or give it your whole role."));
  assert.deepEqual(await tokensOf(ada), []);

  await picker.getByRole("group", { name: "Members" }).getByRole("checkbox", { name: /^read/ }).check();
  await picker.getByRole("checkbox", { name: "All of API keys" }).check();
  await seen(picker.getByText(/^3 of \d+ chosen$/));
  await page.getByRole("button", { name: "New token" }).click();
  await shownSecret(page);
  const [token] = await tokensOf(ada);
  assert.deepEqual([...(token?.permissions ?? [])].sort(), ["api-keys:read", "api-keys:write", "members:read"]);
});

test("a token without an end needs the password again when it was typed long ago", async (t) => {
  const ada = await person("Ada");
  const page = await open(t, { person: ada, authenticatedAgoMs: 20 * 60_000 });
  await visit(page, "/settings/tokens/new", "New token");
  await page.getByLabel("Name", { exact: true }).fill("for ever");
  await page.getByRole("radio", { name: "Never" }).check();
  const button = page.getByRole("button", { name: "New token" });
  const dialog = page.getByRole("dialog", { name: "Confirm that it is you" });

  await button.click();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await gone(dialog);
  assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "for ever", "nothing typed is lost");
  assert.deepEqual(await tokensOf(ada), []);

  await button.click();
  await dialog.getByLabel("Password", { exact: true }).fill("a wrong password");
  await dialog.getByRole("button", { name: "Confirm" }).click();
  await seen(dialog.getByText("This is not your password. Try again."));
  await dialog.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await dialog.getByRole("button", { name: "Confirm" }).click();
  await shownSecret(page);
  assert.deepEqual(
    (await tokensOf(ada)).map(({ name, expiresAt }) => ({ name, expiresAt })),
    [{ name: "for ever", expiresAt: null }],
  );
});

test("a role that may not create tokens sees whom to ask, and cannot send the form", async (t) => {
  const owner = await person("Olive");
  const acme = await seed.organization(owner, "Acme");
  const member = await person("Mia");
  await seed.member(acme, member, "member");
  await tighten(owner, acme, { mintableBy: ["owner", "admin"] });
  const page = await open(t, { person: member, organization: acme });
  await visit(page, "/settings/tokens/new", "New token");
  const refusal = page.getByRole("status").filter({ hasText: "You cannot mint a token here" });
  await seen(refusal.getByText("The token policy of Acme lets only owner or admin mint tokens"));
  assert.ok(await page.getByRole("button", { name: "New token" }).isDisabled());

  // Elsewhere they may.
  await page.getByLabel("Organization", { exact: true }).selectOption({ label: "Mia (personal)" });
  await gone(refusal);
  await mintToken(page, "my own");
  assert.equal((await tokensOf(member))[0]?.organization.id, member.personal.id);
});

test("a policy with a longest lifetime rules longer choices out and says so", async (t) => {
  const owner = await person("Olive");
  const acme = await seed.organization(owner, "Acme");
  await tighten(owner, acme, { maxLifetimeDays: 20, allowNoExpiry: false });
  const page = await open(t, { person: owner, organization: acme });
  await visit(page, "/settings/tokens/new", "New token");
  await seen(page.getByText("The token policy of Acme allows at most 20 days."));
  const expiration = page.getByRole("group", { name: "Expiration" });
  for (const choice of ["30 days", "60 days", "90 days", "Never"]) {
    assert.ok(await expiration.getByRole("radio", { name: choice }).isDisabled(), choice);
  }
  assert.ok(await expiration.getByRole("radio", { name: "7 days" }).isChecked(), "the next shorter one is chosen");
});

test("a role that may not read the policy is offered only what its rules of minting allow", async (t) => {
  const owner = await person("Olive");
  const acme = await seed.organization(owner, "Acme");
  const viewer = await person("Vic");
  await seed.member(acme, viewer, "viewer");
  await seed.token(viewer, acme, { name: "endless" });
  await tighten(owner, acme, { maxLifetimeDays: 90, idleDays: 30, networks: ["203.0.113.0/24"], mcp: "off" });
  const page = await open(t, { person: viewer, organization: acme });
  await visit(page, "/settings/tokens/new", "New token");
  await seen(page.getByText("The token policy of Acme allows at most 90 days."));
  assert.ok(await page.getByRole("radio", { name: "Never" }).isDisabled());
  await seen(page.getByText("Tokens of Acme work only from 203.0.113.0/24."));
  await seen(page.getByText("A token that is not used for 30 days stops working."));
  await seen(page.getByText("AI clients cannot use tokens of Acme."));

  // The rules became stricter while the form was open: the server refuses, and the form shows the new rules.
  await tighten(owner, acme, { maxLifetimeDays: 20 });
  await page.getByLabel("Name", { exact: true }).fill("too long");
  await page.getByRole("button", { name: "New token" }).click();
  await seen(page.getByText("The token policy of Acme allows at most 20 days."));
  assert.equal((await tokensOf(viewer)).length, 1);
  await page.getByRole("button", { name: "New token" }).click();
  await shownSecret(page);

  const endless = (await tokensOf(viewer)).find(({ name }) => name === "endless");
  const replace = await open(t, { person: viewer, organization: acme });
  await visit(replace, `/settings/tokens/${endless?.id}/replace`, "Replace token");
  await seen(replace.getByText("20 days from now"));
  await tighten(owner, acme, { maxLifetimeDays: null, allowNoExpiry: false });
  await replace.reload();
  await seen(replace.getByText("This token cannot be replaced"));
  assert.equal(await replace.getByRole("button", { name: "Replace token" }).count(), 0);
});

test("the form of an API key offers only what the organization allows", async (t) => {
  const owner = await person("Olive");
  const acme = await seed.organization(owner, "Acme");
  await tighten(owner, acme, { maxLifetimeDays: 60 });
  const page = await open(t, { person: owner, organization: acme });
  await visit(page, "/organization/api-keys", "API keys");
  await page.getByRole("button", { name: "New API key" }).click();
  const dialog = page.getByRole("dialog", { name: "New API key" });
  await seen(dialog.getByText("The token policy of Acme allows at most 60 days."));
  for (const choice of ["90 days", "Never"]) assert.ok(await dialog.getByRole("radio", { name: choice }).isDisabled());
});

test("the command line's link prefills the form, through the sign-in, and sends nothing by itself", async (t) => {
  const ada = await person("Ada");
  const page = await open(t);
  await page.goto("/cli/connect?name=laptop&permissions=members:read,nuclear:launch&expires=7d&organizationId=org_x");
  await atPage(page, "Sign in");
  await signIn(page, ada.email, PASSWORD);
  await atPage(page, "Connect the command line");
  assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "laptop");
  assert.ok(await page.getByRole("radio", { name: "7 days" }).isChecked());
  assert.ok(await page.getByRole("radio", { name: "Chosen permissions only" }).isChecked());
  await seen(page.getByText(/^1 of \d+ chosen$/));
  await seen(page.getByText("The link requests more than you can give here"));
  await seen(page.getByText("nuclear:launch"));
  assert.equal(await page.getByLabel("Organization", { exact: true }).inputValue(), ada.personal.id);
  assert.deepEqual(await tokensOf(ada), []);

  await page.getByRole("button", { name: "Generate token" }).click();
  const secret = await shownSecret(page);
  await seen(page.getByText("mintmark login --with-token"));
  const { body } = await instance.client().withBearer(secret).get("/api/whoami");
  assert.deepEqual([body.credential.name, body.permissions], ["laptop", ["members:read"]]);
});

test("leaving before the secret is copied asks first", async (t) => {
  const ada = await person("Ada");
  const page = await open(t, { person: ada });
  await visit(page, "/settings/tokens/new", "New token");
  const secret = await mintToken(page, "precious");
  await page.getByRole("link", { name: "Done" }).click();
  const question = page.getByRole("alertdialog", { name: "Leave without copying the token?" });
  await question.getByRole("button", { name: "Stay and copy" }).click();
  await gone(question);
  assert.equal(await shownSecret(page), secret);
  await page.getByRole("link", { name: "Done" }).click();
  await question.getByRole("button", { name: "Leave anyway" }).click();
  await atPage(page, "Personal access tokens");
});
