// The web app where the host product manages the directory: the pages say who does, and show nothing that would be refused.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertStateAccessible } from "../src/accessibility.ts";
import { openStage } from "../src/stage.ts";
import { visit } from "../src/steps.ts";
import { seen } from "../src/waiting.ts";

const HOST = { name: "Northwind Robotics", url: "https://app.northwind.example/team" };

const { instance, seed, open } = await openStage({
  env: {
    MINTMARK_DIRECTORY: "external",
    MINTMARK_HOST_NAME: HOST.name,
    MINTMARK_HOST_URL: HOST.url,
    MINTMARK_HOST_SIGN_IN_URL: "https://app.northwind.example/mintmark",
  },
});

/** Each page of a person in an organization, its title, and the buttons that would be refused. */
const PAGES = [
  ["/settings/profile", "Profile", ["Save name", "Delete account"]],
  ["/settings/organizations", "Organizations", []],
  ["/organization/members", "Members", ["Invite member", "Actions for Grace"]],
  ["/organization/settings", "Organization settings", ["Save name", "Delete organization", "Open to this domain"]],
] as const;

for (const colorScheme of ["light", "dark"] as const) {
  test(`in ${colorScheme}, every page names the host, and offers nothing that only the host does`, async (t) => {
    const admin = await seed.person("Ada", { instanceAdmin: true, externalId: `ada-${colorScheme}` });
    const organization = await seed.organization(admin, "Acme", `acme-${colorScheme}`);
    const grace = await seed.person("Grace", { externalId: `grace-${colorScheme}` });
    await seed.member(organization, grace, "member");
    const page = await open(t, { person: admin, organization, context: { colorScheme } });
    for (const [path, title, refused] of PAGES) {
      await visit(page, path, title);
      await seen(page.getByRole("main").getByRole("link", { name: HOST.name }).first());
      for (const name of refused) assert.equal(await page.getByRole("button", { name }).count(), 0, `${path}: ${name}`);
      await assertStateAccessible(page, title);
    }
    await page.getByRole("button", { name: /^Organization:/ }).click();
    await seen(page.getByRole("menuitemradio", { name: /Acme/ }));
    assert.equal(await page.getByRole("menuitem", { name: "Create organization" }).count(), 0);
    await page.keyboard.press("Escape");
    await visit(page, `/admin/users/${grace.id}`, "Grace");
    await seen(page.getByRole("button", { name: "Suspend user" }));
    assert.equal(await page.getByRole("button", { name: /reset link/ }).count(), 0);
    await visit(page, `/admin/organizations/${organization.id}`, "Acme");
    await seen(page.getByRole("heading", { name: "Owners" }));
    assert.equal(await page.getByRole("button", { name: "Appoint owner" }).count(), 0);
  });

  test(`in ${colorScheme}, a signed-out person is sent to the host, and an instance admin can still sign in`, async (t) => {
    const page = await open(t, { context: { colorScheme } });
    await visit(page, "/sign-in?returnTo=%2Fconnect", "Sign in");
    const link = page.getByRole("link", { name: `Sign in with ${HOST.name}` });
    const address = new URL((await link.getAttribute("href")) ?? "");
    assert.equal(`${address.origin}${address.pathname}`, "https://app.northwind.example/mintmark");
    assert.equal(address.searchParams.get("return_to"), `${instance.url}/connect`);
    await seen(page.getByRole("textbox", { name: "Password" }));
    await assertStateAccessible(page, "sign in");
    for (const [path, title] of [
      ["/sign-up", "Create your account"],
      ["/invitation", "Invitation"],
    ] as const) {
      await visit(page, path, title);
      assert.equal(await page.getByRole("link", { name: `Go to ${HOST.name}` }).getAttribute("href"), HOST.url);
      await assertStateAccessible(page, title);
    }
  });
}
