// The token policy: the page shows the effects of a change while it is edited, asks before it is saved, and is right.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertStateAccessible } from "../src/accessibility.ts";
import { openStage, PASSWORD } from "../src/stage.ts";
import { atPage, visit } from "../src/steps.ts";
import { becomes, gone, seen } from "../src/waiting.ts";

const DAY_MS = 86_400_000;
const { instance, seed, open, person } = await openStage();

async function staged() {
  const owner = await person("Olive Owner");
  const acme = await seed.organization(owner, "Acme");
  const mia = await person("Mia Member");
  await seed.member(acme, mia, "member");
  const now = instance.deps.clock();
  const laptop = await seed.token(mia, acme, { name: "Laptop", createdAt: now - DAY_MS, expiresAt: now + DAY_MS });
  const endless = await seed.token(mia, acme, { name: "Endless", createdAt: now });
  await endless.client.get("/api/whoami");
  await instance.uses.flush();
  return { owner, acme, laptop, endless };
}

test("a tightened policy shows what it breaks, asks for the password, and blocks exactly that", async (t) => {
  const { owner, acme, laptop, endless } = await staged();
  const page = await open(t, { person: owner, organization: acme, authenticatedAgoMs: 16 * 60_000 });
  await visit(page, "/organization/policy", "Token policy");
  await page.getByLabel("Allow tokens without an expiry").uncheck();
  const broken = page.getByRole("list", { name: "Tokens and keys that this changes" });
  await seen(broken.getByText("Endless"));
  await seen(broken.getByText("Token of Mia Member"));
  await seen(broken.getByText(/^Last used /));
  assert.equal(await broken.getByText("Laptop").count(), 0);
  await seen(page.getByText("1 token stops working.", { exact: true }).first());
  await assertStateAccessible(page, "the preview of a policy");

  assert.equal((await endless.client.get("/api/whoami")).status, 200, "a preview changes nothing");
  await page.getByRole("button", { name: "Save policy" }).click();
  const question = page.getByRole("alertdialog");
  await seen(question.getByText("Endless"));
  await assertStateAccessible(page, "the question before a policy breaks something");
  await question.getByRole("button", { name: "Save policy" }).click();
  await page.getByRole("dialog").getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("dialog").getByRole("button", { name: "Confirm" }).click();
  await seen(page.getByText("The token policy is saved and in force everywhere."));
  await assertStateAccessible(page, "the receipt of a policy");

  const refused = await endless.client.get("/api/whoami");
  assert.deepEqual([refused.status, refused.body.code], [401, "policy_no_expiry"]);
  assert.equal((await laptop.client.get("/api/whoami")).status, 200);

  await page.getByRole("button", { name: "Reset to default" }).click();
  await seen(page.getByText("1 token works again."));
  await page.getByRole("button", { name: "Save policy" }).click();
  await seen(page.getByText("The token policy is saved and in force everywhere."));
  assert.equal((await endless.client.get("/api/whoami")).status, 200);
});

test("the question before a policy breaks something hides nothing that stops: what is in use comes first", async (t) => {
  const owner = await person("Olive Owner");
  const acme = await seed.organization(owner, "Acme");
  const expiresAt = instance.deps.clock() + 300 * DAY_MS;
  for (let count = 0; count < 25; count++) await seed.token(owner, acme, { name: `Reader ${count}`, expiresAt });
  for (let count = 0; count < 25; count++) await seed.token(owner, acme, { name: `Endless ${count}` });
  for (const name of ["Deploys", "Backups"]) {
    const { client } = await seed.apiKey(acme, owner, { name });
    await client.get("/api/whoami");
  }
  await instance.uses.flush();
  const page = await open(t, { person: owner, organization: acme });
  await visit(page, "/organization/policy", "Token policy");
  await page.getByRole("group", { name: "Ceiling" }).getByRole("radio", { name: "Reading only" }).check();
  await page.getByLabel("Allow tokens without an expiry").uncheck();
  await seen(page.getByText("Of those that stop, 2 API keys were used within the last 24 hours.").first());
  await page.getByRole("button", { name: "Save policy" }).click();
  const question = page.getByRole("alertdialog");
  await seen(question.getByText("25 tokens and 2 API keys stop working, 25 tokens become read-only."));
  await seen(question.getByText("Of those that stop, 2 API keys were used within the last 24 hours."));
  const list = question.getByRole("region", { name: "Tokens and keys that this changes" });
  const items = list.getByRole("listitem");
  const firstTwo = [await items.nth(0).innerText(), await items.nth(1).innerText()];
  assert.deepEqual(new Set(firstTwo.map((text) => text.split(",")[0])), new Set(["Backups", "Deploys"]));
  // Scrolling to the end loads everything.
  while ((await items.count()) < 52) {
    const before = await items.count();
    await list.getByRole("button", { name: "Show more" }).scrollIntoViewIfNeeded();
    await becomes(async () => (await items.count()) > before, true, "the next page is there");
  }
  const headings = await list.getByRole("heading").allInnerTexts();
  assert.deepEqual(headings, ["Stop working", "Become read-only"]);
  await assertStateAccessible(page, "the list of all effects");
});

test("holding MCP back says that the API stays writable, and offers to bind both", async (t) => {
  const { owner, acme } = await staged();
  const page = await open(t, { person: owner, organization: acme });
  await visit(page, "/organization/policy", "Token policy");
  const mcp = page.getByRole("group", { name: "MCP" });
  const ceiling = page.getByRole("group", { name: "Ceiling" });
  await mcp.getByRole("radio", { name: "Off" }).check();
  await seen(page.getByText("The API stays writable"));
  await seen(page.getByText("AI clients are refused.", { exact: true }));
  await page.getByRole("button", { name: "Also set the ceiling to reading only" }).click();
  await gone(page.getByText("The API stays writable"));
  assert.equal(await ceiling.getByRole("radio", { name: "Reading only" }).isChecked(), true);
  await seen(page.getByText(/become read-only\.$/).first());
});

test("what is not saved is not lost without a question", async (t) => {
  const { owner, acme } = await staged();
  const page = await open(t, { person: owner, organization: acme });
  await visit(page, "/organization/policy", "Token policy");
  await page.getByLabel("Refuse after days without use").fill("30");
  await seen(page.getByText("Not saved yet."));
  await page.getByRole("link", { name: "Audit log" }).click();
  const question = page.getByRole("alertdialog");
  await seen(question.getByText("Leave without saving?"));
  await question.getByRole("button", { name: "Stay" }).click();
  assert.equal(await page.getByLabel("Refuse after days without use").inputValue(), "30");
  await page.getByRole("button", { name: "Discard" }).click();
  await becomes(() => page.getByLabel("Refuse after days without use").inputValue(), "", "the form is as it was saved");
  await page.getByRole("link", { name: "Audit log" }).click();
  await atPage(page, "Audit log");
});
