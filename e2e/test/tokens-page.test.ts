// The list of the person's tokens: finding one, seeing which need attention, and the operations on each.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Locator, Page } from "playwright-core";
import type { Person } from "../../server/test/support/seed.ts";
import { openStage } from "../src/stage.ts";
import { atPage, chooseAction, copy, shownSecret, visit } from "../src/steps.ts";
import { becomes, gone, seen } from "../src/waiting.ts";

const DAY_MS = 86_400_000;
const { instance, seed, open, person } = await openStage();

interface Told {
  readonly createdDaysAgo?: number;
  readonly usedDaysAgo?: number;
  readonly endsInDays?: number;
  readonly permissions?: readonly string[];
}

/** A token with a past. */
async function tokenOf(owner: Person, name: string, told: Told): ReturnType<typeof seed.token> {
  const { createdDaysAgo = 40, usedDaysAgo, endsInDays, permissions = null } = told;
  const now = instance.deps.clock();
  const token = await seed.token(owner, owner.personal, {
    name,
    permissions,
    createdAt: now - createdDaysAgo * DAY_MS,
    expiresAt: endsInDays === undefined ? null : now + endsInDays * DAY_MS,
  });
  if (usedDaysAgo !== undefined) {
    const use = { count: 1, lastUsedAt: now - usedDaysAgo * DAY_MS, ip: "203.0.113.7", userAgent: null };
    await instance.deps.store.transaction((tx) => tx.recordUses([{ credentialId: token.id, ...use }]));
  }
  return token;
}

function rows(page: Page): Locator {
  return page.getByRole("list", { name: "Tokens" }).getByRole("listitem");
}

/** The row of a token, by its name. */
function row(page: Page, name: string): Locator {
  return rows(page).filter({ has: page.getByRole("button", { name, exact: true }) });
}

/** The names in the list at one moment, in their order: the first button of a row opens the details of its token. */
function names(page: Page): Promise<string[]> {
  return rows(page).evaluateAll((all) => all.map((one) => one.querySelector("button")?.textContent ?? ""));
}

test("search, the filter by state, and the marks on tokens that need attention", async (t) => {
  const ada = await person("Ada");
  const { secret } = await tokenOf(ada, "CI deploy", { usedDaysAgo: 1, endsInDays: 60, createdDaysAgo: 1 });
  await tokenOf(ada, "forgotten", { usedDaysAgo: 95, createdDaysAgo: 120, endsInDays: 60 });
  await tokenOf(ada, "never used", { createdDaysAgo: 10, permissions: ["members:read"] });
  await tokenOf(ada, "unused", { createdDaysAgo: 31, endsInDays: 60 });
  await tokenOf(ada, "ending", { usedDaysAgo: 1, createdDaysAgo: 27, endsInDays: 3.1 });
  await tokenOf(ada, "expired", { usedDaysAgo: 5, createdDaysAgo: 20, endsInDays: -1 });
  const page = await open(t, { person: ada });
  await visit(page, "/settings/tokens", "Personal access tokens");
  await seen(rows(page).first());
  assert.deepEqual(await names(page), ["CI deploy", "never used", "ending", "unused", "forgotten", "expired"]);

  const marks = (name: string): Promise<number> =>
    row(page, name).getByRole("definition").locator("svg.lucide").count();
  assert.equal(await marks("CI deploy"), 0, "in use and far from its end");
  assert.equal(await marks("forgotten"), 1, "unused for long");
  assert.equal(await marks("unused"), 1, "never used in 31 days");
  assert.equal(await marks("never used"), 1, "a caution about its end, and no warning of the use");
  await seen(row(page, "never used").getByText("If its secret leaks, it works until somebody revokes it"));
  assert.equal(await marks("ending"), 1, "ends soon");
  await seen(row(page, "ending").getByText("in 3 days"));
  await seen(row(page, "expired").getByText("Expired", { exact: true }));

  const filter = page.getByRole("group", { name: "Filter by state" });
  await filter.getByRole("radio", { name: /^Needs attention/ }).check();
  await becomes(() => names(page), ["ending", "unused", "forgotten"], "what needs attention");
  await page.reload();
  await becomes(() => names(page), ["ending", "unused", "forgotten"], "the filter is in the address");
  await filter.getByRole("radio", { name: /^Expired or revoked/ }).check();
  await becomes(() => names(page), ["expired"], "what is over");
  await filter.getByRole("radio", { name: /^Active/ }).check();
  await becomes(() => names(page), ["CI deploy", "never used", "ending", "unused", "forgotten"], "what works");

  const search = page.getByRole("searchbox", { name: "Search tokens" });
  await search.fill("members:read");
  await becomes(() => names(page), ["never used"], "by permission");
  await search.fill(secret);
  await becomes(() => names(page), ["CI deploy"], "a whole secret finds its token");
  assert.ok(!page.url().includes(secret.slice(0, 12)), "no more than the prefix is in the address");
  await search.fill("depl");
  await becomes(() => new URL(page.url()).search, "?state=active&query=depl", "what is searched for is in the address");
  await page.reload();
  await becomes(() => names(page), ["CI deploy"], "a reload keeps the search");
  assert.equal(await search.inputValue(), "depl");
  await page.getByRole("navigation").getByRole("link", { name: "Personal access tokens" }).first().click();
  await becomes(() => search.inputValue(), "", "a link to the whole list empties the field");
  await search.fill("nothing like this");
  await seen(page.getByText("No token matches"));
  await page.getByRole("button", { name: "Show all tokens" }).click();
  await becomes(() => rows(page).count(), 6, "all of them again");
});

