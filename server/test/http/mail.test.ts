// The state of mail, for instance admins: what waits, what failed and why, and the test email.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { subjectOf } from "../../../tests/support/mail-server.ts";
import { assertProblem } from "../support/accounts.ts";
import type { Client } from "../support/client.ts";
import { startInstance } from "../support/instance.ts";
import { type MailStage, ownedOrganization, startMailStage } from "../support/mail-stage.ts";
import { type Person, Seed } from "../support/seed.ts";

const STATE = "/api/admin/mail";
const FAILURES = "/api/admin/mail/failures";
const TESTS = "/api/admin/mail/tests";

describe("the state of mail", () => {
  let stage: MailStage;
  let admin: Person;
  let session: Client;
  before(async () => {
    stage = await startMailStage();
  });
  beforeEach(async () => {
    stage.mail.behave({});
    admin = await stage.seed.person("Ida Admin", { instanceAdmin: true });
    session = await stage.seed.session(admin);
  });
  after(() => stage.close());

  const settled = () => stage.instance.emails?.settled();

  it("a test email goes to the caller, is recorded, and tells that the mail server accepted it", async () => {
    const queued = await session.post(TESTS);
    assert.equal(queued.status, 201, JSON.stringify(queued.body));
    assert.deepEqual(queued.body, { id: queued.body.id, delivery: "queued", cause: null });
    const letter = await stage.mail.letterTo(admin.email);
    assert.equal(subjectOf(letter), "Test email");
    await settled();
    const { body } = await session.get(`${TESTS}/${queued.body.id}`);
    assert.deepEqual([body.delivery, body.cause], ["sent", null]);
    const events = await session.get("/api/admin/audit-events?action=instance.test_email_requested");
    assert.deepEqual(events.body.items[0].actor, { kind: "user", id: admin.id, name: admin.name, externalId: null });
  });

  it("a refusal is listed with recipient, kind and cause, and what waits is counted", async () => {
    stage.mail.behave({
      toRecipient: (address) =>
        address === admin.email ? { code: 550, text: "5.1.1 No such user" } : { code: 451, text: "4.7.1 Greylisted" },
    });
    const test = (await session.post(TESTS)).body;
    const { session: owner, path } = await ownedOrganization(stage);
    await owner.post(`${path}/invitations`, { email: "grey@example.com", role: "member" });
    await settled();
    const state = (await session.get(STATE)).body;
    assert.equal(state.enabled, true);
    assert.deepEqual(
      state.waiting.map(({ kind, count }: { kind: string; count: number }) => [kind, count]),
      [["invitation", 1]],
    );
    const { items } = (await session.get(`${FAILURES}?limit=2`)).body;
    const grey = items.find(({ kind }: { kind: string }) => kind === "invitation");
    const refused = items.find(({ id }: { id: string }) => id === test.id);
    assert.deepEqual(
      [grey.recipient, grey.cause, grey.attempts, Date.parse(grey.nextAttemptAt) > stage.instance.deps.clock()],
      ["grey@example.com", "RCPT TO 451 4.7.1: Greylisted", 1, true],
    );
    assert.deepEqual(
      [refused.recipient, refused.kind, refused.cause, refused.nextAttemptAt],
      [admin.email, "test", "RCPT TO 550 5.1.1: No such user", null],
    );
    assert.deepEqual((await session.get(`${TESTS}/${test.id}`)).body.delivery, "refused");
    const metrics = await (await fetch(`${stage.instance.url}/metrics`)).text();
    assert.match(metrics, /mintmark_emails_waiting\{kind="invitation"\} 1/);
    assert.match(metrics, /mintmark_email_attempts_total\{kind="test",outcome="refused"\} 1/);
    assert.match(metrics, /mintmark_email_attempts_total\{kind="invitation",outcome="failed"\} 1/);
  });

  it("an instance admin sends ten test emails in an hour, and an email of another kind is none", async () => {
    for (let index = 0; index < 10; index++) assert.equal((await session.post(TESTS)).status, 201);
    assertProblem(await session.post(TESTS), 429, "rate_limited");
    const unknown = await session.get(`${TESTS}/eml_${"0".repeat(32)}`);
    assertProblem(unknown, 404, "not_found");
  });
});

it("without a mail server nothing is sent, and the page says so", async () => {
  const instance = await startInstance();
  try {
    const seed = new Seed(instance);
    const session = await seed.session(await seed.person("Ida", { instanceAdmin: true }));
    assert.deepEqual((await session.get(STATE)).body, { enabled: false, waiting: [] });
    assertProblem(await session.post(TESTS), 409, "mail_off");
    assert.deepEqual((await session.get(FAILURES)).body.items, []);
  } finally {
    await instance.close();
  }
});
