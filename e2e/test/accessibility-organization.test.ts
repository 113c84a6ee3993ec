// The pages of an organization and of the instance, in all their states: no violation, whatever the theme and the width.
import { type TestContext, test } from "node:test";
import type { Page } from "playwright-core";
import { assertAccessible, assertStateAccessible } from "../src/accessibility.ts";
import { openStage } from "../src/stage.ts";
import { atPage, chooseAction, copy, visit } from "../src/steps.ts";
import { gone, seen } from "../src/waiting.ts";

const { seed, open, person } = await openStage();

async function closeDialog(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  await gone(page.getByRole("dialog").or(page.getByRole("alertdialog")));
}

/** An owner's page in an organization with other people in it. */
async function owned(t: TestContext): Promise<Page> {
  const owner = await person("Olive Owner", { instanceAdmin: true });
  const acme = await seed.organization(owner, "Acme");
  const mia = await person("Mia Member");
  await seed.member(acme, mia, "member");
  const suspended = await seed.member(acme, await person("Sid Suspended"), "viewer");
  const session = await seed.session(owner, acme);
  await session.post(`/api/organizations/${acme.id}/members/${suspended}/suspend`);
  await session.post(`/api/organizations/${acme.id}/invitations`, { email: "nina@example.com", role: "member" });
  await seed.token(mia, acme);
  const key = await seed.apiKey(acme, owner, { name: "billing" });
  await seed.apiKey(acme, owner, { name: "old", role: "viewer" });
  await session.delete(`/api/organizations/${acme.id}/api-keys/${key.id}`);
  return open(t, { person: owner, organization: acme });
}

