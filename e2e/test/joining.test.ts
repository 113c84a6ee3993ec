// Joining an organization: the invitation is made in one browser and opened in another.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Page } from "playwright-core";
import type { Person, SeededOrganization } from "../../server/test/support/seed.ts";
import { openStage, PASSWORD } from "../src/stage.ts";
import { atPage, visit } from "../src/steps.ts";
import { gone, seen } from "../src/waiting.ts";

const { instance, seed, open, person } = await openStage();

interface Invited {
  readonly owner: Person;
  readonly ownersPage: Page;
  readonly acme: SeededOrganization;
  readonly link: string;
}

/** An owner invites someone as a viewer, and reads the link off the page. */
async function invite(t: TestContext, email: string): Promise<Invited> {
  const owner = await person("Olive Owner");
  const acme = await seed.organization(owner, "Acme");
  const ownersPage = await open(t, { person: owner, organization: acme });
  await visit(ownersPage, "/organization/members", "Members");
  await ownersPage.getByRole("button", { name: "Invite member" }).click();
  const form = ownersPage.getByRole("dialog", { name: "Invite to Acme" });
  await form.getByLabel("Email").fill(email);
  await form.getByRole("radio", { name: "viewer" }).check();
  await form.getByRole("button", { name: "Create invitation" }).click();
  const made = ownersPage.getByRole("dialog", { name: `Invitation for ${email}` });
  const link = await made.getByRole("textbox", { name: "Invitation link" }).inputValue();
  assert.match(link, new RegExp(`^${instance.url}/invitation#token=[0-9a-f]{64}$`));
  await made.getByRole("button", { name: "Done" }).click();
  await gone(made);
  assert.ok(!(await ownersPage.content()).includes(link), "the link is shown once");
  await seen(ownersPage.getByRole("list", { name: "Pending invitations" }).getByText(email));
  return { owner, ownersPage, acme, link };
}

/** The text that the page shows before the person accepts. */
async function assertPreview(page: Page, email: string): Promise<void> {
  await atPage(page, "Join Acme");
  assert.equal(page.url(), `${instance.url}/invitation`, "the token is not left in the address");
  await seen(page.getByText("Olive Owner"));
  for (const [term, value] of [
    ["Organization", "Acme"],
    ["Your role", "viewer"],
    ["For", email],
  ] as const) {
    await seen(
      page.getByRole("term").filter({ hasText: term }).locator("xpath=following-sibling::dd[1]").getByText(value),
    );
  }
}

async function roleIn(acme: SeededOrganization, email: string): Promise<string | null> {
  const { items } = await instance.deps.store.reads.listMembers(
    acme.id,
    { query: null, now: instance.deps.clock() },
    { limit: 200, after: null },
  );
  return items.find((member) => member.user.email === email)?.role ?? null;
}

async function assertDead(page: Page, link: string): Promise<void> {
  await page.goto("about:blank");
  await page.goto(link);
  await seen(page.getByRole("heading", { name: "This invitation link does not work" }));
}

test("someone new creates an account by the link and is a member with the role that was shown", async (t) => {
  const email = "nina@example.com";
  const { acme, link, ownersPage } = await invite(t, email);
  const page = await open(t);
  await page.goto(link);
  await assertPreview(page, email);
  assert.equal(await roleIn(acme, email), null, "looking joins nothing");

  // Reloading does not lose the invitation.
  await page.reload();
  await assertPreview(page, email);
  assert.equal(await page.getByLabel("Email").inputValue(), email);
  await page.getByLabel("Your name").fill("Nina New");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create account and join" }).click();
  await atPage(page, "Personal access tokens");
  await seen(page.getByRole("button", { name: "Organization: Acme" }));
  assert.equal(await roleIn(acme, email), "viewer");

  await ownersPage.reload();
  await seen(ownersPage.getByRole("list", { name: "Members" }).getByText("Nina New"));
  await seen(ownersPage.getByText("There are no pending invitations."));
  await assertDead(await open(t), link);
});

