// Emails of notices, by a real mail server: who gets one, its content, and that each arrives once.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type MailServer, startMailServer, subjectOf } from "../../../tests/support/mail-server.ts";
import { announceEnds } from "../../src/use-cases/notice/ends.ts";
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

  async function sendDue(): Promise<void> {
    instance.emails?.begin();
    await instance.emails?.settled();
  }
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
    assert.equal(subjectOf(letter), "Token “deploy” was revoked");
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
    assert.equal(subjectOf(letter), "New token “CI & <b>”");
    assert.match(letter.text ?? "", /token “CI & <b>” was created/);
    assert.match(letter.text ?? "", /came from 203\.0\.113\.9, from “Firefox”\. It expires on /);
    assert.match(letter.text ?? "", /page Notices/);
    assert.ok(!letter.html?.includes("<b>”"), "the name is escaped");
    assert.ok(!`${letter.text}${letter.html}`.includes(body.secret));
  });

  it("have a header with which mail programs turn their kind off, where it can be turned off", async () => {
    const person = await verified();
    const browser = await seed.session(person);
    await browser.post("/api/personal-access-tokens", { name: "a", expiresInDays: 30 });
    const headersOf = ({ headers }: { headers: readonly { key: string; value: string }[] }) =>
      Object.fromEntries(headers.map(({ key, value }) => [key, value]));
    const headers = headersOf(await mail.letterTo(person.email));
    assert.equal(headers["list-unsubscribe-post"], "List-Unsubscribe=One-Click");
    const [, path] =
      /^<http:\/\/tokens\.example\.com(\/unsubscribe\/[0-9a-f]{64})>$/.exec(headers["list-unsubscribe"] ?? "") ?? [];
    const reply = await fetch(new URL(path ?? assert.fail(headers["list-unsubscribe"]), instance.url), {
      method: "POST",
      body: new URLSearchParams({ "List-Unsubscribe": "One-Click" }),
    });
    assert.deepEqual([reply.status, await reply.json()], [200, { kind: "token.minted" }]);
    await browser.post("/api/personal-access-tokens", { name: "b", expiresInDays: 30 });
    await revokeOneOf(person);
    const last = await mail.letterTo(person.email, 1);
    assert.match(subjectOf(last), /was revoked$/, "the kind is off");
    assert.equal(headersOf(last)["list-unsubscribe"], undefined, "an email about security has no such header");
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
    await announceEnds(instance.deps);
    await sendDue();
    // When this email arrives, every earlier notice has been processed.
    await revokeOneOf(choosy);
    assert.match(subjectOf(await mail.letterTo(choosy.email)), /was revoked$/);
    assert.deepEqual([lettersTo(unverified).length, lettersTo(suspended).length, lettersTo(choosy).length], [0, 0, 1]);
    assert.deepEqual(await kindsOf(instance, unverified), ["token.minted"], "the app shows all of them");
  });

  const endsIn = (days: number) => ({
    createdAt: instance.deps.clock() - 40 * DAY_MS,
    expiresAt: instance.deps.clock() + days * DAY_MS,
  });

  it("announces an expiry 14, 7 and 1 days before, at most a quarter of the life, and then the expiry itself", async () => {
    const person = await verified();
    const browser = await seed.session(person);
    await browser.post("/api/personal-access-tokens", { name: "long", expiresInDays: 60 });
    await browser.post("/api/personal-access-tokens", { name: "short", expiresInDays: 7 });
    const round = async (): Promise<void> => {
      await noteExpiries(instance.deps);
      await announceEnds(instance.deps);
      await sendDue();
    };
    const told = async (): Promise<string[]> =>
      (await noticesOf(instance, person))
        .filter(({ kind }) => kind !== "token.minted")
        .map(({ kind, token, details }) => `${token?.name} ${kind} ${details.daysLeft ?? ""}`.trim());
    await round();
    assert.deepEqual(await told(), []);
    instance.advance(5.25 * DAY_MS);
    await round();
    await round();
    assert.deepEqual(await told(), ["short token.expiring 2"]);
    instance.advance(1.75 * DAY_MS);
    await round();
    assert.deepEqual(await told(), ["short token.expired"], "the warning is withdrawn");
    instance.advance(39 * DAY_MS);
    await round();
    assert.deepEqual((await told()).slice(1), ["long token.expiring 14"]);
    instance.advance(7 * DAY_MS);
    await round();
    instance.advance(6 * DAY_MS);
    await round();
    instance.advance(DAY_MS);
    await round();
    await round();
    assert.deepEqual((await told()).slice(1), ["long token.expired"]);
    const subjects = lettersTo(person).map((letter) => subjectOf(letter).replace(/^Token “(\w+)” /, "$1 "));
    assert.deepEqual(subjects.slice(2), [
      "short expires in 2 days",
      "short has expired",
      "long expires in 14 days",
      "long expires in 7 days",
      "long expires in 1 day",
      "long has expired",
    ]);
  });

  it("after a time without announcements, only the latest is sent; none for a token that was revoked first", async () => {
    const person = await verified();
    const browser = await seed.session(person);
    await browser.post("/api/personal-access-tokens", { name: "slept", expiresInDays: 60 });
    const { body } = await browser.post("/api/personal-access-tokens", { name: "ended", expiresInDays: 60 });
    await browser.delete(`/api/personal-access-tokens/${body.token.id}`);
    instance.advance(55 * DAY_MS);
    await announceEnds(instance.deps);
    const told = (await noticesOf(instance, person)).filter(({ kind }) => kind === "token.expiring");
    assert.deepEqual(
      told.map(({ token, details }) => [token?.name, details.daysLeft]),
      [["slept", 5]],
    );
  });

  it("tries again later when the mail server refused an email, less and less often", async () => {
    await sendDue();
    const person = await verified();
    mail.refuse(true);
    await revokeOneOf(person, "unlucky");
    await instance.emails?.settled();
    mail.refuse(false);
    await sendDue();
    assert.equal(lettersTo(person).length, 0, "it is not due yet");
    mail.refuse(true);
    for (const minutes of [1, 5, 15, 30, 60, 120, 240]) {
      instance.advance(minutes * MINUTE_MS);
      await sendDue();
    }
    mail.refuse(false);
    instance.advance(479 * MINUTE_MS);
    await sendDue();
    assert.equal(lettersTo(person).length, 0);
    instance.advance(MINUTE_MS);
    await sendDue();
    assert.equal(lettersTo(person).length, 1);
    instance.advance(10 * DAY_MS);
    await sendDue();
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
