// Two replicas that do the same chores at the same time: one notice, one email.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type MailServer, startMailServer } from "../../../tests/support/mail-server.ts";
import { loadConfig } from "../../src/config/config.ts";
import { createInstance, type Instance } from "../../src/instance.ts";
import { announceEnds } from "../../src/use-cases/notice/ends.ts";
import type { Deps } from "../../src/use-cases/use-case.ts";
import { ENGINES, startInstance, type TestInstance } from "../support/instance.ts";
import { noticesOf, verifyEmail } from "../support/notices.ts";
import { type Person, Seed } from "../support/seed.ts";

const DAY_MS = 86_400_000;
const TOKENS = 30;

for (const engine of ENGINES) {
  describe(`replicas and notices on ${engine}`, () => {
    let mail: MailServer;
    let instance: TestInstance;
    let other: Instance;
    before(async () => {
      mail = await startMailServer();
      const env = {
        MINTMARK_SMTP_URL: mail.url,
        MINTMARK_MAIL_FROM: "tokens@example.com",
        MINTMARK_BASE_URL: "http://tokens.example.com",
      };
      instance = await startInstance({ engine, env });
      const database = instance.databaseUrl === null ? {} : { DATABASE_URL: instance.databaseUrl };
      const config = loadConfig({ MINTMARK_DATA: join(instance.folder, "mintmark.db"), ...database, ...env });
      other = await createInstance(config, { logger: instance.logger });
    });
    after(async () => {
      await other.close();
      await instance.close();
      await mail.close();
    });

    /** The same work on both replicas, several times over. */
    const everywhere = (work: (deps: Deps) => Promise<void>): Promise<void[]> =>
      Promise.all(Array.from({ length: 6 }, (_, index) => work(index % 2 === 0 ? instance.deps : other.deps)));

    it("announce each expiry once, and send each email once", async () => {
      const seed = new Seed(instance);
      const people: Person[] = [];
      const now = instance.deps.clock();
      for (let index = 0; index < TOKENS; index++) {
        const person = await verifyEmail(instance, await seed.person());
        people.push(person);
        const expiresAt = now + 7 * DAY_MS;
        await seed.token(person, person.personal, { createdAt: now - 21 * DAY_MS, expiresAt, expiryNoticeAt: now });
      }
      await everywhere(announceEnds);
      for (const person of people) assert.equal((await noticesOf(instance, person)).length, 1);
      for (const { emails } of [instance, other, instance]) {
        emails?.begin();
        await emails?.settled();
      }
      const addresses = mail.letters.flatMap(({ to }) => to?.map(({ address }) => address ?? "") ?? []);
      assert.deepEqual(addresses.toSorted(), people.map(({ email }) => email).toSorted());
    });
  });
}
