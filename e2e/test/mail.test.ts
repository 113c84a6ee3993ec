// People use emails from a real mail server: they join, confirm an address, and set a new password.
import assert from "node:assert/strict";
import { after, type TestContext, test } from "node:test";
import type { Page } from "playwright-core";
import { defaultPolicy } from "@mintmark/core";
import { linkIn, startMailServer, subjectOf } from "../../tests/support/mail-server.ts";
import type { Person, SeededOrganization } from "../../server/test/support/seed.ts";
import { assertStateAccessible } from "../src/accessibility.ts";
import { openStage, PASSWORD } from "../src/stage.ts";
import { atPage, signIn, visit } from "../src/steps.ts";
import { seen } from "../src/waiting.ts";

const mail = await startMailServer();
after(() => mail.close());
const { instance, seed, open, person } = await openStage({
  env: { MINTMARK_SMTP_URL: mail.url, MINTMARK_MAIL_FROM: "Mintmark <tokens@example.com>" },
});

const NEW_PASSWORD = "a fresh horse for the battery";

/** The pages that emails lead to without a secret, and what they are called. */
const HEADINGS: readonly (readonly [path: string, heading: string | RegExp])[] = [
  ["/members", "Members"],
  ["/admin/users", "Users"],
  ["/settings/tokens/", /^(revoked|forever)$/],
  ["/settings/tokens", "Personal access tokens"],
];

async function linkTo(address: string, page: string, nth = 0): Promise<string> {
  return linkIn(await mail.letterTo(address, nth), `${instance.url}${page}#token=`);
}

/** An owner invites the address. Returns their page with the dialog about it. */
async function invite(
  t: TestContext,
  email: string,
): Promise<{ ownersPage: Page; owner: Person; acme: SeededOrganization }> {
  const owner = await person("Olive Owner");
  const acme = await seed.organization(owner, "Acme");
  const ownersPage = await open(t, { person: owner, organization: acme });
  await visit(ownersPage, "/organization/members", "Members");
  await ownersPage.getByRole("button", { name: "Invite member" }).click();
  const form = ownersPage.getByRole("dialog", { name: "Invite to Acme" });
  await form.getByLabel("Email").fill(email);
  await form.getByRole("button", { name: "Send invitation" }).click();
  return { ownersPage, owner, acme };
}

async function createAccount(page: Page): Promise<void> {
  await page.getByLabel("Your name").fill("Nina New");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create account and join" }).click();
}

test("an invitation by email: its link creates an account that is a member with a confirmed address", async (t) => {
  const email = "nina@example.com";
  const { ownersPage, acme } = await invite(t, email);
  await seen(ownersPage.getByText(`An email with another link is on its way to ${email}.`));
  await assertStateAccessible(ownersPage, "invitation mailed");
  const page = await open(t);
  await page.goto(await linkTo(email, "/invitation"));
  await atPage(page, "Join Acme");
  await seen(page.getByText("Olive Owner"));
  await createAccount(page);
  await seen(page.getByRole("button", { name: "Organization: Acme" }));
  await visit(page, "/settings/profile", "Profile");
  await seen(page.getByText("Confirmed", { exact: true }));
  const { items } = await instance.deps.store.reads.listMembers(
    acme.id,
    { query: email, now: instance.deps.clock() },
    { limit: 10, after: null },
  );
  assert.deepEqual(
    items.map(({ role, user }) => [role, user.emailVerifiedAt !== null]),
    [["member", true]],
  );
});

test("a copied link creates the account, and joins after an email confirmed the address", async (t) => {
  const email = "carl@example.com";
  const { ownersPage } = await invite(t, email);
  const dialog = ownersPage.getByRole("dialog", { name: `Invitation for ${email}` });
  const copied = await dialog.getByRole("textbox", { name: "Invitation link" }).inputValue();
  assert.notEqual(copied, await linkTo(email, "/invitation"));
  const page = await open(t);
  await page.goto(copied);
  await atPage(page, "Join Acme");
  await createAccount(page);
  await seen(page.getByText("Confirm your address first"));
  await assertStateAccessible(page, "confirm first");
  await page.getByRole("button", { name: "I have confirmed it" }).click();
  await seen(page.getByText("It is not confirmed yet."));

  // The email is opened in another window of the same browser.
  const other = await page.context().newPage();
  await other.goto(await linkTo(email, "/verify-email", 1));
  await atPage(other, "Confirm your email address");
  await assertStateAccessible(other, "confirm an address");
  await other.getByRole("button", { name: "Confirm this address" }).click();
  await seen(other.getByText("Your address is confirmed"));
  assert.equal(other.url(), `${instance.url}/verify-email`, "the token is not left in the address");
  await page.getByRole("button", { name: "I have confirmed it" }).click();
  await seen(page.getByRole("button", { name: "Organization: Acme" }));
});

