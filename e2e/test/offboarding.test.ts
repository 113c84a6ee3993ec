// Offboarding as an owner does it: look at what ends, tick a key, confirm, keep the receipt. And oversight: finding
// other people's tokens, revoking several, exporting what is shown.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import type { Client } from "../../server/test/support/client.ts";
import { openStage } from "../src/stage.ts";
import { atPage, chooseAction, visit } from "../src/steps.ts";
import { becomes, gone, seen } from "../src/waiting.ts";

const { instance, seed, open, person } = await openStage();

async function code(client: Client): Promise<string> {
  const { status, body } = await client.get("/api/whoami");
  return status === 200 ? "ok" : (body.code as string);
}

async function downloaded(page: Awaited<ReturnType<typeof open>>, click: () => Promise<void>) {
  const [download] = await Promise.all([page.waitForEvent("download"), click()]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), "utf8") };
}

test("a member is removed: preview, one key ticked, receipt, and nothing elsewhere touched", async (t) => {
  const owner = await person("Olive Owner");
  const acme = await seed.organization(owner, "Acme");
  const leaver = await person("Lee Leaver");
  await seed.member(acme, leaver, "admin");
  const token = await seed.token(leaver, acme, { name: "CI deploy" });
  const elsewhere = await seed.token(leaver, leaver.personal, { name: "Private" });
  const key = await seed.apiKey(acme, leaver, { name: "Nightly import", role: "member" });
  const otherKey = await seed.apiKey(acme, owner, { name: "Status page", role: "member" });
  await token.client.with({ "User-Agent": "terraform/1.9" }).get("/api/whoami");
  await instance.uses.flush();
  const page = await open(t, { person: owner, organization: acme });
  await visit(page, "/organization/members", "Members");
  await chooseAction(page, "Lee Leaver", "Remove");
  await atPage(page, "Remove Lee Leaver");

  const ending = page.getByRole("list", { name: "Tokens that end" });
  await seen(ending.getByText("CI deploy"));
  await seen(ending.getByText("terraform/1.9"));
  await gone(page.getByText("Private"));
  for (const box of await page.getByRole("checkbox").all()) assert.equal(await box.isChecked(), false);
  const [first] = await page.getByRole("checkbox").all();
  assert.equal(await first?.evaluate((box: HTMLInputElement) => box.labels?.[0]?.textContent), "Revoke Nightly import");
  await page.getByRole("checkbox", { name: "Revoke Nightly import" }).check();
  const remove = page.getByRole("button", { name: "Remove member and revoke 1 API key" });
  await page.getByLabel(/to confirm$/).fill("somebody@example.com");
  await remove.click();
  await seen(page.getByText(`Type ${leaver.email} to confirm.`));
  assert.equal(await code(token.client), "ok");
  await page.getByLabel(/to confirm$/).fill(leaver.email.toUpperCase());
  await remove.click();

  await atPage(page, "Lee Leaver removed");
  assert.deepEqual(
    [await code(token.client), await code(key.client), await code(elsewhere.client), await code(otherKey.client)],
    ["member_removed", "token_revoked", "ok", "ok"],
  );
  const receipt = await downloaded(page, () => page.getByRole("button", { name: "Download JSON" }).click());
  assert.match(receipt.name, /^offboarding-\d{4}-\d\d-\d\d-evt_[0-9a-f]{32}\.json$/);
  const proof = JSON.parse(receipt.text);
  assert.deepEqual([proof.tokens[0].id, proof.apiKeys[0].id, proof.by.id], [token.id, key.id, owner.id]);
  assert.ok(!receipt.text.includes(token.secret) && !receipt.text.includes(key.secret));

  // The address alone opens it again; on paper it is the page without the frame.
  await page.reload();
  await atPage(page, "Lee Leaver removed");
  await page.emulateMedia({ media: "print" });
  await gone(page.getByRole("button", { name: "Print" }));
  await gone(page.getByRole("navigation").first());
  await seen(page.getByText(proof.auditEventId as string));
});

