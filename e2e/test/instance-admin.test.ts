// Operations of an instance admin in the browser. Each takes effect at the next request.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Page } from "playwright-core";
import { assertStateAccessible } from "../src/accessibility.ts";
import { openStage, PASSWORD } from "../src/stage.ts";
import { atPage, visit } from "../src/steps.ts";
import { becomes, gone, seen } from "../src/waiting.ts";

const stage = await openStage();
const { open, person, seed, instance } = stage;
const admin = await person("Adele Admin", { instanceAdmin: true });

const asAdmin = (t: TestContext, authenticatedAgoMs = 0): Promise<Page> =>
  open(t, { person: admin, authenticatedAgoMs });

async function answer(page: Page, title: RegExp, confirm: string): Promise<void> {
  const question = page.getByRole("alertdialog", { name: title });
  await seen(question);
  await question.getByRole("button", { name: confirm, exact: true }).click();
  await gone(question);
}

test("suspending a person stops their token at the next request; reinstating brings it back", async (t) => {
  const mia = await person("Mia Member");
  const token = await seed.token(mia, mia.personal);
  const whoami = async () => (await token.client.get("/api/whoami")).status;
  assert.equal(await whoami(), 200);
  const page = await asAdmin(t);
  await visit(page, "/admin", "Users");
  await page.getByLabel("Search users").fill("mia mem");
  await becomes(() => page.getByRole("list", { name: "Users" }).getByRole("listitem").count(), 1, "one is found");
  await page.getByRole("link", { name: "Mia Member" }).click();
  await atPage(page, "Mia Member");
  await page.getByRole("button", { name: "Suspend user" }).click();
  await answer(page, /^Suspend Mia Member\?$/, "Suspend user");
  assert.equal(await whoami(), 401);
  await seen(page.getByText("They cannot sign in, and their tokens are refused everywhere."));
  await page.getByRole("button", { name: "Reinstate user" }).click();
  await answer(page, /^Reinstate Mia Member\?$/, "Reinstate user");
  assert.equal(await whoami(), 200);
});

test("all of a person's tokens end in the organizations that are chosen, with a receipt", async (t) => {
  const tom = await person("Tom Tokens");
  const [acme, other] = [await seed.organization(tom, "Acme"), await seed.organization(tom, "Other")];
  const [first, second, spared] = [
    await seed.token(tom, acme),
    await seed.token(tom, acme),
    await seed.token(tom, other),
  ] as const;
  const page = await asAdmin(t);
  await visit(page, `/admin/users/${tom.id}`, "Tom Tokens");
  await page.getByRole("button", { name: "Revoke tokens…" }).click();
  const dialog = page.getByRole("dialog", { name: "Revoke tokens of Tom Tokens" });
  await dialog.getByLabel("Other").uncheck();
  await assertStateAccessible(page, "choosing what to revoke");
  await dialog.getByRole("button", { name: "Revoke 2 tokens" }).click();
  await seen(dialog.getByText("2 tokens revoked"));
  await assertStateAccessible(page, "the receipt");
  for (const { client } of [first, second]) assert.equal((await client.get("/api/whoami")).body.code, "token_revoked");
  assert.equal((await spared.client.get("/api/whoami")).status, 200);
  await dialog.getByRole("button", { name: "Done" }).click();
  await seen(page.getByText("1 token live."));
});

test("an organization that nobody can administer gets an owner, who can; its log says who did it", async (t) => {
  const [lost, rosa] = [await person("Gone Owner"), await person("Rosa Rescuer")];
  const organization = await seed.organization(lost, "Orphanage");
  await instance.deps.store.transaction((tx) => tx.suspendUser(lost.id, instance.deps.clock(), admin.id));
  const page = await asAdmin(t, 16 * 60_000);
  await visit(page, "/admin/organizations?show=ownerless", "Organizations");
  await page.getByRole("link", { name: "Orphanage" }).click();
  await atPage(page, "Orphanage");
  await seen(page.getByText("Nobody can administer this organization"));
  await page.getByRole("button", { name: "Appoint owner" }).click();
  const dialog = page.getByRole("dialog", { name: "Appoint an owner of Orphanage" });
  await dialog.getByLabel("Find a person").fill("rosa");
  await dialog.getByRole("radio", { name: "Rosa Rescuer" }).check();
  await assertStateAccessible(page, "appointing an owner");
  await dialog.getByRole("button", { name: "Appoint owner" }).click();
  const again = page.getByRole("dialog", { name: "Confirm that it is you" });
  await again.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await again.getByRole("button", { name: "Confirm" }).click();
  await seen(page.getByRole("list", { name: "Owners" }).getByText("Rosa Rescuer"));
  await gone(page.getByText("Nobody can administer this organization"));
  await page.getByRole("link", { name: "Its audit log" }).click();
  await atPage(page, "Instance audit log");
  await seen(page.getByRole("list", { name: "Events" }).getByText("Member joined"));
  await becomes(() => page.getByRole("combobox", { name: "Organization" }).inputValue(), "Orphanage", "narrowed to it");
  const hers = await seed.session(rosa, organization);
  assert.equal((await hers.patch(`/api/organizations/${organization.id}`, { name: "Home" })).status, 200);
});

