// Faults around the outbox: a database that cannot take an outcome, replicas that race or crash, an email that no time is
// left for, and people who try to use up what others need.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { type MailServer, startMailServer, subjectOf } from "../../../tests/support/mail-server.ts";
import { createMailer } from "../../src/mail/mailer.ts";
import { StoreUnavailable, type Store } from "../../src/store/store.ts";
import { accountComposers } from "../../src/use-cases/account/compose.ts";
import { type EmailToQueue, newEmail } from "../../src/use-cases/mail/outbox.ts";
import { type Composers, createSender, type Sender } from "../../src/use-cases/mail/sender.ts";
import { PASSWORD, personWithPassword } from "../support/accounts.ts";
import { ENGINES, startInstance, type TestInstance, uniqueName } from "../support/instance.ts";
import { type MailStage, ownedOrganization, prove, startMailStage } from "../support/mail-stage.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const NEW_PASSWORD = "tr0ubador & three";

for (const engine of ENGINES) {
  describe(`faults around the outbox on ${engine}`, () => {
    let mail: MailServer;
    // It has no mail server itself, so nothing but the senders of a test sends.
    let instance: TestInstance;
    before(async () => {
      mail = await startMailServer();
      instance = await startInstance({ engine });
    });
    afterEach(() => mail.behave({}));
    after(async () => {
      await instance.close();
      await mail.close();
    });

    const queue = (emails: readonly EmailToQueue[], at = instance.deps.clock()) =>
      instance.deps.store.transaction((tx) => tx.insertEmails(emails.map((email) => newEmail(email, at))));
    const warningTo = (recipient: string): EmailToQueue => ({
      kind: "password_changed",
      recipient,
      details: { by: "session", revokedTokens: 0 },
    });
    const addresses = (count: number): string[] =>
      Array.from({ length: count }, () => `${uniqueName("person")}@example.com`);
    const lettersTo = (address: string) => mail.letters.filter(({ to }) => to?.[0]?.address === address);
    const failures = async () => (await instance.deps.store.reads.listFailedEmails({ limit: 200, after: null })).items;

    /** A replica's sender. `isUp` tells whether its next transaction succeeds. */
    function replica(isUp: () => boolean = () => true): Sender & { readonly errors: unknown[] } {
      const errors: unknown[] = [];
      const { store, clock, settings } = instance.deps;
      const failing: Pick<Store, "transaction" | "reads"> = {
        reads: store.reads,
        transaction: async (work) => {
          if (!isUp()) throw new StoreUnavailable("the connection was lost");
          return store.transaction(work);
        },
      };
      const sender = createSender({
        store: failing,
        clock,
        mailer: createMailer({ url: mail.url, from: "tokens@example.com" }, "https://tokens.example.com"),
        composers: accountComposers({ settings }) as Composers,
        onAttempt: () => {},
        onError: (error) => errors.push(error),
      });
      return { ...sender, errors };
    }
    async function sendDue(sender: Sender, afterMs = 0): Promise<void> {
      instance.advance(afterMs);
      sender.begin();
      await sender.settled();
    }

    it("an email whose outcome the database could not take is not sent again when the database is back", async () => {
      const [address = ""] = addresses(1);
      let isUp = true;
      mail.behave({ toText: () => void (isUp = false) });
      const sender = replica(() => isUp);
      await queue([warningTo(address)]);
      await sendDue(sender);
      assert.equal(lettersTo(address).length, 1);
      assert.match(String(sender.errors[0]), /connection was lost/);
      isUp = true;
      await sendDue(sender, 2 * MINUTE_MS);
      await sendDue(sender, 60 * MINUTE_MS);
      await sender.stop();
      assert.equal(lettersTo(address).length, 1);
      assert.equal(await instance.deps.store.reads.nextEmailDueAt(), null);
    });

    it("an email of a replica that crashed is sent by another when the claim is over, as the same email", async () => {
      const [unsent = "", sent = ""] = addresses(2);
      let left = 2;
      // The first replica ends between its claim and the email.
      const first = replica(() => --left >= 1);
      await queue([warningTo(unsent)]);
      await sendDue(first);
      // The second ends between the server's answer and its record.
      let isUp = true;
      mail.behave({ toText: () => void (isUp = false) });
      const second = replica(() => isUp);
      await queue([warningTo(sent)]);
      await sendDue(second);
      mail.behave({});
      const third = replica();
      await sendDue(third, 19 * MINUTE_MS);
      assert.deepEqual([lettersTo(unsent).length, lettersTo(sent).length], [0, 1]);
      await sendDue(third, 2 * MINUTE_MS);
      await sendDue(third, DAY_MS);
      const copies = lettersTo(sent).map(({ messageId }) => messageId);
      assert.deepEqual([lettersTo(unsent).length, copies.length, new Set(copies).size], [1, 2, 1]);
    });

    it("two replicas send each email once, also while the mail server is slow", async () => {
      const people = addresses(24);
      mail.behave({ toText: () => new Promise((resolve) => void setImmediate(() => resolve(undefined))) });
      await queue(people.map(warningTo));
      const [one, other] = [replica(), replica()];
      await Promise.all([sendDue(one), sendDue(other), sendDue(one), sendDue(other)]);
      assert.deepEqual(
        people.map((address) => lettersTo(address).length),
        people.map(() => 1),
      );
    });

    it("a thousand emails to a mailbox that fails delay no other email", async () => {
      const [dead = "", ...alive] = addresses(11);
      let asked = 0;
      mail.behave({
        toRecipient: (address) => {
          if (address !== dead) return undefined;
          asked++;
          return { code: 451, text: "4.2.1 Try again later" };
        },
      });
      await queue(Array.from({ length: 1000 }, () => ({ ...warningTo(dead), about: dead })));
      await queue(alive.map(warningTo), instance.deps.clock() + 1);
      const sender = replica();
      instance.advance(1);
      sender.begin();
      for (const address of alive) await mail.letterTo(address);
      assert.ok(asked < 50, `the mailbox that fails was asked ${asked} times before`);
      await sender.stop();
      await instance.deps.store.transaction((tx) => tx.replaceEmails(dead, instance.deps.clock()));
    });

    it("an email that no time was left for stays among the failures, if it is still true", async () => {
      const [late = "", unknown = ""] = addresses(2);
      const at = instance.deps.clock() - 6 * DAY_MS;
      await queue([warningTo(late), { kind: "reset_password", recipient: unknown }], at);
      await sendDue(replica());
      const found = (await failures()).filter(({ recipient }) => recipient === late || recipient === unknown);
      assert.deepEqual(
        found.map(({ recipient, error, nextAttemptAt }) => [recipient, error, nextAttemptAt]),
        [[late, "The mail server could not be tried in time.", null]],
      );
      assert.deepEqual([...lettersTo(late), ...lettersTo(unknown)], []);
    });
  });

  describe(`emails that wait while things change on ${engine}`, () => {
    let stage: MailStage;
    before(async () => {
      stage = await startMailStage({ engine });
    });
    afterEach(() => stage.mail.behave({}));
    after(() => stage.close());

    const subjectsTo = (address: string) =>
      stage.mail.letters.filter(({ to }) => to?.[0]?.address === address).map(subjectOf);
    async function sendDue(afterMs = 0): Promise<void> {
      stage.instance.advance(afterMs);
      stage.instance.emails?.begin();
      await stage.instance.emails?.settled();
    }
    async function provedPerson() {
      const person = await personWithPassword(stage.seed);
      await prove(stage, person);
      return person;
    }

    it("a new password ends a reset that nobody has tried to send yet", async () => {
      const person = await provedPerson();
      const [reached, release] = [Promise.withResolvers<void>(), Promise.withResolvers<undefined>()];
      stage.mail.behave({
        toText: () => {
          reached.resolve();
          return release.promise;
        },
      });
      const browser = await stage.seed.session(person);
      const change = (currentPassword: string, newPassword: string) =>
        browser.post("/api/account/password", { currentPassword, newPassword });
      assert.equal((await change(PASSWORD, NEW_PASSWORD)).status, 200);
      await reached.promise;
      // It waits behind the email that is being sent to the same mailbox.
      await stage.instance.client().post("/api/password/forgot", { email: person.email });
      assert.equal((await change(NEW_PASSWORD, PASSWORD)).status, 200);
      release.resolve(undefined);
      await sendDue();
      await sendDue(DAY_MS);
      assert.deepEqual(subjectsTo(person.email), ["Your password was changed", "Your password was changed"]);
    });

    it("nobody can use up the warnings of a takeover with other emails", async () => {
      const person = await provedPerson();
      const browser = await stage.seed.session(person);
      const useUp = async (kind: "news" | "password"): Promise<void> => {
        for (let count = 0; count < 20; count++)
          await stage.instance.deps.mailer?.admit({ kind, to: person.email, by: person.id });
      };
      await useUp("news");
      await browser.post("/api/account/password", { currentPassword: PASSWORD, newPassword: NEW_PASSWORD });
      await useUp("password");
      const email = `${uniqueName("new")}@example.com`;
      await browser.patch("/api/account", { email, password: NEW_PASSWORD });
      const token = await stage.tokenTo(email, "/verify-email");
      assert.equal((await browser.post("/api/email/verify", { token })).status, 200);
      await sendDue();
      assert.deepEqual(subjectsTo(person.email), ["Your password was changed", "Your email address was changed"]);
    });

    it("an invitation that waited says how many days are left", async () => {
      const { session, path } = await ownedOrganization(stage);
      const email = `${uniqueName("invitee")}@example.com`;
      stage.mail.behave({ toRecipient: () => ({ code: 451, text: "later" }) });
      await session.post(`${path}/invitations`, { email, role: "member" });
      await sendDue();
      stage.mail.behave({});
      await sendDue(4 * DAY_MS);
      const letter = await stage.mail.letterTo(email);
      assert.match(letter.text ?? "", /It works once, within 3 days, and for this address only/);
    });
  });
}
