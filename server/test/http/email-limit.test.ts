// Emails are counted by mailbox and by person, whichever credential sends them. Only a proof goes to an address that
// was never proved. No limit and no response reveals which addresses have an account.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { subjectOf } from "../../../tests/support/mail-server.ts";
import { createEmailLimits } from "../../src/use-cases/limits/emails.ts";
import { assertProblem, PASSWORD, personWithPassword } from "../support/accounts.ts";
import type { Client, Reply } from "../support/client.ts";
import { startInstance, uniqueName } from "../support/instance.ts";
import { type MailStage, ownedOrganization, prove, startMailStage } from "../support/mail-stage.ts";
import { type Person, Seed } from "../support/seed.ts";

const HOUR_MS = 3_600_000;

describe("emails", () => {
  let stage: MailStage;
  before(async () => {
    stage = await startMailStage();
  });
  after(() => stage.close());

  const newEmail = (): string => `${uniqueName("x")}@example.com`;
  const changeEmail = (browser: Client, email: string): Promise<Reply> =>
    browser.patch("/api/account", { email, password: PASSWORD });
  const emailsTo = (email: string): readonly string[] =>
    stage.mail.letters.filter(({ to }) => to?.some(({ address }) => address === email)).map(subjectOf);
  /** Waits for all emails. Two are sent side by side, so the arrival of one does not prove that another has arrived. */
  const settled = (): Promise<void> | undefined => stage.instance.emails?.settled();
  async function signedIn(): Promise<{ person: Person; browser: Client }> {
    const person = await personWithPassword(stage.seed);
    return { person, browser: await stage.seed.session(person) };
  }

  it("of three keys and tokens of one organization are counted together", async () => {
    const { owner, organization, path } = await ownedOrganization(stage);
    const keys = [];
    for (let index = 0; index < 3; index++) keys.push((await stage.seed.apiKey(organization, owner)).client);
    const mailed: boolean[] = [];
    for (let index = 0; index < 102; index++) {
      const invited = await keys[index % 3]?.post(`${path}/invitations`, { email: newEmail(), role: "member" });
      mailed.push(invited?.body.mailProblem === null);
    }
    assert.deepEqual([mailed.filter(Boolean).length, mailed.slice(100)], [100, [false, false]]);
    // A person is counted separately from the organization's keys, and their tokens together with their sessions.
    const token = (await stage.seed.token(owner, organization)).client;
    assert.equal(
      (await token.post(`${path}/invitations`, { email: newEmail(), role: "member" })).body.delivery,
      "queued",
    );
  });

  it("of replicas are counted together", async () => {
    const { mailer, store } = stage.instance.deps;
    assert.ok(mailer !== null);
    const to = newEmail();
    for (let index = 0; index < 5; index++) await mailer.admit({ kind: "invitation", to, by: null });
    const other = createEmailLimits({ store, clock: stage.instance.deps.clock }, () => undefined);
    assert.ok((await other.admit({ kind: "invitation", to: to.toUpperCase(), by: null })) > 0);
  });

  it("to a stranger's address are bounded, however often somebody requests it and other addresses in between", async () => {
    const { browser } = await signedIn();
    const stranger = newEmail();
    const statuses: number[] = [];
    for (let index = 0; index < 6; index++) {
      statuses.push((await changeEmail(browser, stranger)).status);
      // A request drops the email of an earlier one that still waits.
      await settled();
    }
    assert.deepEqual(statuses, [200, 200, 200, 200, 200, 429]);
    const another = await signedIn();
    assertProblem(await changeEmail(another.browser, stranger), 429, "rate_limited");
    for (let index = 0; index < 4; index++) assert.equal((await changeEmail(browser, newEmail())).status, 200);
    const limited = await changeEmail(browser, newEmail());
    assertProblem(limited, 429, "rate_limited");
    assert.ok(Number(limited.headers.get("retry-after")) > 3000);
    assert.equal(limited.headers.get("ratelimit-policy"), '"email-change";q=10;w=3600');
    await settled();
    assert.equal(emailsTo(stranger).length, 5);
    stage.instance.advance(HOUR_MS);
    const later = await stage.seed.session(another.person);
    assert.equal((await changeEmail(later, stranger)).status, 200);
  });

  it("that nobody asked for do not go to an address that was never proved", async () => {
    const { person, browser } = await signedIn();
    const admin = await stage.seed.person(undefined, { instanceAdmin: true });
    const byAdmin = await stage.seed.session(admin);
    const email = newEmail();
    assert.equal((await changeEmail(browser, email)).status, 200);
    const token = await stage.tokenTo(email, "/verify-email");
    assert.equal((await browser.post("/api/email/verify", { token })).status, 200);
    const other = await signedIn();
    const change = { currentPassword: PASSWORD, newPassword: "tr0ubador & three" };
    assert.equal((await other.browser.post("/api/account/password", change)).status, 200);
    const appointed = await byAdmin.patch(`/api/admin/users/${other.person.id}`, { instanceAdmin: true });
    assert.equal(appointed.status, 200, JSON.stringify(appointed.body));
    await settled();
    for (const unproved of [person.email, other.person.email, admin.email]) assert.deepEqual(emailsTo(unproved), []);
  });

  it("of changed passwords are bounded", async () => {
    const { person, browser } = await signedIn();
    await prove(stage, person);
    let [currentPassword, newPassword] = [PASSWORD, "tr0ubador & three"];
    for (let index = 0; index < 22; index++) {
      const { status } = await browser.post("/api/account/password", { currentPassword, newPassword });
      assert.equal(status, 200);
      [currentPassword, newPassword] = [newPassword, currentPassword];
    }
    await settled();
    assert.equal(emailsTo(person.email).length, 20);
    assert.match(stage.instance.log.join(""), /"kind":"password"[^\n]*not sent/);
  });

  it("requesting an address reveals to nobody whether it has an account: its owner is notified instead", async () => {
    const { person, browser } = await signedIn();
    const proved = await stage.seed.person();
    await prove(stage, proved);
    const unproved = await stage.seed.person();
    const answers = new Set<string>();
    for (const email of [newEmail(), proved.email, unproved.email.toUpperCase()]) {
      const { status, body } = await changeEmail(browser, email);
      assert.equal(body.confirmationSentTo, email);
      answers.add(JSON.stringify([status, { ...body, confirmationSentTo: "" }]));
    }
    assert.equal(answers.size, 1, [...answers].join("\n"));
    await settled();
    assert.deepEqual(emailsTo(proved.email), ["This email address already has an account"]);
    assert.deepEqual(emailsTo(unproved.email), []);
    assert.equal((await browser.get("/api/session")).body.user.email, person.email);
  });

  it("an address that got an account in the meantime is not taken, and the link keeps working", async () => {
    const { person, browser } = await signedIn();
    const email = newEmail();
    await changeEmail(browser, email);
    const token = await stage.tokenTo(email, "/verify-email");
    const other = await stage.seed.person();
    const { store } = stage.instance.deps;
    await store.transaction((tx) => tx.setUserEmail(other.id, email));
    assertProblem(await browser.post("/api/email/verify", { token }), 409, "email_taken");
    assert.equal((await store.reads.findUser(person.id))?.email, person.email);
    await store.transaction((tx) => tx.setUserEmail(other.id, other.email));
    assert.equal((await browser.post("/api/email/verify", { token })).body.email, email);
  });
});

it("without mail the address changes at once, and responses that reveal a taken one are limited", async () => {
  const instance = await startInstance();
  try {
    const seed = new Seed(instance);
    const [person, other] = [await personWithPassword(seed), await seed.person()];
    const browser = await seed.session(person);
    const change = (email: string) => browser.patch("/api/account", { email, password: PASSWORD });
    const changed = await change(`${uniqueName("x")}@example.com`);
    assert.deepEqual([changed.status, changed.body.confirmationSentTo, changed.body.emailVerified], [200, null, false]);
    for (let index = 0; index < 9; index++) assertProblem(await change(other.email), 409, "email_taken");
    assertProblem(await change(other.email), 429, "rate_limited");
    assert.equal((await browser.patch("/api/account", { name: "Renamed" })).body.name, "Renamed");
  } finally {
    await instance.close();
  }
});
