// Proving an address by a mailed link: who may do it, with which credential, and what it changes.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { subjectOf } from "../../../tests/support/mail-server.ts";
import { Secret } from "@mintmark/core";
import { hashSecret } from "../../src/secrets/generate.ts";
import { actionsOf, assertProblem, assertRefused, PASSWORD, personWithPassword } from "../support/accounts.ts";
import type { Client } from "../support/client.ts";
import { directoryHost } from "../support/directory-host.ts";
import { startInstance, uniqueName } from "../support/instance.ts";
import { type MailStage, prove, startMailStage } from "../support/mail-stage.ts";
import { type Person, Seed } from "../support/seed.ts";

const REQUEST = "/api/account/email/verification";
const VERIFY = "/api/email/verify";

describe("verifying an address", () => {
  let stage: MailStage;
  before(async () => {
    stage = await startMailStage({ env: { MINTMARK_SIGN_UP: "open" } });
  });
  after(() => stage.close());

  const isVerified = async (browser: Client): Promise<boolean> =>
    (await browser.get("/api/session")).body.user.emailVerified;

  it("signing up mails a link that works once; tokens made from then on carry the address as verified", async () => {
    const email = `${uniqueName("ada")}@example.com`;
    const opened = await stage.instance.client().post("/api/sign-up", { name: "Ada", email, password: PASSWORD });
    assert.equal(opened.body.user.emailVerified, false);
    const browser = stage.instance.client().withCookie(opened.headers.getSetCookie()[0]?.split(";")[0] as string);
    const mint = async () => {
      const { secret } = (await browser.post("/api/personal-access-tokens", { name: "CLI" })).body;
      return stage.instance.client().withBearer(secret);
    };
    const header = async (by: Client) => (await by.get("/forward-auth")).headers.get("x-mintmark-email");
    const early = await mint();
    assert.equal(await header(early), "");
    const letter = await stage.mail.letterTo(email, 0);
    assert.match(letter.text ?? "", /this confirmation ends everything that was created in the account before/);
    const token = await stage.tokenTo(email, "/verify-email");
    const verified = await browser.post(VERIFY, { token });
    assert.deepEqual([verified.status, verified.body.emailVerified, verified.body.ended.tokens], [200, true, 1]);
    assertProblem(await early.get("/api/whoami"), 401, "token_revoked");
    const program = await mint();
    assert.equal(await header(program), email);
    assert.equal((await program.get("/api/whoami")).body.user.emailVerified, true);
    const person = { id: opened.body.user.id };
    await assertRefused(stage.instance, person, () => browser.post(VERIFY, { token }), [410, "link_invalid"]);
    const actions = await actionsOf(stage.instance, person);
    assert.ok(actions.includes("user.email_verified") && actions.includes("user.email_verification_requested"));
  });

  it("an email can be requested a few times an hour, until the address is proved", async () => {
    const person = await stage.seed.person();
    const browser = await stage.seed.session(person);
    const asked = await browser.post(REQUEST);
    assert.deepEqual([asked.status, asked.body], [202, { email: person.email }]);
    await browser.post(REQUEST);
    for (const nth of [2, 3, 4]) assert.equal((await browser.post(REQUEST)).status, 202, String(nth));
    const limited = await assertRefused(stage.instance, person, () => browser.post(REQUEST), [429, "rate_limited"]);
    assert.ok(Number(limited.headers.get("retry-after")) > 3000);
    assert.match(limited.headers.get("ratelimit") ?? "", /^"mail";r=0;t=3\d{3}$/);
    // The link of every email works until one of them was used.
    const first = await stage.tokenTo(person.email, "/verify-email", 0);
    assert.equal((await browser.post(VERIFY, { token: first })).status, 200);
    await assertRefused(stage.instance, person, () => browser.post(REQUEST), [409, "email_verified"]);
  });

  it("a link works for an hour", async () => {
    const lasting = await startMailStage();
    try {
      const [quick, slow] = [await lasting.seed.person(), await lasting.seed.person()];
      for (const person of [quick, slow]) await (await lasting.seed.session(person)).post(REQUEST);
      lasting.instance.advance(3_600_000 - 30_000);
      const later = { quick: await lasting.seed.session(quick), slow: await lasting.seed.session(slow) };
      const verify = async (browser: Client, { email }: Person) =>
        browser.post(VERIFY, { token: await lasting.tokenTo(email, "/verify-email") });
      assert.equal((await verify(later.quick, quick)).status, 200);
      lasting.instance.advance(31_000);
      await assertRefused(lasting.instance, slow, () => verify(later.slow, slow), [410, "link_expired"]);
    } finally {
      await lasting.close();
    }
  });

  it("it needs a session of the account: no token, no key, no other person", async () => {
    const person = await stage.seed.person();
    const browser = await stage.seed.session(person);
    await browser.post(REQUEST);
    const token = await stage.tokenTo(person.email, "/verify-email");
    const organization = await stage.seed.organization(person);
    const others: readonly (readonly [Client, readonly [number, string]])[] = [
      [stage.instance.client(), [401, "credentials_missing"]],
      [await stage.seed.session(await stage.seed.person()), [403, "link_other_account"]],
      [(await stage.seed.token(person, organization)).client, [403, "session_required"]],
      [(await stage.seed.apiKey(organization, person)).client, [403, "session_required"]],
    ];
    for (const [client, refusal] of others) {
      await assertRefused(stage.instance, person, () => client.post(VERIFY, { token }), refusal);
      if (refusal[1] === "link_other_account") continue;
      await assertRefused(stage.instance, person, () => client.post(REQUEST), refusal);
    }
    for (const junk of ["", "x", "0".repeat(64), token.toUpperCase()])
      await assertRefused(stage.instance, person, () => browser.post(VERIFY, { token: junk }), [410, "link_invalid"]);
    assert.equal(await isVerified(browser), false);
  });

  it("an address that the host wrote opens the account of its user only when somebody proved it", async () => {
    const host = await directoryHost(stage.seed);
    const [email, control] = [host.mail("u1"), host.mail("u2")];
    await host.user("u1");
    await host.user("u2", { emailVerified: true });
    const forget = (address: string) => stage.instance.client().post("/api/password/forgot", { email: address });
    for (const address of [email, control]) assert.equal((await forget(address)).status, 202);
    await stage.mail.letterTo(control);
    assert.ok(!stage.mail.letters.some(({ to }) => to?.some(({ address }) => address === email)));
    await host.user("u1", { emailVerified: true });
    await forget(email);
    const token = await stage.tokenTo(email, "/reset-password");
    // The host takes its word back, and with it the link.
    await host.user("u1");
    const reset = (link: string) =>
      stage.instance.client().post("/api/password/reset", { token: link, password: PASSWORD });
    assertProblem(await reset(token), 410, "link_invalid");
    await host.user("u1", { emailVerified: true });
    await forget(email);
    assert.equal((await reset(await stage.tokenTo(email, "/reset-password", 1))).status, 200);
    assert.equal((await stage.instance.client().post("/api/sign-in", { email, password: PASSWORD })).status, 200);
  });

  it("another address is taken when the link in the email to it is opened; then the old one is notified, and old links fail", async () => {
    const person = await personWithPassword(stage.seed);
    const browser = await stage.seed.session(person);
    await browser.post(REQUEST);
    const old = await stage.tokenTo(person.email, "/verify-email");
    await prove(stage, person);
    await stage.instance.client().post("/api/password/forgot", { email: person.email });
    const reset = await stage.tokenTo(person.email, "/reset-password", 1);
    const email = `${uniqueName("moved")}@example.com`;
    const changed = await browser.patch("/api/account", { email, password: PASSWORD });
    assert.deepEqual([changed.status, changed.body.confirmationSentTo, changed.body.email], [200, email, person.email]);
    await assertRefused(stage.instance, person, () => browser.post(VERIFY, { token: old }), [410, "link_invalid"]);
    const token = await stage.tokenTo(email, "/verify-email");
    const stranger = await stage.seed.session(await stage.seed.person());
    await assertRefused(stage.instance, person, () => stranger.post(VERIFY, { token }), [403, "link_other_account"]);
    const { body } = await browser.post(VERIFY, { token });
    assert.deepEqual([body.email, body.emailVerified], [email, true]);
    const told = await stage.mail.letterTo(person.email, 2);
    assert.equal(subjectOf(told), "Your email address was changed");
    assert.ok(!`${told.text}${told.html}`.includes(email) && !told.text?.includes("#token="));
    const resetting = () => stage.instance.client().post("/api/password/reset", { token: reset, password: PASSWORD });
    await assertRefused(stage.instance, person, resetting, [410, "link_invalid"]);
    const actions = await actionsOf(stage.instance, person);
    for (const action of ["user.email_changed", "user.email_verified"]) assert.ok(actions.includes(action), action);
  });

  it("a deleted account leaves no link behind, and with it no address", async () => {
    const person = await personWithPassword(stage.seed);
    const browser = await stage.seed.session(person);
    await browser.post(REQUEST);
    const token = await stage.tokenTo(person.email, "/verify-email");
    const link = () => stage.instance.deps.store.reads.findEmailLink("verify_email", hashSecret(new Secret(token)));
    assert.equal((await link())?.email, person.email);
    assert.equal((await browser.delete("/api/account", { password: PASSWORD })).status, 200);
    assert.equal(await link(), null);
  });

  it("without a mail server no email can be requested", async () => {
    const instance = await startInstance();
    try {
      const seed = new Seed(instance);
      const person = await seed.person();
      const browser = await seed.session(person);
      await assertRefused(instance, person, () => browser.post(REQUEST), [409, "mail_off"]);
      const forgot = await instance.client().post("/api/password/forgot", { email: person.email });
      assertProblem(forgot, 409, "mail_off");
    } finally {
      await instance.close();
    }
  });
});
