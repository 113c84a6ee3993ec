// Setting a new password by a mailed link: a request reveals nothing, the link works once, and it ends sessions.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { subjectOf } from "../../../tests/support/mail-server.ts";
import {
  actionsOf,
  assertProblem,
  assertRefused,
  PASSWORD,
  personWithPassword,
  WRONG_PASSWORD,
} from "../support/accounts.ts";
import { directoryHost } from "../support/directory-host.ts";
import { uniqueName } from "../support/instance.ts";
import { type MailStage, prove, startMailStage } from "../support/mail-stage.ts";

const FORGOT = "/api/password/forgot";
const RESET = "/api/password/reset";
const NEW_PASSWORD = "a fresh horse for the battery";

describe("a forgotten password", () => {
  let stage: MailStage;
  before(async () => {
    stage = await startMailStage({ env: { MINTMARK_TRUSTED_PROXIES: "127.0.0.1" } });
  });
  after(() => stage.close());

  let clients = 0;
  /** An anonymous client, in a network that has requested nothing yet. */
  const stranger = () => stage.instance.client().with({ "X-Forwarded-For": `198.18.0.${++clients}` });

  /** A person, and the tokens of this many reset links. */
  async function forgetful(links = 1, { isProved = true } = {}) {
    const person = await personWithPassword(stage.seed);
    if (isProved) await prove(stage, person);
    const tokens: string[] = [];
    for (let nth = 0; nth < links; nth++) {
      assert.equal((await stranger().post(FORGOT, { email: person.email })).status, 202);
      tokens.push(await stage.tokenTo(person.email, "/reset-password", nth));
    }
    return { person, tokens, token: tokens[0] as string };
  }

  const signIn = (email: string, password: string) => stranger().post("/api/sign-in", { email, password });

  it("a request gets the same response for every address, and an email goes to active accounts only", async () => {
    const { person } = await forgetful(0);
    const suspended = await stage.seed.person();
    await stage.instance.deps.store.transaction((tx) => tx.suspendUser(suspended.id, 1, "admin"));
    const deleted = await stage.seed.person();
    await stage.instance.deps.store.transaction((tx) => tx.deleteUser(deleted.id, 1));
    const unknown = `${uniqueName("nobody")}@example.com`;
    const seen = new Set<string>();
    for (const email of [unknown, suspended.email, deleted.email, person.email.toUpperCase()]) {
      const reply = await stranger().post(FORGOT, { email });
      const headers = [...reply.headers].filter(([name]) => !["date", "x-request-id"].includes(name));
      seen.add(JSON.stringify([reply.status, reply.body, headers]));
    }
    assert.equal(seen.size, 1, [...seen].join("\n"));
    assert.match([...seen][0] as string, /^\[202,\{"accepted":true\}/);
    // The last request: when its email has arrived, emails of the earlier ones would have, too.
    await stage.tokenTo(person.email, "/reset-password");
    const written = stage.mail.letters.flatMap(({ to }) => to?.map(({ address }) => address) ?? []);
    for (const email of [unknown, suspended.email, deleted.email]) assert.ok(!written.includes(email), email);
    assert.deepEqual(await actionsOf(stage.instance, person), ["user.password_reset_requested"]);
    assert.deepEqual(await actionsOf(stage.instance, suspended), []);
  });

  it("the host's word for an address opens the account that it made, and none that has a password here", async () => {
    const shop = await directoryHost(stage.seed);
    const victim = await personWithPassword(stage.seed);
    await prove(stage, victim);
    await shop.user("linked", { email: victim.email, emailVerified: true });
    const taken = `${uniqueName("taken")}@example.com`;
    assert.equal((await shop.user("linked", { email: taken, emailVerified: true })).body.id, victim.id);
    await shop.user("made", { emailVerified: true });
    const made = shop.mail("made");
    for (const email of [taken, made]) await stranger().post(FORGOT, { email });
    const token = await stage.tokenTo(made, "/reset-password");
    await stage.instance.emails?.settled();
    const sent = () => stage.mail.letters.flatMap(({ to }) => to?.map(({ address }) => address) ?? []);
    assert.ok(!sent().includes(taken), "a person whose address only the host stated gets no email");
    assert.equal((await signIn(taken, PASSWORD)).status, 200, "the password is the person's as before");
    assert.equal((await stranger().post(RESET, { token, password: NEW_PASSWORD })).status, 200);
    // From here on, the address is proved here, and remains so whatever the host says.
    await shop.user("made", { emailVerified: false });
    await stranger().post(FORGOT, { email: made });
    assert.ok(await stage.tokenTo(made, "/reset-password", 2), "after the notice of the new password");
  });

  it("an address gets a few emails an hour, silently; a network that keeps asking is refused", async () => {
    const { person } = await forgetful(5);
    assert.equal((await stranger().post(FORGOT, { email: person.email })).status, 202);
    const other = await forgetful();
    assert.ok(other.token);
    const letters = stage.mail.letters.filter(({ to }) => to?.some(({ address }) => address === person.email));
    assert.equal(letters.length, 5);
    const client = stranger();
    const ask = async () => client.post(FORGOT, { email: `${uniqueName("x")}@example.com` });
    for (let count = 0; count < 200; count++) assert.equal((await ask()).status, 202);
    assertProblem(await ask(), 429, "rate_limited");
    assertProblem(await client.post(FORGOT, { email: other.person.email }), 429, "rate_limited");
  });

  it("refuses what is no address", async () => {
    assertProblem(await stranger().post(FORGOT, { email: "nobody" }), 400, "email_invalid");
    assertProblem(await stranger().post(FORGOT, {}), 400, "field_invalid");
  });

  it("the link sets the password once: every session ends, every other link stops working, tokens stay active, the owner is notified", async () => {
    const { person, tokens } = await forgetful(2);
    const browser = await stage.seed.session(person);
    const program = await stage.seed.token(person, person.personal);
    const set = await stranger().post(RESET, { token: tokens[1], password: NEW_PASSWORD });
    assert.deepEqual([set.status, set.body], [200, { endedSessions: 1, revokedTokens: 0, ended: null }]);
    assert.deepEqual(set.headers.getSetCookie(), [], "nobody is signed in by a link");
    assertProblem(await browser.get("/api/session"), 401, "session_ended");
    assert.equal((await program.client.get("/api/whoami")).status, 200);
    assert.equal((await signIn(person.email, PASSWORD)).status, 401);
    assert.equal((await signIn(person.email, NEW_PASSWORD)).body.user.emailVerified, true);
    for (const token of tokens) {
      const again = () => stranger().post(RESET, { token, password: PASSWORD });
      await assertRefused(stage.instance, person, again, [410, "link_invalid"]);
    }
    const told = await stage.mail.letterTo(person.email, 2);
    assert.equal(subjectOf(told), "Your password was changed");
    assert.ok(!told.text?.includes("#token="));
    const actions = await actionsOf(stage.instance, person);
    for (const action of ["user.password_reset", "session.ended"]) assert.ok(actions.includes(action), action);
  });

  it("ends the tokens when that is asked for", async () => {
    const { person, token } = await forgetful();
    const program = await stage.seed.token(person, person.personal);
    const set = await stranger().post(RESET, { token, password: NEW_PASSWORD, revokeTokens: true });
    assert.deepEqual(set.body, { endedSessions: 0, revokedTokens: 1, ended: null });
    assertProblem(await program.client.get("/api/whoami"), 401, "token_revoked");
  });

  it("a weak password, junk, and a link for something else set nothing; the link keeps working", async () => {
    const { person, token } = await forgetful(1, { isProved: false });
    const reset = (body: object) => () => stranger().post(RESET, body);
    const refused = (body: object, expected: readonly [number, string]) =>
      assertRefused(stage.instance, person, reset(body), expected);
    await refused({ token, password: "short" }, [400, "password_weak"]);
    await refused({ token, password: person.email }, [400, "password_weak"]);
    for (const junk of ["", "x", "f".repeat(64)])
      await refused({ token: junk, password: NEW_PASSWORD }, [410, "link_invalid"]);
    await (await stage.seed.session(person)).post("/api/account/email/verification");
    const other = await stage.tokenTo(person.email, "/verify-email", 1);
    await refused({ token: other, password: NEW_PASSWORD }, [410, "link_invalid"]);
    assert.equal((await reset({ token, password: NEW_PASSWORD })()).status, 200);
  });

  it("a link stops working after another change of the password, and after a suspension of the account", async () => {
    const { person, token } = await forgetful();
    await prove(stage, person);
    const browser = await stage.seed.session(person);
    const email = `other-${person.email}`;
    assert.equal((await browser.patch("/api/account", { email, password: PASSWORD })).status, 200);
    const taking = await stage.tokenTo(email, "/verify-email");
    const change = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
    assert.equal((await browser.post("/api/account/password", change)).status, 200);
    const take = () => browser.post("/api/email/verify", { token: taking });
    await assertRefused(stage.instance, person, take, [410, "link_invalid"]);
    const told = await stage.mail.letterTo(person.email, 1);
    assert.match(told.text ?? "", /by someone who was signed in/);
    const resetting = () => stranger().post(RESET, { token, password: WRONG_PASSWORD });
    await assertRefused(stage.instance, person, resetting, [410, "link_invalid"]);
    const other = await forgetful();
    await stage.instance.deps.store.transaction((tx) => tx.suspendUser(other.person.id, 1, "admin"));
    const blocked = () => stranger().post(RESET, { token: other.token, password: NEW_PASSWORD });
    await assertRefused(stage.instance, other.person, blocked, [410, "link_invalid"]);
  });

  it("a link works for an hour", async () => {
    const lasting = await startMailStage();
    try {
      const person = await lasting.seed.person();
      await lasting.instance.client().post(FORGOT, { email: person.email });
      const token = await lasting.tokenTo(person.email, "/reset-password");
      lasting.instance.advance(3_600_001);
      const late = () => lasting.instance.client().post(RESET, { token, password: NEW_PASSWORD });
      await assertRefused(lasting.instance, person, late, [410, "link_expired"]);
    } finally {
      await lasting.close();
    }
  });

  it("a refusal by the mail server is in the log only, without the address", { timeout: 10_000 }, async () => {
    const { person } = await forgetful(0);
    stage.mail.refuse(true);
    const reply = await stranger().post(FORGOT, { email: person.email });
    assert.equal(reply.status, 202);
    await stage.instance.emails?.settled();
    stage.mail.refuse(false);
    const line = stage.instance.log.find((entry) => entry.includes("DATA 452")) ?? "";
    assert.match(line, /"kind":"reset_password","outcome":"failed"/);
    assert.ok(!stage.instance.log.join("").includes(person.email));
    assert.ok(!line.includes("#token="));
  });
});
