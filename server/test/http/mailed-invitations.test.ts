// Invitations where mail is configured: the content of the email, what its link proves and a copied link does not.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { subjectOf } from "../../../tests/support/mail-server.ts";
import { PASSWORD } from "../support/accounts.ts";
import type { Reply } from "../support/client.ts";
import { uniqueName } from "../support/instance.ts";
import { type MailStage, ownedOrganization, prove, startMailStage, tokenOf } from "../support/mail-stage.ts";
import { assertRefused, changesIn } from "../support/organization-state.ts";

const PREVIEW = "/api/invitations/preview";
const ACCEPT = "/api/invitations/accept";

describe("invitations by mail", () => {
  let stage: MailStage;
  before(async () => {
    stage = await startMailStage();
  });
  after(() => stage.close());

  const newAddress = (): string => `${uniqueName("guest")}@example.com`;

  async function invited(fields: { readonly mail?: boolean; readonly email?: string } = {}) {
    const { email = newAddress(), ...choice } = fields;
    const made = await ownedOrganization(stage);
    const path = `${made.path}/invitations`;
    const reply = await made.session.post(path, { email, role: "member", ...choice });
    assert.equal(reply.status, 201, JSON.stringify(reply.body));
    return { ...made, path, email, reply };
  }

  const codeOf = ({ status, body }: Reply): readonly [number, string] => [status, body?.code];

  it("an email goes to the address, with organization, role, inviter and its own link", async () => {
    const { owner, organization, email, reply } = await invited();
    assert.deepEqual([reply.body.delivery, reply.body.mailProblem], ["queued", null]);
    const letter = await stage.mail.letterTo(email);
    const html = letter.html?.replaceAll(/<\/?bdi[^>]*>/g, "") ?? "";
    for (const text of [letter.text ?? "", html]) {
      for (const word of [`“${owner.name}”`, `“${organization.name}”`, "the role member", "7 days"])
        assert.ok(text.includes(word), word);
    }
    const mailed = await stage.tokenTo(email, "/invitation");
    assert.notEqual(mailed, tokenOf(reply));
    const look = (token: string) => stage.instance.client().post(PREVIEW, { token });
    const [byMail, byCopy] = [await look(mailed), await look(tokenOf(reply))];
    assert.deepEqual([byMail.body.mailed, byCopy.body.mailed], [true, false]);
    assert.deepEqual({ ...byMail.body, mailed: false }, byCopy.body);
  });

  it("an address of an international domain is one address in every spelling, and mail reaches it", async () => {
    const name = uniqueName("bob");
    const [typed, stored] = [`${name}@bücher.example`, `${name}@xn--bcher-kva.example`];
    const { path, session, organization, reply } = await invited({ email: typed });
    assert.equal(reply.body.email, stored);
    const again = () => session.post(path, { email: stored, role: "viewer" });
    await assertRefused(stage.instance, organization.id, again, [409, "already_invited"]);
    const invitation = await stage.tokenTo(stored, "/invitation");
    const account = { name: "Bob", email: typed, password: PASSWORD, invitation };
    const signUp = await stage.instance.client().post("/api/sign-up", account);
    assert.deepEqual([signUp.status, signUp.body.user?.email], [201, stored], JSON.stringify(signUp.body));
    for (const email of [typed, stored, typed.toUpperCase()]) {
      const signIn = await stage.instance.client().post("/api/sign-in", { email, password: PASSWORD });
      assert.equal(signIn.status, 200, email);
    }
    for (const query of [typed, "BÜCHER.example", stored]) {
      const found = await session.get(
        `/api/organizations/${organization.id}/members?query=${encodeURIComponent(query)}`,
      );
      assert.equal(found.body.items?.length, 1, JSON.stringify(found.body));
    }
  });

  it("a name never becomes a link in an email, and no name is in the subject", async () => {
    const owner = await stage.seed.person("Go to https://evil.example/login now");
    const organization = await stage.seed.organization(owner, "evil.example");
    const email = newAddress();
    const session = await stage.seed.session(owner, organization);
    await session.post(`/api/organizations/${organization.id}/invitations`, { email, role: "member" });
    const letter = await stage.mail.letterTo(email);
    assert.doesNotMatch(`${letter.subject} ${letter.text} ${letter.html}`, /evil\.example|https:\/\/evil/);
    assert.match(letter.text ?? "", /“evil\[\.\]example”/);
    assert.equal(subjectOf(letter), "You are invited to join an organization");
  });

  it("without an email, when none is wanted, the response has the link to copy", async () => {
    const { email, reply } = await invited({ mail: false });
    assert.deepEqual([reply.body.delivery, reply.body.mailProblem], [null, "not_wanted"]);
    assert.match(reply.body.url, /#token=[0-9a-f]{64}$/);
    assert.ok(!stage.mail.letters.some(({ to }) => to?.some(({ address }) => address === email)));
  });

  /** Returns how far the email has come, by the list of invitations. */
  async function deliveryOf({ session, path, reply }: Awaited<ReturnType<typeof invited>>): Promise<string | null> {
    await stage.instance.emails?.settled();
    const { body } = await session.get(path);
    return body.items.find(({ id }: { id: string }) => id === reply.body.id).delivery;
  }

  it("the list tells how far the email has come, and a refusal undoes nothing", async () => {
    assert.equal(await deliveryOf(await invited()), "sent");
    stage.mail.refuse(true);
    const waiting = await invited();
    assert.equal(await deliveryOf(waiting), "queued");
    stage.mail.refuse(false);
    stage.mail.behave({ toRecipient: () => ({ code: 550, text: "no such user" }) });
    const refused = await invited();
    assert.equal(await deliveryOf(refused), "refused");
    stage.mail.behave({});
    const preview = await stage.instance.client().post(PREVIEW, { token: tokenOf(refused.reply) });
    assert.equal(preview.body.organization.id, refused.organization.id);
  });

  it("one address gets a few emails an hour from all inviters together; beyond that the response has the link to copy", async () => {
    const email = newAddress();
    const replies = [];
    for (let count = 0; count < 6; count++) replies.push((await invited({ email })).reply.body.mailProblem);
    assert.deepEqual(replies, [null, null, null, null, null, "too_many"]);
  });

  const look = async (token: string) => (await stage.instance.client().post(PREVIEW, { token })).body?.code;

  it("sending again ends the link to copy at once, and the emailed one when the server has taken the next", async () => {
    const made = await invited();
    const { session, path, email, reply } = made;
    const old = await stage.tokenTo(email, "/invitation");
    stage.mail.refuse(true);
    const again = await session.post(`${path}/${reply.body.id}/resend`);
    assert.deepEqual([again.status, again.body.delivery], [200, "queued"]);
    assert.equal(await deliveryOf(made), "queued");
    stage.mail.refuse(false);
    assert.deepEqual(await Promise.all([tokenOf(reply), old].map(look)), ["invitation_invalid", undefined]);
    stage.instance.advance(60_000);
    stage.instance.emails?.begin();
    const fresh = await stage.tokenTo(email, "/invitation", 1);
    assert.equal(await deliveryOf(made), "sent");
    assert.deepEqual(await Promise.all([old, fresh, tokenOf(again)].map(look)), [
      "invitation_invalid",
      undefined,
      undefined,
    ]);
  });

  it("every emailed link works while nobody knows which email arrived", async () => {
    const made = await invited();
    await stage.instance.emails?.settled();
    stage.mail.behave({ toText: () => "cut" });
    await made.session.post(`${made.path}/${made.reply.body.id}/resend`);
    assert.equal(await deliveryOf(made), "queued");
    stage.mail.behave({});
    const [first, second] = [
      await stage.tokenTo(made.email, "/invitation"),
      await stage.tokenTo(made.email, "/invitation", 1),
    ];
    assert.deepEqual(await Promise.all([first, second].map(look)), [undefined, undefined]);
    stage.instance.advance(3_600_000);
    stage.instance.emails?.begin();
    const third = await stage.tokenTo(made.email, "/invitation", 2);
    assert.equal(await deliveryOf(made), "sent");
    assert.deepEqual(await Promise.all([first, second, third].map(look)), ["invitation_invalid", undefined, undefined]);
    const ids = stage.mail.letters
      .filter(({ to }) => to?.[0]?.address === made.email)
      .map(({ messageId }) => messageId);
    assert.equal(ids[1], ids[2], "the same email twice");
    assert.notEqual(ids[0], ids[1]);
  });

  it("without an email every old link ends at once, and withdrawing ends the rest", async () => {
    const { session, path, email, reply } = await invited();
    const mailed = await stage.tokenTo(email, "/invitation");
    const unmailed = await session.post(`${path}/${reply.body.id}/resend`, { mail: false });
    assert.deepEqual([unmailed.body.mailProblem, await look(mailed)], ["not_wanted", "invitation_invalid"]);
    await session.delete(`${path}/${reply.body.id}`);
    assert.equal(await look(tokenOf(unmailed)), "invitation_invalid");
  });

  it("signing up by the email's link joins the organization and proves the address", async () => {
    const { organization, email } = await invited();
    const token = await stage.tokenTo(email, "/invitation");
    const account = { name: "Guest", email, password: PASSWORD, invitation: token };
    const joined = await stage.instance.client().post("/api/sign-up", account);
    assert.equal(joined.status, 201, JSON.stringify(joined.body));
    assert.deepEqual([joined.body.organization.id, joined.body.user.emailVerified], [organization.id, true]);
    const [event] = (await changesIn(stage.instance, organization.id)).filter(
      ({ action }) => action === "member.joined",
    );
    assert.equal(event?.actor.id, joined.body.user.id);
  });

  it("signing up by a copied link opens the account; joining waits until the address is proved", async () => {
    const { organization, email, reply } = await invited({ mail: false });
    const account = { name: "Guest", email, password: PASSWORD, invitation: tokenOf(reply) };
    const opened = await stage.instance.client().post("/api/sign-up", account);
    assert.equal(opened.status, 201, JSON.stringify(opened.body));
    assert.deepEqual([opened.body.organization.personal, opened.body.user.emailVerified], [true, false]);
    const browser = stage.instance.client().withCookie(opened.headers.getSetCookie()[0]?.split(";")[0] as string);
    const accept = () => browser.post(ACCEPT, { token: tokenOf(reply) });
    await assertRefused(stage.instance, organization.id, accept, [403, "email_unverified"]);
    const token = await stage.tokenTo(email, "/verify-email");
    assert.equal((await browser.post("/api/email/verify", { token })).body.emailVerified, true);
    assert.equal((await accept()).body.organization.id, organization.id);
  });

  it("an account accepts by the email's link at once, and by a copied one when its address is proved", async () => {
    const [mailed, copied, proved] = [await stage.seed.person(), await stage.seed.person(), await stage.seed.person()];
    await prove(stage, proved);
    const byMail = await invited({ email: mailed.email });
    const token = await stage.tokenTo(mailed.email, "/invitation");
    const accepted = await (await stage.seed.session(mailed)).post(ACCEPT, { token });
    assert.equal(accepted.body.organization.id, byMail.organization.id);
    assert.equal(accepted.body.user.emailVerified, true);
    const byCopy = await invited({ email: copied.email });
    const browser = await stage.seed.session(copied);
    const accept = () => browser.post(ACCEPT, { token: tokenOf(byCopy.reply) });
    await assertRefused(stage.instance, byCopy.organization.id, accept, [403, "email_unverified"]);
    const known = await invited({ email: proved.email });
    const welcome = await (await stage.seed.session(proved)).post(ACCEPT, { token: tokenOf(known.reply) });
    assert.equal(welcome.body.organization.id, known.organization.id);
  });

  it("the email's link is for the invited address only, and proves nothing to anyone else", async () => {
    const guest = await stage.seed.person();
    const stranger = await stage.seed.person();
    const { organization } = await invited({ email: guest.email });
    const token = await stage.tokenTo(guest.email, "/invitation");
    const session = await stage.seed.session(stranger);
    const accept = () => session.post(ACCEPT, { token });
    await assertRefused(stage.instance, organization.id, accept, [403, "invitation_email_mismatch"]);
    assert.equal((await session.get("/api/session")).body.user.emailVerified, false);
    const account = { name: "Thief", email: newAddress(), password: PASSWORD, invitation: token };
    assert.deepEqual(codeOf(await stage.instance.client().post("/api/sign-up", account)), [
      403,
      "invitation_email_mismatch",
    ]);
  });
});