test("members and invitations", async (t) => {
  const page = await owned(t);
  await visit(page, "/organization/members", "Members");
  await seen(page.getByText("nina@example.com"));
  await assertStateAccessible(page, "members");
  await page.getByRole("button", { name: "Actions for Mia Member" }).click();
  await seen(page.getByRole("menu"));
  await assertStateAccessible(page, "menu of a member");
  await page.getByRole("menuitem", { name: "Change role" }).click();
  await seen(page.getByRole("dialog"));
  await assertStateAccessible(page, "changing a role");
  await closeDialog(page);
  await page.getByRole("button", { name: "Invite member" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Create invitation" }).click();
  await seen(dialog.getByText("Fill this in."));
  await assertStateAccessible(page, "inviting, with an error");
  await dialog.getByLabel("Email").fill("nora@example.com");
  await dialog.getByRole("button", { name: "Create invitation" }).click();
  await seen(page.getByRole("textbox", { name: "Invitation link" }));
  await assertStateAccessible(page, "the link of an invitation");
});

test("offboarding, its receipt, and the organization's tokens", async (t) => {
  const page = await owned(t);
  await visit(page, "/organization/tokens", "Organization tokens");
  await page.getByRole("checkbox", { name: / of Mia Member$/ }).check();
  await assertStateAccessible(page, "an organization's tokens");
  await page.getByRole("button", { name: "Revoke 1 token" }).click();
  await seen(page.getByRole("alertdialog"));
  await assertStateAccessible(page, "revoking selected tokens");
  await closeDialog(page);
  await page.getByLabel("State").selectOption("blocked");
  await seen(page.getByText("No token matches"));
  await assertStateAccessible(page, "no token matches");
  await visit(page, "/organization/members", "Members");
  await chooseAction(page, "Mia Member", "Remove");
  await atPage(page, "Remove Mia Member");
  await seen(page.getByRole("checkbox", { name: "Revoke old" }));
  await assertStateAccessible(page, "offboarding");
  await page.getByRole("button", { name: "Remove member" }).click();
  await seen(page.getByText("Fill this in."));
  await assertStateAccessible(page, "offboarding without a confirmation");
  const label = (await page.getByText(/^Type .* to confirm$/).textContent()) ?? "";
  await page.getByLabel(label).fill(label.split(" ")[1] ?? "");
  await page.getByRole("button", { name: "Remove member" }).click();
  await atPage(page, "Mia Member removed");
  await assertStateAccessible(page, "receipt");
});

test("API keys and the audit log", async (t) => {
  const page = await owned(t);
  await visit(page, "/organization/api-keys", "API keys");
  await seen(page.getByText("billing"));
  await assertStateAccessible(page, "API keys");
  await page.getByRole("button", { name: "New API key" }).click();
  const dialog = page.getByRole("dialog");
  await seen(dialog);
  await assertStateAccessible(page, "new API key");
  await dialog.getByLabel("Name").fill("nightly");
  await dialog.getByRole("button", { name: "Create API key" }).click();
  await seen(page.getByRole("region", { name: "New API key “nightly”" }));
  await assertStateAccessible(page, "the secret of an API key");
  await copy(page, "API key");
  await visit(page, "/organization/audit", "Audit log");
  await seen(page.getByRole("list", { name: "Events" }));
  await assertStateAccessible(page, "audit log");
  await page
    .getByRole("button", { name: /^API key created/ })
    .first()
    .click();
  await seen(page.getByText("A signed-in browser"));
  await assertStateAccessible(page, "an event in detail");
  await page.getByLabel("Person").fill("Mia");
  await seen(page.getByRole("option", { name: /Mia Member/ }));
  await assertStateAccessible(page, "choosing a person");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Change retention" }).click();
  await page.getByLabel("Keep events for").selectOption("90");
  await seen(page.getByText("Events will be deleted for good"));
  await assertStateAccessible(page, "a shorter retention");
  await closeDialog(page);
  await page.getByLabel("Token or key id").fill("pat_nobody");
  await page.keyboard.press("Enter");
  await seen(page.getByText("No event matches"));
  await assertStateAccessible(page, "audit log without a match");
});

test("policy and settings", async (t) => {
  const page = await owned(t);
  await visit(page, "/organization/policy", "Token policy");
  await assertStateAccessible(page, "policy");
  await page.getByLabel("Longest lifetime in days").fill("many");
  await page.getByRole("radio", { name: "A list of permissions" }).check();
  await page.getByRole("button", { name: "Save policy" }).click();
  await seen(page.getByText(/^Enter a whole number of days/));
  await assertStateAccessible(page, "policy with errors");
  await page.getByLabel("Longest lifetime in days").fill("");
  await page.getByRole("radio", { name: "Their role" }).check();
  await page.getByLabel("Allow tokens without an expiry").uncheck();
  await page.getByRole("button", { name: "Save policy" }).click();
  await seen(page.getByRole("alertdialog"));
  await assertStateAccessible(page, "tightening the policy");
  await closeDialog(page);
  await page.getByRole("button", { name: "Discard" }).click();
  await visit(page, "/organization/settings", "Organization settings");
  await assertStateAccessible(page, "settings");
  await page.getByRole("button", { name: "Delete organization" }).click();
  await seen(page.getByRole("dialog"));
  await assertStateAccessible(page, "deleting the organization");
});

test("the header's menus, the drawer of a narrow screen, and a new organization", async (t) => {
  const page = await owned(t);
  await visit(page, "/organization/settings", "Organization settings");
  for (const [name, what] of [
    [/^Organization:/, "organization menu"],
    [/^Account:/, "account menu"],
  ] as const) {
    await page.getByRole("button", { name }).click();
    await seen(page.getByRole("menu"));
    await assertStateAccessible(page, what);
    await page.keyboard.press("Escape");
    await gone(page.getByRole("menu"));
  }
  await page.getByRole("button", { name: /^Organization:/ }).click();
  await page.getByRole("menuitem", { name: "Create organization" }).click();
  await seen(page.getByRole("dialog"));
  await assertStateAccessible(page, "creating an organization");
  await closeDialog(page);
  await page.setViewportSize({ width: 360, height: 900 });
  await page.getByRole("button", { name: "Menu", exact: true }).click();
  await seen(page.getByRole("dialog", { name: "Settings" }));
  await assertAccessible(page, "drawer");
});

test("the instance's users and services", async (t) => {
  const page = await owned(t);
  await visit(page, "/admin", "Users");
  await seen(page.getByRole("list", { name: "Users" }).getByText("Mia Member").first());
  await assertStateAccessible(page, "users");
  await page.getByRole("link", { name: "Mia Member" }).first().click();
  await atPage(page, "Mia Member");
  await assertStateAccessible(page, "a user");
  await page.getByRole("button", { name: "Suspend user" }).click();
  await seen(page.getByRole("alertdialog"));
  await assertStateAccessible(page, "suspending a user");
  await closeDialog(page);
  await visit(page, "/admin/services", "Services");
  await seen(page.getByText("No services"));
  await assertStateAccessible(page, "no services");
  await page.getByRole("button", { name: "New service" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("billing API");
  await assertStateAccessible(page, "new service");
  await page.getByRole("button", { name: "Create service" }).click();
  await seen(page.getByRole("region", { name: /Service key/ }));
  await assertStateAccessible(page, "the secret of a service");
  await copy(page, "service key");
});

test("what a member may only read, and what they may not see", async (t) => {
  const owner = await person("Olive Owner");
  const acme = await seed.organization(owner, "Acme");
  const mia = await person("Mia Member");
  await seed.member(acme, mia, "member");
  const page = await open(t, { person: mia, organization: acme });
  await visit(page, "/organization/policy", "Token policy");
  await seen(page.getByText(/^You can read this policy/));
  await assertStateAccessible(page, "policy to read");
  await visit(page, "/organization/audit", "Audit log");
  await seen(page.getByText("You cannot see this in Acme"));
  await assertStateAccessible(page, "a page that needs a permission");
  await visit(page, "/admin", "Users");
  await seen(page.getByText("This page is for instance admins"));
  await assertStateAccessible(page, "a page for instance admins");
});
