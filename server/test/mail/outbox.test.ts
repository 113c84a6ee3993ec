// Every email waits in the outbox from the commit of its change until the mail server has it. A mail server that is slow,
// greylisting, refusing, cut off or down loses none, doubles none, and holds up nothing else.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { subjectOf } from "../../../tests/support/mail-server.ts";
import { PASSWORD, personWithPassword } from "../support/accounts.ts";
import { ENGINES, uniqueName } from "../support/instance.ts";
import { type MailStage, ownedOrganization, prove, startMailStage } from "../support/mail-stage.ts";
import { verifyEmail } from "../support/notices.ts";
import type { Person } from "../support/seed.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const NEW_PASSWORD = "tr0ubador & three";

for (const engine of ENGINES) {
  describe(`the outbox on ${engine}`, () => {
    let stage: MailStage;
    before(async () => {
      stage = await startMailStage({ engine });
    });
    afterEach(() => {
      stage.mail.behave({});
      stage.mail.refuse(false);
    });
    after(() => stage.close());

    async function sendDue(afterMs = 0): Promise<void> {
      stage.instance.advance(afterMs);
      stage.instance.emails?.begin();
      await stage.instance.emails?.settled();
    }
    const lettersTo = (address: string) =>
      stage.mail.letters.filter(({ to }) => to?.some((recipient) => recipient.address === address));
    const subjectsTo = (address: string) => lettersTo(address).map(subjectOf);
    async function provedPerson(): Promise<Person> {
      const person = await personWithPassword(stage.seed);
      await prove(stage, person);
      return person;
    }
    async function changePassword(person: Person): Promise<void> {
      const change = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
      const reply = await (await stage.seed.session(person)).post("/api/account/password", change);
      assert.equal(reply.status, 200, JSON.stringify(reply.body));
    }
    /** Whether the email waits, and why it failed. */
    async function failureOf(address: string) {
      const { items } = await stage.instance.deps.store.reads.listFailedEmails({ limit: 200, after: null });
      const found = items.find(({ recipient }) => recipient === address);
      return found === undefined ? null : { error: found.error, isTriedAgain: found.nextAttemptAt !== null };
    }

    it("every kind of email survives greylisting", async () => {
      stage.mail.behave({ toRecipient: () => ({ code: 451, text: "4.7.1 Greylisted, try again later" }) });
      const [changing, forgetful, invitee] = [await provedPerson(), await provedPerson(), await stage.seed.person()];
      await changePassword(changing);
      const newAddress = `${uniqueName("new")}@example.com`;
      await (await stage.seed.session(changing)).patch("/api/account", { email: newAddress, password: NEW_PASSWORD });
      await stage.instance.client().post("/api/password/forgot", { email: forgetful.email });
      const { session, path } = await ownedOrganization(stage);
      await session.post(`${path}/invitations`, { email: invitee.email, role: "member" });
      await (await stage.seed.session(invitee)).post("/api/account/email/verification");
      await sendDue();
      assert.deepEqual([changing.email, newAddress, forgetful.email, invitee.email].flatMap(lettersTo), []);
      stage.mail.behave({});
      await sendDue(MINUTE_MS);
      await sendDue(5 * MINUTE_MS);
      assert.deepEqual(subjectsTo(changing.email), ["Your password was changed"]);
      assert.deepEqual(subjectsTo(newAddress), ["Confirm your new email address"]);
      assert.deepEqual(subjectsTo(forgetful.email), ["Set a new password"]);
      assert.deepEqual(
        subjectsTo(invitee.email).toSorted((one, other) => one.localeCompare(other)),
        ["Confirm your email address", "You are invited to join an organization"],
      );
      const browser = await stage.seed.session(changing);
      const token = await stage.tokenTo(newAddress, "/verify-email");
      assert.equal((await browser.post("/api/email/verify", { token })).status, 200);
      await sendDue();
      assert.deepEqual(subjectsTo(changing.email).slice(1), ["Your email address was changed"]);
    });

    it("an email that the server has taken without saying so is repeated once, later, as the same email", async () => {
      const person = await provedPerson();
      stage.mail.behave({ toText: (address) => (address === person.email ? "cut" : undefined) });
      await changePassword(person);
      await sendDue();
      stage.mail.behave({});
      await sendDue(59 * MINUTE_MS);
      assert.equal(lettersTo(person.email).length, 1);
      await sendDue(MINUTE_MS);
      await sendDue(6 * DAY_MS);
      const ids = lettersTo(person.email).map(({ messageId }) => messageId);
      assert.deepEqual([ids.length, new Set(ids).size], [2, 1]);
    });

    it("an email whose outcome stays unknown is sent three times at most, and the failure stays on record", async () => {
      const person = await provedPerson();
      stage.mail.behave({ toText: (address) => (address === person.email ? "cut" : undefined) });
      await changePassword(person);
      for (let day = 0; day < 5; day++) await sendDue(DAY_MS);
      assert.equal(lettersTo(person.email).length, 3);
      assert.deepEqual(await failureOf(person.email), { error: "CONN ECONNECTION", isTriedAgain: false });
    });

    it("a refusal for good is not tried again, and one mailbox that fails delays nobody", async () => {
      const [gone, alive] = [await provedPerson(), await provedPerson()];
      let asked = 0;
      const never = Promise.withResolvers<undefined>();
      const silent = await provedPerson();
      stage.mail.behave({
        toRecipient: (address) => {
          if (address !== gone.email) return undefined;
          asked++;
          return { code: 550, text: "5.1.1 No such user" };
        },
        toText: (address) => (address === silent.email ? never.promise : undefined),
      });
      for (const person of [silent, gone, alive]) await changePassword(person);
      // The server does not answer for one mailbox, refuses another, and takes the third.
      await stage.mail.letterTo(alive.email);
      never.resolve(undefined);
      for (let day = 0; day < 2; day++) await sendDue(DAY_MS);
      assert.equal(asked, 1);
      assert.deepEqual(await failureOf(gone.email), {
        error: "RCPT TO 550 5.1.1: No such user",
        isTriedAgain: false,
      });
      const log = stage.instance.log.join("");
      assert.match(log, /"kind":"password_changed","outcome":"refused"[^\n]*"code":"RCPT TO 550 5\.1\.1"/);
      assert.ok(!log.includes(gone.email));
    });

    it(
      "a server that does not answer delays no request and no exit; what was not taken is sent after a restart",
      { timeout: 30_000 },
      async () => {
        const own = await startMailStage({ engine });
        const [waiting, cut] = [await personWithPassword(own.seed), await personWithPassword(own.seed)];
        await prove(own, waiting);
        await prove(own, cut);
        const reached = Promise.withResolvers<void>();
        const never = Promise.withResolvers<undefined>();
        own.mail.behave({
          toRecipient: (address) => (address === waiting.email ? { code: 451, text: "later" } : undefined),
          toText: () => {
            reached.resolve();
            return never.promise;
          },
        });
        for (const person of [cut, waiting]) {
          const change = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
          assert.equal((await (await own.seed.session(person)).post("/api/account/password", change)).status, 200);
        }
        await reached.promise;
        const restarted = await own.instance.restart();
        never.resolve(undefined);
        own.mail.behave({});
        for (const after of [MINUTE_MS, 60 * MINUTE_MS, DAY_MS]) {
          restarted.advance(after);
          restarted.emails?.begin();
          await restarted.emails?.settled();
        }
        const idsTo = ({ email }: Person) =>
          own.mail.letters.filter(({ to }) => to?.[0]?.address === email).map(({ messageId }) => messageId);
        assert.equal(idsTo(waiting).length, 1);
        assert.deepEqual([idsTo(cut).length, new Set(idsTo(cut)).size], [2, 1], "its outcome was unknown");
        await restarted.close();
        await own.mail.close();
      },
    );

    it("a server that is down is left alone for a minute after three tries, and then gets everything once", async () => {
      const people = [];
      for (let index = 0; index < 8; index++) people.push(await provedPerson());
      stage.mail.refuse(true);
      for (const person of people) await changePassword(person);
      await sendDue();
      stage.mail.refuse(false);
      await sendDue(MINUTE_MS);
      await sendDue(5 * MINUTE_MS);
      assert.deepEqual(
        people.map(({ email }) => lettersTo(email).length),
        people.map(() => 1),
      );
    });

    it("an email that is no longer true is dropped when it would be sent, and a warning counts the days anew", async () => {
      const person = await verifyEmail(stage.instance, await stage.seed.person());
      const now = stage.instance.deps.clock();
      const lifetime = { createdAt: now - 21 * DAY_MS, expiresAt: now + 7 * DAY_MS, expiryNoticeAt: now };
      const kept = await stage.seed.token(person, person.personal, { name: "kept", ...lifetime });
      const ended = await stage.seed.token(person, person.personal, { name: "ended", ...lifetime });
      stage.mail.refuse(true);
      const { announceEnds } = await import("../../src/use-cases/notice/ends.ts");
      await announceEnds(stage.instance.deps);
      await sendDue();
      await (await stage.seed.session(person)).delete(`/api/personal-access-tokens/${ended.id}`);
      stage.mail.refuse(false);
      await sendDue(3 * DAY_MS);
      await sendDue();
      const [letter, ...more] = lettersTo(person.email);
      assert.match(letter?.subject ?? "", /expires in 4 days/);
      assert.ok(letter?.text?.includes(kept.id));
      assert.deepEqual(more, []);
    });

    it("a request for a reset writes the same for an unknown address, which gets nothing and leaves nothing", async () => {
      const unknown = `${uniqueName("nobody")}@example.com`;
      const reply = await stage.instance.client().post("/api/password/forgot", { email: unknown });
      assert.equal(reply.status, 202);
      await sendDue();
      assert.deepEqual(lettersTo(unknown), []);
      assert.deepEqual(await stage.instance.deps.store.reads.countWaitingEmails(), []);
    });

    it("a new password ends a reset that waits, so that no link to set it arrives afterwards", async () => {
      const person = await provedPerson();
      stage.mail.refuse(true);
      await stage.instance.client().post("/api/password/forgot", { email: person.email });
      await sendDue();
      await changePassword(person);
      stage.mail.refuse(false);
      await sendDue(MINUTE_MS);
      assert.deepEqual(subjectsTo(person.email), ["Your password was changed"]);
    });

    it("an account that is deleted gets no email but the warnings that wait", async () => {
      const person = await provedPerson();
      stage.mail.refuse(true);
      await changePassword(person);
      await stage.instance.client().post("/api/password/forgot", { email: person.email });
      await sendDue();
      const browser = await stage.seed.session(person);
      assert.equal((await browser.delete("/api/account", { password: NEW_PASSWORD })).status, 200);
      stage.mail.refuse(false);
      await sendDue(MINUTE_MS);
      assert.deepEqual(subjectsTo(person.email), ["Your password was changed"]);
    });
  });
}