test("renaming shows the new name, and a name that is refused says why and changes nothing", async (t) => {
  const ada = await person("Ada");
  const { id } = await tokenOf(ada, "old name", { usedDaysAgo: 1 });
  const page = await open(t, { person: ada });
  await visit(page, "/settings/tokens", "Personal access tokens");
  await chooseAction(page, "old name", "Rename");
  const dialog = page.getByRole("dialog", { name: "Rename “old name”" });
  await dialog.getByLabel("Name").fill("with a \u202e turn");
  await dialog.getByRole("button", { name: "Rename" }).click();
  await becomes(() => dialog.getByLabel("Name").getAttribute("aria-invalid"), "true", "the field is marked");
  assert.equal((await instance.deps.store.reads.findToken(id))?.name, "old name");

  await dialog.getByLabel("Name").fill("new name");
  await dialog.getByRole("button", { name: "Rename" }).click();
  await gone(dialog);
  await seen(row(page, "new name"));
  assert.deepEqual(await names(page), ["new name"]);
});

test("replacing: both work until the old one is revoked, which is offered once the new one is used", async (t) => {
  const ada = await person("Ada");
  const old = await tokenOf(ada, "backup", { usedDaysAgo: 1, createdDaysAgo: 5, endsInDays: 25 });
  const page = await open(t, { person: ada });
  const works = async (secret: string): Promise<number> =>
    (await instance.client().withBearer(secret).get("/api/whoami")).status;
  await visit(page, "/settings/tokens", "Personal access tokens");
  await chooseAction(page, "backup", "Replace");
  await atPage(page, "Replace token");
  await seen(page.getByText("30 days from now"));
  await page.getByRole("button", { name: "Replace token" }).click();
  const secret = await shownSecret(page);
  await seen(page.getByText("Waiting for the new token's first use"));
  assert.equal(await works(old.secret), 200, "nothing has to stop");

  assert.equal(await works(secret), 200);
  await seen(page.getByText("The new token has been used"));
  await copy(page, "token");
  await page.getByRole("link", { name: "Done" }).click();

  // The list offers the same.
  await atPage(page, "Personal access tokens");
  const offer = rows(page).filter({ hasText: "The old token still works." });
  await offer.getByRole("button", { name: "Revoke the old one" }).click();
  const dialog = page.getByRole("alertdialog", { name: "Revoke “backup”?" });
  await seen(dialog.getByText(`${old.secret.slice(0, 10)}…`));
  await dialog.getByRole("button", { name: "Revoke token" }).click();
  await gone(dialog);
  await gone(offer);
  assert.deepEqual([await works(old.secret), await works(secret)], [401, 200]);
});

test("what is over can be dismissed: it leaves the list and not the record", async (t) => {
  const ada = await person("Ada");
  const { id } = await tokenOf(ada, "expired", { endsInDays: -1 });
  await tokenOf(ada, "working", { usedDaysAgo: 1 });
  const page = await open(t, { person: ada });
  await visit(page, "/settings/tokens", "Personal access tokens");
  await page.getByRole("button", { name: "Dismiss expired" }).click();
  await gone(row(page, "expired"));
  await becomes(
    () => page.evaluate(() => document.activeElement?.tagName ?? ""),
    "H1",
    "the focus does not go with the row",
  );
  await page.reload();
  await seen(row(page, "working"));
  assert.deepEqual(await names(page), ["working"]);
  assert.notEqual(await instance.deps.store.reads.findToken(id), null);
});

test("the address that older pages and GitLab's users know leads here", async (t) => {
  const ada = await person("Ada");
  const page = await open(t, { person: ada });
  await visit(page, "/settings/profile/tokens", "Personal access tokens");
  assert.equal(page.url(), `${instance.url}/settings/tokens`);
  await seen(page.getByText("You have no tokens"));
});
