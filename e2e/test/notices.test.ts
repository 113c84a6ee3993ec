// Notices, as their reader meets them: the bell, the list, what is mailed, and the calendar.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { assertAccessible, assertStateAccessible } from "../src/accessibility.ts";
import { openStage } from "../src/stage.ts";
import { atPage, copy, mintToken, visit } from "../src/steps.ts";
import { becomes, gone, seen } from "../src/waiting.ts";

const { instance, seed, open, person } = await openStage();

function bell(page: Page, name: string): Locator {
  return page.getByRole("banner").getByRole("link", { name, exact: true });
}

function rows(page: Page): Locator {
  return page.getByRole("list", { name: "Notices" }).getByRole("listitem");
}

test("a minting by another browser rings the bell; reading, dismissing and filtering", async (t) => {
  const ada = await person("Ada");
  const page = await open(t, { person: ada, context: { permissions: ["clipboard-read", "clipboard-write"] } });
  await visit(page, "/settings/notices", "Notices");
  await seen(page.getByText("No notices"));
  await seen(bell(page, "Notices"));
  await assertAccessible(page, "no notices");

  await visit(page, "/settings/tokens/new", "New token");
  await mintToken(page, "CI deploy");
  await copy(page, "token");
  await visit(page, "/settings/tokens", "Personal access tokens");
  await seen(bell(page, "Notices"));
  const session = await seed.session(ada);
  for (const [agent, name] of [
    ["curl/8.1", "nightly"],
    ["Wget/1.25", "backup"],
  ] as const) {
    const input = { name, expiresInDays: 30 };
    assert.equal((await session.with({ "User-Agent": agent }).post("/api/personal-access-tokens", input)).status, 201);
  }
  await page.reload();
  await bell(page, "Notices: 2 unread").click();
  await atPage(page, "Notices");
  await becomes(() => rows(page).count(), 3, "all are listed");
  await seen(rows(page).first().getByText("New token backup"));
  await assertAccessible(page, "notices, unread");

  await page.getByRole("button", { name: "Mark as read: New token backup" }).click();
  await seen(bell(page, "Notices: 1 unread"));
  await page.getByRole("checkbox", { name: "Only unread" }).check();
  await becomes(() => rows(page).count(), 1, "only the unread one");
  await page.reload();
  await becomes(() => rows(page).count(), 1, "the filter is in the address");
  await page.getByRole("button", { name: "Mark all as read" }).click();
  await seen(bell(page, "Notices"));
  await seen(page.getByText("No notice matches"));
  await assertStateAccessible(page, "no match");
  await page.getByRole("button", { name: "Show all" }).click();
  await becomes(() => rows(page).count(), 3, "all of them again");
  await page.getByRole("button", { name: "Dismiss: New token CI deploy" }).click();
  await becomes(() => rows(page).count(), 2, "it is gone");
  await page.getByLabel("Kind").selectOption("Token has expired");
  await seen(page.getByText("No notice matches"));
});

test("the owner of a token that an admin revoked sees who did it", async (t) => {
  const grace = await person("Grace Hopper");
  const ada = await person("Ada");
  const acme = await seed.organization(grace, "Acme");
  await seed.member(acme, ada, "member");
  const token = await seed.token(ada, acme, { name: "deploy" });
  const page = await open(t, { person: ada });
  await visit(page, "/settings/tokens", "Personal access tokens");
  await seen(bell(page, "Notices"));

  const admin = await seed.session(grace, acme);
  await admin.delete(`/api/organizations/${acme.id}/personal-access-tokens/${token.id}`);
  // A person who returns to the window sees the notice.
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange", { bubbles: true })));
  await seen(bell(page, "Notices: 1 unread"));
  await becomes(
    () => page.getByRole("banner").getByRole("status").filter({ hasText: "There is a new notice." }).count(),
    1,
    "a screen reader hears of it",
  );
  await bell(page, "Notices: 1 unread").click();
  await seen(rows(page).getByText("Token deploy was revoked by Grace Hopper"));
  await seen(rows(page).getByText("An admin revoked it."));
  await rows(page).getByRole("link").click();
  await seen(bell(page, "Notices"));
});

test("what is mailed can be chosen, but for what is always mailed", async (t) => {
  const ada = await person("Ada");
  const page = await open(t, { person: ada });
  await visit(page, "/settings/notices", "Notices");
  const form = page.getByRole("form", { name: "Notices by mail" });
  const minted = form.getByRole("checkbox", { name: "Token minted" });
  await seen(page.getByText("This instance sends no email"));
  assert.equal(await minted.isChecked(), true);
  assert.equal(await form.getByRole("checkbox", { name: "Token revoked by another person" }).isDisabled(), true);
  await minted.uncheck();
  await form.getByRole("button", { name: "Save" }).click();
  await seen(page.getByText("Your choice is saved.").first());
  await page.reload();
  await becomes(() => minted.isChecked(), false, "it was kept");
  assert.deepEqual(await instance.deps.store.reads.listNoticeMutes(ada.id), ["token.minted"]);
});

test("a calendar is made, read by its address, given a new one, and ended", async (t) => {
  const ada = await person("Ada");
  await seed.token(ada, ada.personal, { name: "nightly", expiresAt: instance.deps.clock() + 9 * 86_400_000 });
  const page = await open(t, { person: ada, context: { permissions: ["clipboard-read", "clipboard-write"] } });
  const read = async (address: string): Promise<Response> => fetch(address);
  const shown = async (): Promise<string> =>
    (await page.getByText(/\/calendar\/[0-9a-f]{64}\.ics$/).textContent()) ?? "";
  await visit(page, "/settings/notices", "Notices");
  await page.getByRole("button", { name: "Create calendar" }).click();
  await seen(page.getByText("It is shown only once"));
  const first = await shown();
  const calendar = await read(first);
  assert.equal(calendar.status, 200);
  assert.match(await calendar.text(), /SUMMARY:Token “nightly” expires/);
  await assertStateAccessible(page, "the address of a calendar");
  await copy(page, "address");
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), first);

  await page.getByRole("button", { name: "Make a new address" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Make a new address" }).click();
  await gone(page.getByRole("alertdialog"));
  await becomes(async () => (await shown()) === first, false, "another address");
  const second = await shown();
  assert.deepEqual([(await read(first)).status, (await read(second)).status], [404, 200]);

  await page.reload();
  await seen(page.getByText(/last read by a calendar/));
  assert.equal(await page.getByText(second).count(), 0, "it is not shown again");
  await page.getByRole("button", { name: "End calendar" }).click();
  await assertStateAccessible(page, "ending the calendar");
  await page.getByRole("alertdialog").getByRole("button", { name: "End calendar" }).click();
  await seen(page.getByRole("button", { name: "Create calendar" }));
  assert.equal((await read(second)).status, 404);
});
