// Operations of an instance admin in the browser. Each takes effect at the next request.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Page } from "playwright-core";
import { assertStateAccessible } from "../src/accessibility.ts";
import { openStage, PASSWORD } from "../src/stage.ts";
import { atPage, copy, visit } from "../src/steps.ts";
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

/** The key that the page shows once. */
async function newKey(page: Page): Promise<string> {
  const key = page.getByTestId("secret");
  await seen(key);
  return (await key.textContent()) ?? "";
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

test("a forgotten password without mail: the page says whom to ask, their link sets a new one, and the person sees who made it", async (t) => {
  const fay = await person("Fay Forgetful");
  const hers = await open(t);
  await visit(hers, "/sign-in", "Sign in");
  await seen(hers.getByText("Ask an instance admin for a link to set a new one."));
  await hers.getByRole("link", { name: "Forgot your password?" }).click();
  await atPage(hers, "Set a new password");
  await seen(
    hers.getByText(
      /^Ask an instance admin for a link to set a new password. They make it on your account’s page, under Users/,
    ),
  );
  const page = await asAdmin(t, 16 * 60_000);
  await visit(page, `/admin/users/${fay.id}`, "Fay Forgetful");
  await page.getByRole("button", { name: "Make a reset link…" }).click();
  await assertStateAccessible(page, "asking before a reset link is made");
  await page.getByRole("button", { name: "Make the link" }).click();
  const again = page.getByRole("dialog", { name: "Confirm that it is you" });
  await again.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await again.getByRole("button", { name: "Confirm" }).click();
  const link = page.getByRole("textbox", { name: "Reset link" });
  await seen(link);
  await assertStateAccessible(page, "a reset link");
  const url = await link.inputValue();
  await page.getByRole("button", { name: "Done" }).click();
  await gone(link);
  await hers.goto(url);
  await atPage(hers, "Choose a new password");
  await hers.getByLabel("New password", { exact: true }).fill("another horse for the battery");
  await hers.getByRole("button", { name: "Set new password" }).click();
  await atPage(hers, "Sign in");
  await hers.getByLabel("Email").fill(fay.email);
  await hers.getByLabel("Password", { exact: true }).fill("another horse for the battery");
  await hers.getByRole("button", { name: "Sign in" }).click();
  await atPage(hers, "Personal access tokens");
  await hers.getByRole("link", { name: "Notices: 1 unread" }).click();
  await seen(hers.getByText("Adele Admin made a link to set a new password for your account"));
});

test("an instance admin makes no link for another instance admin", async (t) => {
  const otto = await person("Otto Other", { instanceAdmin: true });
  const page = await asAdmin(t);
  await visit(page, `/admin/users/${otto.id}`, "Otto Other");
  await seen(page.getByText(/^No instance admin sets the password of another/));
  assert.equal(await page.getByRole("button", { name: "Make a reset link…" }).isDisabled(), true);
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

test("a service gets a second key, and then loses the first", async (t) => {
  const service = await seed.service(admin);
  const page = await asAdmin(t);
  await visit(page, "/admin/services", "Services");
  await page.getByRole("button", { name: /^Actions for service-/ }).click();
  await page.getByRole("menuitem", { name: "Add a key" }).click();
  await answer(page, /^A second key for /, "Create key");
  const secret = await newKey(page);
  const verify = { token: "mm_pat_none" };
  assert.equal((await instance.client().withBearer(secret).post("/api/verify", verify)).status, 200);
  assert.equal((await service.client.post("/api/verify", verify)).status, 200);
  await page.getByRole("button", { name: /^Actions for service-/ }).click();
  assert.equal(await page.getByRole("menuitem", { name: "Add a key" }).count(), 0, "two are the most");
  await page
    .getByRole("menuitem", { name: /^Revoke mm_svc_/ })
    .last()
    .click();
  await answer(page, /^Revoke this key of /, "Revoke key");
  assert.equal((await service.client.post("/api/verify", verify)).body.code, "token_unknown");
  assert.equal((await instance.client().withBearer(secret).post("/api/verify", verify)).status, 200);
});

test("a management key is made with chosen scopes, shown once, and revoked", async (t) => {
  const page = await asAdmin(t);
  await visit(page, "/admin/management-keys", "Management keys");
  await seen(page.getByText("No management keys"));
  await assertStateAccessible(page, "no management keys");
  await page.getByRole("button", { name: "New management key" }).click();
  const dialog = page.getByRole("dialog", { name: "New management key" });
  await dialog.getByLabel("Name").fill("shop backend");
  await dialog.getByLabel("events:read").uncheck();
  await dialog.getByLabel("Networks").fill("here");
  await dialog.getByRole("button", { name: "Create key" }).click();
  await seen(dialog.getByText(/Write networks such as/));
  await assertStateAccessible(page, "a management key with a wrong network");
  await dialog.getByLabel("Networks").fill("127.0.0.0/8");
  await dialog.getByRole("button", { name: "Create key" }).click();
  const secret = await newKey(page);
  await assertStateAccessible(page, "a new management key");
  const client = instance.client().withBearer(secret);
  const { body } = await client.get("/api/manage/key");
  assert.deepEqual(
    [body.name, body.networks, body.scopes.includes("events:read")],
    ["shop backend", ["127.0.0.0/8"], false],
  );
  await copy(page, "management key");
  await page.getByRole("button", { name: "Done, hide the management key" }).click();
  await becomes(() => page.getByText(secret).count(), 0, "the key is shown once");
  await page.getByRole("button", { name: "Actions for shop backend" }).click();
  await page.getByRole("menuitem", { name: "Revoke" }).click();
  await answer(page, /^Revoke .shop backend.\?$/, "Revoke key");
  await seen(page.getByRole("list", { name: "Management keys" }).getByText("Revoked", { exact: true }));
  assert.equal((await client.get("/api/manage/key")).body.code, "token_revoked");
});