test("an email from the profile page confirms the address, after a sign-in where it is opened", async (t) => {
  const bea = await person("Bea");
  const page = await open(t, { person: bea });
  await visit(page, "/settings/profile", "Profile");
  await seen(page.getByText("Not confirmed", { exact: true }));
  await page.getByRole("button", { name: "Send me an email" }).click();
  await seen(page.getByText("An email is on its way"));
  await assertStateAccessible(page, "profile with an email on its way");

  const link = await linkTo(bea.email, "/verify-email");
  const elsewhere = await open(t);
  await elsewhere.goto(link);
  await seen(elsewhere.getByText("Sign in to confirm it"));
  await assertStateAccessible(elsewhere, "sign in to confirm");
  await elsewhere.getByRole("link", { name: "Sign in" }).click();
  await signIn(elsewhere, bea.email, PASSWORD);
  await elsewhere.getByRole("button", { name: "Confirm this address" }).click();
  await seen(elsewhere.getByText("Your address is confirmed"));
  await seen(elsewhere.getByText("The confirmation revoked 1 other session."));
  // The first browser was signed in before the address was anybody's.
  await page.goto("/settings/profile");
  await atPage(page, "Sign in");
  await visit(elsewhere, "/settings/profile", "Profile");
  await seen(elsewhere.getByText("Confirmed", { exact: true }));
  await elsewhere.goto("about:blank");
  await elsewhere.goto(link);
  await elsewhere.getByRole("button", { name: "Confirm this address" }).click();
  await seen(elsewhere.getByText("This link does not work"));
  await assertStateAccessible(elsewhere, "used link");
});

test("the address changes when the link in the email to the new one is opened, and not before", async (t) => {
  const fay = await person("Fay");
  const page = await open(t, { person: fay });
  await visit(page, "/settings/profile", "Profile");
  const form = page.getByRole("form", { name: "Email" });
  await form.getByLabel("Email", { exact: true }).fill("fay@new.example");
  await form.getByRole("textbox", { name: "Current password" }).fill(PASSWORD);
  await form.getByRole("button", { name: "Change email" }).click();
  await seen(page.getByText("Check the mailbox of fay@new.example"));
  await seen(page.getByText(`Your address stays ${fay.email} until you open the link`));
  await assertStateAccessible(page, "another address asked for");
  await page.goto(await linkTo("fay@new.example", "/verify-email"));
  await page.getByRole("button", { name: "Confirm this address" }).click();
  await seen(page.getByText("Your address is confirmed"));
  await visit(page, "/settings/profile", "Profile");
  await seen(page.getByText("fay@new.example", { exact: true }));
});

test("a forgotten password is set anew by mail, and every browser is signed out", async (t) => {
  const dora = await person("Dora");
  const signedIn = await open(t, { person: dora });
  await visit(signedIn, "/settings/tokens", "Personal access tokens");
  const page = await open(t);
  await visit(page, "/sign-in", "Sign in");
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await atPage(page, "Set a new password");
  await assertStateAccessible(page, "forgotten password");
  await page.getByLabel("Email").fill(dora.email);
  await page.getByRole("button", { name: "Send the email" }).click();
  await seen(page.getByText("Check your mailbox"));
  await assertStateAccessible(page, "email requested");

  await page.goto(await linkTo(dora.email, "/reset-password"));
  await atPage(page, "Choose a new password");
  assert.equal(page.url(), `${instance.url}/reset-password`, "the token is not left in the address");
  await assertStateAccessible(page, "choose a new password");
  await page.getByLabel("New password", { exact: true }).fill(NEW_PASSWORD);
  await page.getByRole("button", { name: "Set new password" }).click();
  await seen(page.getByText("Your new password is set"));
  await signIn(page, dora.email, NEW_PASSWORD);
  await atPage(page, "Personal access tokens");
  assert.match((await mail.letterTo(dora.email, 1)).subject ?? "", /password was changed/);
  await signedIn.reload();
  await atPage(signedIn, "Sign in");
});

test("people of a domain find the organization that is open to them, and join it", async (t) => {
  const olive = await person("Olive Owner");
  const carla = await person("Carla");
  const acme = await seed.organization(olive, "Acme Domain");
  await instance.deps.store.transaction(async (tx) => {
    await tx.setUserEmail(olive.id, "olive@acme.example");
    await tx.setUserEmail(carla.id, "carla@acme.example");
    for (const { id } of [olive, carla]) await tx.verifyUserEmail(id, instance.deps.clock());
  });
  const ownersPage = await open(t, { person: olive, organization: acme });
  await visit(ownersPage, "/organization/settings", "Organization settings");
  assert.equal(await ownersPage.getByRole("textbox", { name: "Domain" }).inputValue(), "acme.example");
  await assertStateAccessible(ownersPage, "joining by domain, off");
  await ownersPage.getByRole("button", { name: "Let them join" }).click();
  await seen(ownersPage.getByRole("button", { name: "Turn off" }));

  const page = await open(t, { person: carla });
  await visit(page, "/settings/organizations", "Organizations");
  await seen(page.getByText("Open to everyone with an address at acme.example"));
  await assertStateAccessible(page, "organizations");
  await page.getByRole("button", { name: "Join Acme Domain" }).click();
  await seen(page.getByRole("button", { name: "Organization: Acme Domain" }));
  await ownersPage.getByRole("button", { name: "Turn off" }).click();
  await ownersPage.getByRole("alertdialog").getByRole("button", { name: "Turn off" }).click();
  await seen(ownersPage.getByRole("button", { name: "Let them join" }));
});

