// The audit log in the browser: events in words, filters in the address, complete files, the person's log.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { assertAccessible, assertStateAccessible } from "../src/accessibility.ts";
import { openStage } from "../src/stage.ts";
import { visit } from "../src/steps.ts";
import { becomes, gone, seen } from "../src/waiting.ts";

const { seed, open, person } = await openStage();

/** An organization where a member used a token and the owner changed the policy and the name. */
async function staged() {
  const owner = await person("Olive Owner");
  const acme = await seed.organization(owner, "Acme");
  const mia = await person("Mia Member");
  await seed.member(acme, mia, "admin");
  const session = await seed.session(owner, acme);
  const policy = `/api/organizations/${acme.id}/token-policy`;
  await session.put(policy, { ...(await session.get(policy)).body, maxLifetimeDays: 90 });
  const token = await seed.token(mia, acme, { name: "CI deploy" });
  await token.client.post(`/api/organizations/${acme.id}/invitations`, { email: "=cmd@example.com", role: "viewer" });
  await session.patch(`/api/organizations/${acme.id}`, { name: "Acme Ltd" });
  return { owner, acme, mia, token };
}

function events(page: Page): Locator {
  return page.getByRole("list", { name: "Events" }).getByRole("listitem");
}

test("an event opens to what changed, through which token, and leads to more of the same", async (t) => {
  const { owner, acme, token } = await staged();
  const page = await open(t, { person: owner, organization: acme });
  await visit(page, "/organization/audit", "Audit log");
  await page.getByRole("button", { name: /^Token policy changed/ }).click();
  const change = events(page).filter({ hasText: "Token policy changed" });
  await seen(change.getByText("Longest lifetime"));
  await seen(change.getByText("no limit"));
  await seen(change.getByText("90 days"));
  await seen(change.getByText("A signed-in browser"));
  await assertStateAccessible(page, "what a policy changed");

  await page.getByRole("button", { name: /^Person invited/ }).click();
  const invited = events(page).filter({ hasText: "Person invited" });
  await seen(invited.getByRole("link", { name: "token CI deploy" }));
  await invited.getByRole("button", { name: "Only events of token CI deploy" }).click();
  await becomes(() => new URL(page.url()).searchParams.get("credential"), token.id, "the address holds the filter");
  await gone(page.getByRole("button", { name: /^Token policy changed/ }));
  await page.reload();
  await seen(page.getByRole("button", { name: /^Token used/ }));
  assert.equal(await events(page).filter({ hasText: "Organization renamed" }).count(), 0);
  await page.getByRole("button", { name: "Clear filters" }).click();
  await seen(page.getByRole("button", { name: /^Organization renamed/ }));
});

test("a person is found by a part of their name, and actions and times narrow further", async (t) => {
  const { owner, acme, mia } = await staged();
  const page = await open(t, { person: owner, organization: acme });
  await visit(page, "/organization/audit", "Audit log");
  await page.getByLabel("Person").fill("mia");
  await page.getByRole("option", { name: /Mia Member/ }).click();
  await becomes(() => new URL(page.url()).searchParams.get("actor"), mia.id, "the address holds the person");
  await gone(page.getByRole("button", { name: /^Organization renamed/ }));
  await page.getByLabel("Action").selectOption({ label: "Members and invitations: any" });
  await becomes(() => events(page).count(), 1, "only what was done to members is left");
  await page.getByLabel("Time").selectOption("24h");
  assert.equal(new URL(page.url()).searchParams.get("range"), "24h");
  await page.getByLabel("Outcome").selectOption("denied");
  await seen(page.getByText("No event matches"));
  await page.getByRole("button", { name: "Show all events" }).click();
  await seen(page.getByRole("button", { name: /^Organization renamed/ }));
  assert.equal(new URL(page.url()).search, "");
});