test("an instance admin is appointed and dismissed, and then the pages are closed to them", async (t) => {
  const dora = await person("Dora Deputy");
  const hers = await open(t, { person: dora });
  await visit(hers, "/admin/organizations", "Organizations");
  await seen(hers.getByText("This page is for instance admins"));
  assert.equal((await (await seed.session(dora)).get("/api/admin/organizations")).body.code, "instance_admin_required");
  const page = await asAdmin(t, 16 * 60_000);
  await visit(page, `/admin/users/${dora.id}`, "Dora Deputy");
  await page.getByRole("button", { name: "Appoint instance admin" }).click();
  const question = page.getByRole("alertdialog", { name: /an instance admin\?$/ });
  await assertStateAccessible(page, "appointing an instance admin");
  await question.getByRole("button", { name: "Appoint instance admin" }).click();
  const again = page.getByRole("dialog", { name: "Confirm that it is you" });
  await again.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await again.getByRole("button", { name: "Confirm" }).click();
  await seen(page.getByRole("button", { name: "Dismiss instance admin" }));
  await visit(hers, "/admin/users", "Users");
  await seen(hers.getByRole("list", { name: "Users" }).getByText("Adele Admin"));
  await page.getByRole("button", { name: "Dismiss instance admin" }).click();
  await answer(page, /^Dismiss Dora Deputy/, "Dismiss instance admin");
  await visit(hers, "/admin/users", "Users");
  await seen(hers.getByText("This page is for instance admins"));
});

test("an instance admin cannot suspend themselves, but step down", async (t) => {
  const eve = await person("Eve Evans", { instanceAdmin: true });
  const page = await open(t, { person: eve });
  await visit(page, `/admin/users/${eve.id}`, "Eve Evans");
  await seen(page.getByText(/^You cannot suspend yourself/));
  assert.equal(await page.getByRole("button", { name: "Suspend user" }).count(), 0);
  await page.getByRole("button", { name: "Step down" }).click();
  await answer(page, /^Step down as an instance admin\?$/, "Step down");
  await seen(page.getByText("This page is for instance admins"));
  assert.equal(await page.getByRole("link", { name: "Instance audit log" }).count(), 0);
});

test("tokens of everybody are found and ended together; the holder sees who did it", async (t) => {
  const tess = await person("Tess Tester");
  const [deploy, build] = [
    await seed.token(tess, tess.personal, { name: "deploy" }),
    await seed.token(tess, tess.personal, { name: "build" }),
  ];
  const page = await asAdmin(t);
  await visit(page, "/admin/tokens", "Tokens");
  await page.getByRole("combobox", { name: "Person" }).fill("tess");
  await page.getByRole("option", { name: /Tess Tester/ }).click();
  await becomes(() => page.getByRole("list", { name: "Tokens" }).getByRole("listitem").count(), 2, "hers alone");
  await page.getByLabel("Choose all shown").check();
  await assertStateAccessible(page, "tokens that are chosen");
  await page.getByRole("button", { name: "Revoke 2 tokens…" }).click();
  await answer(page, /^Revoke 2 tokens\?$/, "Revoke 2 tokens");
  for (const { client } of [deploy, build]) {
    assert.equal((await client.get("/api/whoami")).body.code, "token_revoked");
  }
  await becomes(() => page.getByText(/^Revoked .* by Adele Admin$/).count(), 2, "the list says who did it");
});

test("a service is renamed, and its last use is shown", async (t) => {
  const service = await seed.service(admin);
  await service.client.post("/api/verify", { token: "mm_pat_none" });
  const page = await asAdmin(t);
  await visit(page, "/admin/services", "Services");
  await becomes(
    async () => {
      await page.reload();
      await seen(page.getByRole("list", { name: "Services" }));
      return page.getByText(/^Last used/).count();
    },
    1,
    "the use was noted after the answer",
  );
  await page.getByRole("button", { name: /^Actions for service-/ }).click();
  await page.getByRole("menuitem", { name: "Rename" }).click();
  await page.getByRole("dialog", { name: "Rename service" }).getByRole("textbox").fill("billing API");
  await assertStateAccessible(page, "renaming a service");
  await page.getByRole("button", { name: "Save name" }).click();
  await seen(page.getByRole("list", { name: "Services" }).getByText("billing API"));
});