test("a member is suspended: tokens are paused, and the receipt says so", async (t) => {
  const owner = await person("Olive Owner");
  const acme = await seed.organization(owner, "Acme");
  const member = await person("Mia Member");
  await seed.member(acme, member, "member");
  const token = await seed.token(member, acme);
  const page = await open(t, { person: owner, organization: acme });
  await visit(page, "/organization/members", "Members");
  await chooseAction(page, "Mia Member", "Suspend");
  await atPage(page, "Suspend Mia Member");
  await seen(page.getByText("1 token is paused until Mia Member is reinstated."));
  await page.getByLabel(/to confirm$/).fill(member.email);
  await page.getByRole("button", { name: "Suspend member" }).click();
  await atPage(page, "Mia Member suspended");
  await seen(page.getByText("1 token is paused until the member is reinstated."));
  assert.equal(await code(token.client), "member_suspended");
});

test("a member who cannot be removed is shown with the reason and without the button", async (t) => {
  const owner = await person("Olive Owner");
  const acme = await seed.organization(owner, "Acme");
  const admin = await person("Ada Admin");
  await seed.member(acme, admin, "admin");
  const membership = await instance.deps.store.reads.findMembership(acme.id, owner.id);
  const page = await open(t, { person: admin, organization: acme });
  await visit(page, `/organization/members/${membership?.id ?? ""}/offboarding`, "Remove Olive Owner");
  await seen(page.getByText("Olive Owner cannot be removed"));
  assert.equal(await page.getByRole("button", { name: /^Remove member/ }).count(), 0);
});

test("an admin finds other people's tokens, revokes several at once, and exports what is shown", async (t) => {
  const owner = await person("Olive Owner");
  const acme = await seed.organization(owner, "Acme");
  const mia = await person("Mia Member");
  await seed.member(acme, mia, "member");
  const now = instance.deps.clock();
  const stale = await seed.token(mia, acme, { name: "=forgotten", createdAt: now - 200 * 86_400_000 });
  const other = await seed.token(mia, acme, { name: "laptop" });
  const kept = await seed.token(owner, acme, { name: "backup" });
  const page = await open(t, { person: owner, organization: acme });
  await visit(page, "/organization/tokens", "Organization tokens");
  const list = page.getByRole("list", { name: "Tokens" });
  const count = () => list.getByRole("listitem").count();
  await becomes(count, 3, "all tokens are shown");
  await page.getByLabel("Use").selectOption("stale");
  await becomes(count, 1, "one is stale");
  await seen(list.getByText("Stale"));
  assert.match(page.url(), /use=stale/);
  const file = await downloaded(page, () => page.getByRole("link", { name: "Export CSV" }).click());
  assert.match(file.name, /^personal-access-tokens-.*\.csv$/);
  assert.equal(file.text.trimEnd().split("\r\n").length, 2);
  assert.ok(file.text.includes(",'=forgotten,"));
  await page.getByLabel("Use").selectOption("");

  // A pasted secret finds its token by the prefix; neither the address nor a request holds more of it.
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.getByRole("searchbox").fill(other.secret);
  await becomes(count, 1, "the secret's own token is found");
  assert.ok(![page.url(), ...asked].some((url) => url.includes(other.secret.slice(0, 20))));
  await page.getByRole("searchbox").fill("mia");
  await becomes(count, 2, "the owner's name finds both");
  await page.getByRole("checkbox", { name: "Select all 2 shown" }).check();
  await page.getByRole("button", { name: "Revoke 2 tokens" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Revoke 2 tokens" }).click();
  await gone(page.getByRole("alertdialog"));
  await seen(list.getByText(/revoked .* by Olive Owner/).first());
  assert.deepEqual(
    [await code(stale.client), await code(other.client), await code(kept.client)],
    ["token_revoked", "token_revoked", "ok"],
  );

  const theirs = await open(t, { person: mia, organization: acme });
  await visit(theirs, "/settings/tokens", "Personal access tokens");
  await seen(theirs.getByText("Revoked by Olive Owner (admin)").first());
});