test("someone with an account signs in and joins", async (t) => {
  const bea = await person("Bea");
  const { acme, link } = await invite(t, bea.email);
  const page = await open(t);
  await page.goto(link);
  await assertPreview(page, bea.email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in and join" }).click();
  await seen(page.getByRole("button", { name: "Organization: Acme" }));
  assert.equal(await roleIn(acme, bea.email), "viewer");
});

test("someone who is signed in already joins with one click", async (t) => {
  const bea = await person("Bea");
  const { acme, link } = await invite(t, bea.email);
  const page = await open(t, { person: bea });
  await page.goto(link);
  await assertPreview(page, bea.email);
  await page.getByRole("button", { name: "Join Acme" }).click();
  await seen(page.getByRole("button", { name: "Organization: Acme" }));
  assert.equal(await roleIn(acme, bea.email), "viewer");
});

test("a person who is signed in with another account sees that, and can continue as the invited person", async (t) => {
  const bea = await person("Bea");
  const mallory = await person("Mallory");
  const { acme, link } = await invite(t, bea.email);
  const page = await open(t, { person: mallory });
  await page.goto(link);
  await assertPreview(page, bea.email);
  await seen(page.getByText("You are signed in as someone else"));
  await seen(page.getByText(mallory.email));
  assert.equal(await page.getByRole("button", { name: "Join Acme" }).count(), 0);

  await page.getByRole("button", { name: "Sign out and continue" }).click();
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in and join" }).click();
  await seen(page.getByRole("button", { name: "Organization: Acme" }));
  await seen(page.getByRole("button", { name: "Account: Bea" }));
  assert.equal(await roleIn(acme, bea.email), "viewer");
  assert.equal(await roleIn(acme, mallory.email), null);
});

test("a withdrawn and a renewed invitation kill the link that was sent", async (t) => {
  const email = "nina@example.com";
  const { ownersPage, link } = await invite(t, email);
  await ownersPage.getByRole("button", { name: `Resend the invitation for ${email}` }).click();
  await ownersPage.getByRole("alertdialog").getByRole("button", { name: "Make a new link" }).click();
  const resent = ownersPage.getByRole("dialog", { name: `New link for ${email}` });
  const newer = await resent.getByRole("textbox", { name: "Invitation link" }).inputValue();
  assert.notEqual(newer, link);
  await resent.getByRole("button", { name: "Done" }).click();

  const page = await open(t);
  await assertDead(page, link);
  await page.goto("about:blank");
  await page.goto(newer);
  await atPage(page, "Join Acme");

  await ownersPage.getByRole("button", { name: `Withdraw the invitation for ${email}` }).click();
  await ownersPage.getByRole("alertdialog").getByRole("button", { name: "Withdraw" }).click();
  await seen(ownersPage.getByText("There are no pending invitations."));
  await assertDead(page, newer);
});

test("without an invitation there is no account to be had", async (t) => {
  const page = await open(t);
  await visit(page, "/sign-up", "Create your account");
  await seen(page.getByText("Joining needs an invitation"));
  assert.equal(await page.getByRole("textbox").count(), 0);
});

test("inviting an admin asks for the password again when it was typed long ago, and goes on with what was typed", async (t) => {
  const owner = await person("Olive Owner");
  const acme = await seed.organization(owner, "Acme");
  const page = await open(t, { person: owner, organization: acme, authenticatedAgoMs: 20 * 60_000 });
  const pending = async (): Promise<readonly (readonly [string, string])[]> => {
    const { body } = await (await seed.session(owner, acme)).get(`/api/organizations/${acme.id}/invitations`);
    return body.items.map(({ email, role }: { email: string; role: string }) => [email, role]);
  };
  await visit(page, "/organization/members", "Members");
  await page.getByRole("button", { name: "Invite member" }).click();
  const form = page.getByRole("dialog", { name: "Invite to Acme" });
  await form.getByLabel("Email").fill("second@example.com");
  await form.getByRole("radio", { name: "admin" }).check();
  const send = form.getByRole("button", { name: "Create invitation" });
  const again = page.getByRole("dialog", { name: "Confirm that it is you" });

  await send.click();
  await seen(again);
  await page.keyboard.press("Escape");
  await gone(again);
  assert.equal(await form.getByLabel("Email").inputValue(), "second@example.com", "nothing typed is lost");
  assert.deepEqual(await pending(), [], "nothing is made without the password");

  await send.click();
  await again.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.keyboard.press("Enter");
  const made = page.getByRole("dialog", { name: "Invitation for second@example.com" });
  await seen(made.getByRole("textbox", { name: "Invitation link" }));
  assert.deepEqual(await pending(), [["second@example.com", "admin"]], "it is made once");
});