test("a pasted name chooses exactly that person, or shows the choices", async (t) => {
  const { owner, acme, mia } = await staged();
  const junior = await person("Mia Member Junior");
  await seed.member(acme, junior, "member");
  await seed.member(acme, await person("Anna Adams"), "member");
  const page = await open(t, { person: owner, organization: acme });
  await visit(page, "/organization/audit", "Audit log");
  const field = page.getByRole("combobox", { name: "Person" });
  const actor = (): string | null => new URL(page.url()).searchParams.get("actor");

  // Into a field that was not open: by a script or a screen reader, without a click.
  await field.fill("Junior");
  await seen(page.getByRole("option", { name: /Mia Member Junior/ }));
  await gone(page.getByRole("option", { name: /Anna Adams/ }));
  await field.fill("");
  await page.keyboard.press("Escape");
  await field.click();
  await seen(page.getByRole("option", { name: /Anna Adams/ }));
  // The list still shows everybody at the moment of the paste.
  await page.keyboard.insertText("Mia Member");
  await page.keyboard.press("Enter");
  await becomes(actor, mia.id, "the person with exactly this name");
  await becomes(() => field.inputValue(), "Mia Member", "the field names them");

  await field.fill("Member");
  await seen(page.getByRole("option", { name: /Mia Member Junior/ }));
  await page.keyboard.press("Enter");
  assert.equal(actor(), mia.id, "a part of a name chooses nobody");
  assert.equal(await page.getByRole("option", { name: /Mia Member/ }).count(), 2, "both are still offered");
  await page.keyboard.press("Tab");
  await becomes(() => field.inputValue(), "Mia Member", "text that filters nothing goes away");

  await field.fill(junior.email);
  await page.keyboard.press("Tab");
  await becomes(actor, junior.id, "an address is complete, too");
  await seen(page.getByText("No event matches"));
  await seen(page.getByText("The log has no such event of Mia Member Junior."));
  await page.reload();
  await becomes(() => field.inputValue(), "Mia Member Junior", "a person without events has a name");
  await page.goto("/organization/audit?actor=usr_00000000000000000000000000000000");
  await becomes(() => field.inputValue(), "Unknown person", "no id is shown as a name");
  await assertStateAccessible(page, "the log of an unknown person");
});

test("the log is saved as a file, whole and inert, and that is in the log", async (t) => {
  const { owner, acme } = await staged();
  const page = await open(t, { person: owner, organization: acme });
  await visit(page, "/organization/audit", "Audit log");
  const saved = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export CSV" }).click();
  const file = await saved;
  assert.match(file.suggestedFilename(), /^audit-events-\d{4}-\d\d-\d\d\.csv$/);
  const text = await readFile(await file.path(), "utf8");
  assert.ok(text.includes("policy.changed") && text.includes(",'=cmd@example.com,"), text);
  await page.reload();
  await page.getByRole("button", { name: /^Audit log exported/ }).click();
  await seen(events(page).first().getByText("csv"));
});

test("a longer log goes on as one scrolls", async (t) => {
  const { owner, acme } = await staged();
  const session = await seed.session(owner, acme);
  for (let count = 0; count < 60; count++)
    await session.patch(`/api/organizations/${acme.id}`, { name: `Acme ${count}` });
  const page = await open(t, { person: owner, organization: acme });
  await visit(page, "/organization/audit", "Audit log");
  await seen(events(page).first());
  await becomes(
    async () => {
      await page.mouse.wheel(0, 5000);
      return page.getByText("There are no older events.").isVisible();
    },
    true,
    "the last page came by itself",
  );
  // Only the rows in sight are in the document. The last one tells how many there are.
  assert.ok(Number(await events(page).last().getAttribute("aria-setsize")) > 60);
});

test("how long events are kept is set with a notice of seven days", async (t) => {
  const { owner, acme } = await staged();
  const page = await open(t, { person: owner, organization: acme });
  await visit(page, "/organization/audit", "Audit log");
  await seen(page.getByText("Events are kept forever."));
  await page.getByRole("button", { name: "Change retention" }).click();
  await page.getByLabel("Keep events for").selectOption("365");
  await seen(page.getByText("Events will be deleted for good"));
  await page.getByRole("dialog").getByRole("button", { name: "Save", exact: true }).click();
  await seen(page.getByText(/^Events are kept forever\. From \d+ \w+ \d{4} on: 365 days \(1 year\)\.$/));
  await seen(page.getByRole("button", { name: /^Audit log: retention changed/ }));
});

test("everybody sees their own log, and no more", async (t) => {
  const { acme, mia } = await staged();
  const page = await open(t, { person: mia, organization: acme });
  await visit(page, "/settings/activity", "Activity");
  await page.getByRole("button", { name: /^Person invited/ }).click();
  await seen(page.getByRole("link", { name: "token CI deploy" }));
  assert.equal(await events(page).filter({ hasText: "Token policy changed" }).count(), 0);
  await assertAccessible(page, "activity");
  await page.getByLabel("Organization", { exact: true }).selectOption({ label: mia.name });
  await seen(page.getByText("No event matches"));
});

test("a member whose role cannot read the log gets an explanation", async (t) => {
  const { acme } = await staged();
  const viewer = await person("Vera Viewer");
  await seed.member(acme, viewer, "viewer");
  const page = await open(t, { person: viewer, organization: acme });
  await visit(page, "/organization/audit", "Audit log");
  await seen(page.getByText("audit:read"));
});