test("every link of an email opens the page that it names, for the person who got it, from any organization", async (t) => {
  const prove = async (someone: Person): Promise<Person> => {
    await instance.deps.store.transaction((tx) => tx.verifyUserEmail(someone.id, instance.deps.clock()));
    return someone;
  };
  const [owner, member, rescuer] = [
    await prove(await person("Owner of links")),
    await prove(await person("Member of links")),
    await prove(await person("Rescuer of links")),
  ];
  const admin = await prove(await person("Admin of links", { instanceAdmin: true }));
  const linked = await seed.organization(owner, "Linked");
  const path = `/api/organizations/${linked.id}`;
  const owners = await seed.session(owner, linked);
  const done = (reply: { readonly status: number; readonly body: unknown }): void =>
    assert.ok(reply.status < 300, `${reply.status} ${JSON.stringify(reply.body)}`);
  // A mail of each kind: an invitation, a new member, a new token, a policy, a revoked token, appointments.
  done(await owners.post(`${path}/invitations`, { email: member.email, role: "member" }));
  const invitation = await linkTo(member.email, "/invitation");
  const members = await seed.session(member);
  done(await members.post("/api/invitations/accept", { token: invitation.slice(invitation.indexOf("=") + 1) }));
  for (const name of ["revoked", "forever"]) {
    const expiresInDays = name === "revoked" ? 60 : undefined;
    done(await members.post("/api/personal-access-tokens", { name, organizationId: linked.id, expiresInDays }));
  }
  done(
    await owners.put(`${path}/token-policy`, {
      ...defaultPolicy(instance.deps.catalogue.roles.keys()),
      allowNoExpiry: false,
    }),
  );
  const { items } = (await owners.get(`${path}/personal-access-tokens`)).body;
  const revoked = items.find(({ name }: { name: string }) => name === "revoked");
  done(await owners.delete(`${path}/personal-access-tokens/${revoked.id}`));
  const admins = await seed.session(admin);
  done(await admins.post(`/api/admin/organizations/${linked.id}/owners`, { userId: rescuer.id }));
  for (const instanceAdmin of [true, false])
    done(await admins.patch(`/api/admin/users/${rescuer.id}`, { instanceAdmin }));
  await instance.followUps.settled();
  await mail.letterTo(member.email, 4);
  await mail.letterTo(rescuer.email, 2);
  await mail.letterTo(owner.email, 1);

  const opened = new Set<string>();
  for (const receiver of [owner, member, rescuer, admin]) {
    const letters = mail.letters.filter(({ to }) => to?.some(({ address }) => address === receiver.email));
    for (const letter of letters) {
      const links = (letter.text ?? "").match(/https?:\/\/\S+\/\S+/g) ?? [];
      for (const link of links.filter((found) => !found.includes("#token="))) {
        const page = await open(t, { person: receiver });
        await page.goto(link);
        opened.add(letter.subject ?? "");
        const heading = HEADINGS.find(([part]) => link.includes(part))?.[1] ?? assert.fail(link);
        await seen(page.getByRole("heading", { level: 1, name: heading }));
        assert.equal(await page.getByText("Missing:").count(), 0, link);
        if (link.includes(linked.id)) await seen(page.getByRole("button", { name: "Organization: Linked" }));
      }
    }
  }
  assert.ok(opened.size >= 7, [...opened].join("\n"));
});

test("an instance admin sends a test email, and reads what the mail server does not accept and why", async (t) => {
  const admin = await person("Ida Admin", { instanceAdmin: true });
  const page = await open(t, { person: admin });
  await visit(page, "/admin/mail", "Mail");
  await seen(page.getByText("No failures"));
  await assertStateAccessible(page, "mail, nothing waits");
  await page.getByRole("button", { name: "Send a test email" }).click();
  await seen(page.getByText("The mail server accepted the test email"));
  assert.equal(subjectOf(await mail.letterTo(admin.email)), "Test email");

  mail.behave({ toRecipient: () => ({ code: 550, text: "5.1.1 No such user here" }) });
  t.after(() => mail.behave({}));
  await page.getByRole("button", { name: "Send a test email" }).click();
  await seen(page.getByText("The mail server did not accept the test email"));
  const failure = page.getByRole("list", { name: "Failures" }).getByRole("listitem").first();
  await seen(failure.getByText("RCPT TO 550 5.1.1: No such user here"));
  await seen(failure.getByText(admin.email));
  await assertStateAccessible(page, "mail, with a failure");
});
