// Emails of notices, by a real mail server: who gets one, its content, and that each arrives once.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type MailServer, startMailServer } from "../../../tests/support/mail-server.ts";
import { announceExpiries, sendNoticeEmails } from "../../src/use-cases/notice/emails.ts";
import { forgetOldNotices } from "../../src/use-cases/notice/notice.ts";
import { noteExpiries } from "../../src/use-cases/token/token.ts";
import { startInstance, type TestInstance } from "../support/instance.ts";
import { kindsOf, noticesOf, verifyEmail } from "../support/notices.ts";
import { type Person, Seed } from "../support/seed.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

describe("emails of notices", () => {
  let mail: MailServer;
  let instance: TestInstance;
  let seed: Seed;
  before(async () => {
    mail = await startMailServer();
    instance = await startInstance({
      env: {
        MINTMARK_SMTP_URL: mail.url,
        MINTMARK_MAIL_FROM: "Mintmark <tokens@example.com>",
        MINTMARK_BASE_URL: "http://tokens.example.com",
        MINTMARK_TRUSTED_PROXIES: "127.0.0.1",
      },
    });
    seed = new Seed(instance);
  });
  after(async () => {
    await instance.close();
    await mail.close();
  });

  const verified = async (name?: string): Promise<Person> => verifyEmail(instance, await seed.person(name));
  const lettersTo = (person: Person) =>
    mail.letters.filter(({ to }) => to?.some(({ address }) => address === person.email));

  /** Revokes a token of the person as an admin does. Emails are sent in the order of their notices. */
  async function revokeOneOf(person: Person, name = "deploy"): Promise<string> {
    const owner = await seed.person("Olga Owner");
    const organization = await seed.organization(owner, "Acme");
    await seed.member(organization, person, "member");
    const { id } = await seed.token(person, organization, { name });
    const session = await seed.session(owner, organization);
    const path = `/api/organizations/${organization.id}/personal-access-tokens/${id}`;
    assert.equal((await session.delete(path)).status, 200);
    return id;
  }

  it("says at once who revoked a token and why, with a link to it and no secret", async () => {
    const person = await verified();
    const id = await revokeOneOf(person);
    const letter = await mail.letterTo(person.email);
    assert.equal(letter.subject, "One of your personal access tokens was revoked");
    assert.match(letter.text ?? "", /“deploy” in “Acme” was revoked by “Olga Owner” on .+ UTC\. An admin revoked it\./);
    assert.ok(letter.text?.includes(`http://tokens.example.com/settings/tokens/${id}`));
    assert.doesNotMatch(letter.text ?? "", /turned? off|page Notices/);
    assert.doesNotMatch(`${letter.text}${letter.html}`, /mm_(pat|key|svc)_[0-9a-f]{8}/);
  });

  it("reports a minting with address and agent, and how to stop these emails", async () => {
    const person = await verified();
    const browser = (await seed.session(person)).with({ "X-Forwarded-For": "203.0.113.9", "User-Agent": "Firefox" });
    const { body } = await browser.post("/api/personal-access-tokens", { name: "CI & <b>", expiresInDays: 30 });
    const letter = await mail.letterTo(person.email);
    assert.equal(letter.subject, "A new personal access token was created with your account");
    assert.match(letter.text ?? "", /token “CI & <b>” was created/);
    assert.match(letter.text ?? "", /From 203\.0\.113\.9, by “Firefox”\. It expires on /);
    assert.match(letter.text ?? "", /page Notices/);
    assert.ok(!letter.html?.includes("<b>”"), "the name is escaped");
    assert.ok(!`${letter.text}${letter.html}`.includes(body.secret));
  });

  it("are sent only to a verified address, and only of kinds that its owner wants", async () => {
    const unverified = await seed.person();
    await (await seed.session(unverified)).post("/api/personal-access-tokens", { name: "a", expiresInDays: 30 });
    const choosy = await verified();
    const browser = await seed.session(choosy);
    const { body } = await browser.get("/api/account/notice-preferences");
    assert.equal(body.mailReaches, true);
    const mailOf = Object.fromEntries(body.kinds.map(({ kind }: { kind: string }) => [kind, kind !== "token.minted"]));
    await browser.put("/api/account/notice-preferences", { mail: mailOf });
    await browser.post("/api/personal-access-tokens", { name: "b", expiresInDays: 30 });
    const suspended = await verified();
    await seed.token(suspended, suspended.personal, { expiryNoticeAt: instance.deps.clock(), ...endsIn(20) });
    await instance.deps.store.transaction((tx) => tx.suspendUser(suspended.id, instance.deps.clock(), "x"));
    await announceExpiries(instance.deps);
    await sendNoticeEmails(instance.deps);
    // When this email arrives, every earlier notice has been processed.
    await revokeOneOf(choosy);
    assert.match((await mail.letterTo(choosy.email)).subject ?? "", /was revoked$/);
    assert.deepEqual([lettersTo(unverified).length, lettersTo(suspended).length, lettersTo(choosy).length], [0, 0, 1]);
    assert.deepEqual(await kindsOf(instance, unverified), ["token.minted"], "the app shows all of them");
  });

  const endsIn = (days: number) => ({
    createdAt: instance.deps.clock() - 40 * DAY_MS,
    expiresAt: instance.deps.clock() + days * DAY_MS,
  });

  it("announces an expiry 30, 7 and 1 days before, and then the expiry itself", async () => {
    const person = await verified();
    const browser = await seed.session(person);
    await browser.post("/api/personal-access-tokens", { name: "long", expiresInDays: 60 });
    await browser.post("/api/personal-access-tokens", { name: "short", expiresInDays: 7 });
    const round = async (): Promise<void> => {
      await noteExpiries(instance.deps);
      await announceExpiries(instance.deps);
      await sendNoticeEmails(instance.deps);
      await instance.emails.settled();
    };
    const told = async (): Promise<string[]> =>
      (await noticesOf(instance, person))
        .filter(({ kind }) => kind !== "token.minted")
        .map(({ kind, token, details }) => `${token?.name} ${kind} ${details.daysLeft ?? ""}`.trim());
    await round();
    assert.deepEqual(await told(), []);
    instance.advance(6 * DAY_MS);
    await round();
    await round();
    assert.deepEqual(await told(), ["short token.expiring 1"]);
    instance.advance(DAY_MS);
    await round();
    instance.advance(23 * DAY_MS);
    await round();
    assert.deepEqual((await told()).slice(1), ["short token.expired", "long token.expiring 30"]);
    instance.advance(23 * DAY_MS);
    await round();
    instance.advance(6 * DAY_MS);
    await round();
    instance.advance(DAY_MS);
    await round();
    await round();
    assert.deepEqual((await told()).slice(3), ["long token.expiring 7", "long token.expiring 1", "long token.expired"]);
    const subjects = lettersTo(person).map(({ subject }) =>
      subject?.replace("One of your personal access tokens ", ""),
    );
    assert.deepEqual(subjects.slice(2), [
      "expires in 1 day",
      "has expired",
      "expires in 30 days",
      "expires in 7 days",
      "expires in 1 day",
      "has expired",
    ]);
  });

  it("after a time without announcements, only the latest is sent; none for a token that was revoked first", async () => {
    const person = await verified();
    const browser = await seed.session(person);
    await browser.post("/api/personal-access-tokens", { name: "slept", expiresInDays: 60 });
    const { body } = await browser.post("/api/personal-access-tokens", { name: "ended", expiresInDays: 60 });
    await browser.delete(`/api/personal-access-tokens/${body.token.id}`);
    instance.advance(55 * DAY_MS);
    await announceExpiries(instance.deps);
    const told = (await noticesOf(instance, person)).filter(({ kind }) => kind === "token.expiring");
    assert.deepEqual(
      told.map(({ token, details }) => [token?.name, details.daysLeft]),
      [["slept", 5]],
    );
  });

  it("tries again later when the mail server refused an email, less and less often, and then gives up", async () => {
    await sendNoticeEmails(instance.deps);
    const person = await verified();
    mail.refuse(true);
    await revokeOneOf(person, "unlucky");
    await instance.emails.settled();
    mail.refuse(false);
    await sendNoticeEmails(instance.deps);
    assert.equal(lettersTo(person).length, 0, "it is not due yet");
    mail.refuse(true);
    for (const minutes of [1, 5, 30, 120, 480]) {
      instance.advance(minutes * MINUTE_MS);
      await sendNoticeEmails(instance.deps);
    }
    mail.refuse(false);
    instance.advance(1439 * MINUTE_MS);
    await sendNoticeEmails(instance.deps);
    assert.equal(lettersTo(person).length, 0);
    instance.advance(MINUTE_MS);
    await sendNoticeEmails(instance.deps);
    assert.equal(lettersTo(person).length, 1);
    instance.advance(10 * DAY_MS);
    await sendNoticeEmails(instance.deps);
    assert.equal(lettersTo(person).length, 1, "an accepted email is not sent again");
  });

  it("forgets notices after a year", async () => {
    const person = await seed.person();
    await revokeOneOf(person);
    instance.advance(364 * DAY_MS);
    await forgetOldNotices(instance.deps);
    assert.equal((await noticesOf(instance, person)).length, 1);
    instance.advance(2 * DAY_MS);
    await forgetOldNotices(instance.deps);
    assert.equal((await noticesOf(instance, person)).length, 0);
  });

  it("put no email and no secret into the log", () => {
    const log = instance.log.join("");
    assert.doesNotMatch(log, /@example\.com|mm_pat_[0-9a-f]{8}|Olga Owner/);
  });
});
