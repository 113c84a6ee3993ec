// Joining an organization by an address of its domain: who may open it, to which domain, and who may join.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { PASSWORD, personWithPassword } from "../support/accounts.ts";
import type { Client } from "../support/client.ts";
import { directoryHost } from "../support/directory-host.ts";
import { uniqueName } from "../support/instance.ts";
import { type MailStage, ownedOrganization, prove, startMailStage, tokenOf } from "../support/mail-stage.ts";
import { actionsIn, assertRefused, changesIn } from "../support/organization-state.ts";
import type { Person, SeededOrganization } from "../support/seed.ts";

const JOINABLE = "/api/account/joinable-organizations";

describe("joining by domain", () => {
  let stage: MailStage;
  before(async () => {
    stage = await startMailStage();
  });
  after(() => stage.close());

  /** Moves a person's address into a domain, and proves it. */
  async function moveTo(person: Person, domain: string): Promise<void> {
    const email = `${uniqueName("p")}@${domain}`;
    await stage.instance.deps.store.transaction((tx) => tx.setUserEmail(person.id, email));
    await prove(stage, person);
  }

  async function open(role = "member") {
    const made = await ownedOrganization(stage);
    const domain = `${uniqueName("acme")}.example`;
    await moveTo(made.owner, domain);
    const set = await made.session.put(`${made.path}/domain-joining`, { domain: `@${domain.toUpperCase()}`, role });
    assert.deepEqual([set.status, set.body.domain, set.body.role], [200, domain, role], JSON.stringify(set.body));
    return { ...made, domain };
  }

  async function colleague(domain: string): Promise<{ person: Person; browser: Client }> {
    const person = await stage.seed.person();
    await moveTo(person, domain);
    return { person, browser: await stage.seed.session(person) };
  }

  /** The browser of a new account with this address, proved, and the password of all. */
  async function accountAt(email: string): Promise<Client> {
    const person = await personWithPassword(stage.seed);
    await stage.instance.deps.store.transaction((tx) => tx.setUserEmail(person.id, email));
    await prove(stage, person);
    return stage.seed.session(person);
  }

  const offered = async (browser: Client): Promise<readonly string[]> =>
    (await browser.get(JOINABLE)).body.items.map((item: { organization: { id: string } }) => item.organization.id);

  it("the host's word for an address opens no organization", async () => {
    const { organization, domain, path } = await open();
    const shop = await directoryHost(stage.seed);
    const person = await personWithPassword(stage.seed);
    await prove(stage, person);
    const browser = await stage.seed.session(person);
    for (const email of [person.email, `${uniqueName("p")}@${domain}`])
      assert.equal((await shop.user("u1", { email, emailVerified: true })).body.id, person.id);
    assert.equal((await browser.get("/api/session")).body.user.emailVerified, true);
    assert.deepEqual(await offered(browser), []);
    await assertRefused(stage.instance, organization.id, () => browser.post(`${path}/join`), [404, "not_found"]);
  });

  it("is off at first; an owner opens it to their own domain, which is recorded, and closes it again", async () => {
    const fresh = await ownedOrganization(stage);
    assert.deepEqual((await fresh.session.get(`${fresh.path}/domain-joining`)).body, { joining: null });
    const { organization, session, path, domain } = await open();
    const read = await session.get(`${path}/domain-joining`);
    assert.deepEqual([read.body.joining.domain, read.body.joining.role], [domain, "member"]);
    // The same again changes nothing and is not recorded.
    await session.put(`${path}/domain-joining`, { domain, role: "member" });
    await session.put(`${path}/domain-joining`, { domain, role: "viewer" });
    for (let count = 0; count < 2; count++) assert.equal((await session.delete(`${path}/domain-joining`)).status, 204);
    assert.deepEqual((await session.get(`${path}/domain-joining`)).body, { joining: null });
    const changes = (await changesIn(stage.instance, organization.id)).map(({ details }) => details);
    assert.deepEqual(changes, [
      { before: { domain, role: "viewer" }, after: null },
      { before: { domain, role: "member" }, after: { domain, role: "viewer" } },
      { before: null, after: { domain, role: "member" } },
    ]);
  });

  it("opens to an international domain, in any spelling", async () => {
    const { owner, organization, session, path } = await ownedOrganization(stage);
    const label = uniqueName("bücher");
    await moveTo(owner, `${label}.example`);
    const set = await session.put(`${path}/domain-joining`, {
      domain: `@${label.toUpperCase()}.example`,
      role: "viewer",
    });
    assert.match(set.body.domain, /^xn--[a-z0-9-]+\.example$/, JSON.stringify(set.body));
    const { browser } = await colleague(set.body.domain);
    assert.deepEqual(await offered(browser), [organization.id]);
  });

  it("refuses every other domain, public mail, unknown roles, owner, and more than the caller holds", async () => {
    const { owner, organization, session, path, domain } = await open("viewer");
    const set = (client: Client, body: object, expected: readonly [number, string]) =>
      assertRefused(stage.instance, organization.id, () => client.put(`${path}/domain-joining`, body), expected);
    await set(session, { domain: "no domain", role: "member" }, [400, "domain_invalid"]);
    await set(session, { domain: "gmail.com", role: "member" }, [400, "domain_public"]);
    await set(session, { domain: "other.example", role: "member" }, [403, "domain_unproved"]);
    await set(session, { domain: `sub.${domain}`, role: "member" }, [403, "domain_unproved"]);
    await set(session, { domain, role: "emperor" }, [400, "role_unknown"]);
    await set(session, { domain, role: "owner" }, [403, "role_exceeds_caller"]);
    await set(session, { domain }, [400, "field_invalid"]);
    const unproved = await stage.seed.person();
    await stage.instance.deps.store.transaction((tx) => tx.setUserEmail(unproved.id, `${uniqueName("u")}@${domain}`));
    await stage.seed.member(organization, unproved, "owner");
    const browser = await stage.seed.session(unproved, organization);
    await set(browser, { domain, role: "member" }, [403, "domain_unproved"]);
    const personal = () =>
      session.put(`/api/organizations/${owner.personal.id}/domain-joining`, { domain, role: "member" });
    await assertRefused(stage.instance, owner.personal.id, personal, [403, "personal_organization"]);
  });

  it("needs a session of someone who may write the settings", async () => {
    const { owner, organization, path, domain } = await open();
    const member = await stage.seed.person();
    await stage.seed.member(organization, member, "member");
    await moveTo(member, domain);
    const stranger = await colleague(domain);
    const callers: readonly (readonly [Client, readonly [number, string]])[] = [
      [stage.instance.client(), [401, "credentials_missing"]],
      [await stage.seed.session(member, organization), [403, "permission_denied"]],
      [stranger.browser, [404, "not_found"]],
      [(await stage.seed.token(owner, organization)).client, [403, "session_required"]],
      [(await stage.seed.apiKey(organization, owner)).client, [403, "session_required"]],
    ];
    for (const [client, refusal] of callers) {
      const set = () => client.put(`${path}/domain-joining`, { domain, role: "viewer" });
      const clear = () => client.delete(`${path}/domain-joining`);
      await assertRefused(stage.instance, organization.id, set, refusal);
      await assertRefused(stage.instance, organization.id, clear, refusal);
    }
    const token = await stage.seed.token(owner, organization, { permissions: ["organization:read"] });
    assert.equal((await token.client.get(`${path}/domain-joining`)).status, 200);
    const narrow = await stage.seed.token(owner, organization, { permissions: ["members:read"] });
    assert.equal((await narrow.client.get(`${path}/domain-joining`)).body.code, "permission_denied");
    assert.equal((await stranger.browser.get(`${path}/domain-joining`)).body.code, "not_found");
  });

  it("offers the organization to a proved address of the domain, which joins with one request, and records it", async () => {
    const { organization, session, path, domain } = await open("viewer");
    const { person, browser } = await colleague(domain);
    const list = await browser.get(JOINABLE);
    assert.deepEqual(list.body, {
      items: [{ organization: { id: organization.id, name: organization.name }, domain, role: "viewer" }],
      nextCursor: null,
    });
    const email = (await browser.get("/api/session")).body.user.email;
    assert.equal((await session.post(`${path}/invitations`, { email, role: "admin", mail: false })).status, 201);
    const joined = await browser.post(`${path}/join`);
    assert.deepEqual(
      [joined.status, joined.body.organization.id, joined.body.organization.role],
      [200, organization.id, "viewer"],
    );
    const events = await changesIn(stage.instance, organization.id);
    const event = events.find(({ action }) => action === "member.joined");
    assert.deepEqual([event?.actor.id, event?.details], [person.id, { role: "viewer", by: "domain", domain }]);
    assert.ok((await actionsIn(stage.instance, organization.id)).includes("invitation.withdrawn"));
    assert.deepEqual((await session.get(`${path}/invitations`)).body.items, []);
    assert.deepEqual(await offered(browser), []);
    await assertRefused(stage.instance, organization.id, () => browser.post(`${path}/join`), [409, "already_member"]);
  });

  it("is refused to everyone else, as if the organization did not exist", async () => {
    const { owner, organization, session, path, domain } = await open();
    const elsewhere = await colleague(`${uniqueName("other")}.example`);
    const below = await colleague(`sub.${domain}`);
    const unproved = await colleague(domain);
    const address = `${uniqueName("u")}@${domain}`;
    await stage.instance.deps.store.transaction((tx) => tx.setUserEmail(unproved.person.id, address));
    const removed = await colleague(domain);
    await removed.browser.post(`${path}/join`);
    const { items } = (await session.get(`${path}/members`)).body;
    const membership = items.find(({ user }: { user: { id: string } }) => user.id === removed.person.id);
    assert.equal((await session.delete(`${path}/members/${membership.id}`)).status, 200);
    for (const { browser } of [elsewhere, below, unproved, removed]) {
      assert.deepEqual(await offered(browser), []);
      await assertRefused(stage.instance, organization.id, () => browser.post(`${path}/join`), [404, "not_found"]);
    }
    const { client } = await stage.seed.token(owner, organization);
    await assertRefused(stage.instance, organization.id, () => client.post(`${path}/join`), [403, "session_required"]);
    const anonymous = stage.instance.client();
    const join = () => anonymous.post(`${path}/join`);
    await assertRefused(stage.instance, organization.id, join, [401, "credentials_missing"]);
    await session.delete(`${path}/domain-joining`);
    const late = await colleague(domain);
    assert.deepEqual(await offered(late.browser), []);
    await assertRefused(stage.instance, organization.id, () => late.browser.post(`${path}/join`), [404, "not_found"]);
  });

  it("remembers a removal beyond the account, for each address of the mailbox; an invitation admits", async () => {
    const { organization, owner, session, path, domain } = await open();
    const name = uniqueName("bob");
    const browser = await accountAt(`${name}@${domain}`);
    const { membershipId } = (await browser.post(`${path}/join`)).body.organization;
    assert.equal((await session.delete(`${path}/members/${membershipId}`)).status, 200);
    const sameMailbox = await accountAt(`${name}+x@${domain}`);
    const refuse = async (client: Client): Promise<void> => {
      assert.deepEqual(await offered(client), []);
      await assertRefused(stage.instance, organization.id, () => client.post(`${path}/join`), [404, "not_found"]);
    };
    await refuse(sameMailbox);
    const deleted = await browser.delete("/api/account", { password: PASSWORD });
    assert.equal(deleted.status, 200, JSON.stringify(deleted.body));
    await refuse(sameMailbox);
    const again = await accountAt(`${name.toUpperCase()}@${domain}`);
    await refuse(again);
    const invitation = await session.post(`${path}/invitations`, { email: `${name}@${domain}`, role: "viewer" });
    const accepted = await again.post("/api/invitations/accept", { token: tokenOf(invitation) });
    assert.equal(accepted.status, 200, JSON.stringify(accepted.body));
    const notices = await (await stage.seed.session(owner)).get("/api/notices");
    assert.deepEqual(
      notices.body.items.map((notice: { details: { role: string; domain: string | null } }) => notice.details.domain),
      [null, domain],
    );
  });

  it("remembers a removal when the person changes the address before the account goes", async () => {
    const { organization, session, path, domain } = await open();
    const before = `${uniqueName("carol")}@${domain}`;
    const browser = await accountAt(before);
    const { membershipId } = (await browser.post(`${path}/join`)).body.organization;
    assert.equal((await session.delete(`${path}/members/${membershipId}`)).status, 200);
    const email = `${uniqueName("elsewhere")}@example.org`;
    assert.equal((await browser.patch("/api/account", { email, password: PASSWORD })).status, 200);
    const token = await stage.tokenTo(email, "/verify-email");
    assert.equal((await browser.post("/api/email/verify", { token })).body.email, email);
    const other = await accountAt(before);
    await assertRefused(stage.instance, organization.id, () => other.post(`${path}/join`), [404, "not_found"]);
  });

  for (const removal of ["removed", "suspended"] as const) {
    it(`refuses a person who is ${removal} after a change of the address, with a new account at the former one`, async () => {
      const { organization, session, path, domain } = await open();
      const before = `${uniqueName("dora")}@${domain}`;
      const browser = await accountAt(before);
      const { membershipId } = (await browser.post(`${path}/join`)).body.organization;
      const email = `${uniqueName("elsewhere")}@example.org`;
      assert.equal((await browser.patch("/api/account", { email, password: PASSWORD })).status, 200);
      const token = await stage.tokenTo(email, "/verify-email");
      assert.equal((await browser.post("/api/email/verify", { token })).body.email, email);
      const member = `${path}/members/${membershipId}`;
      const done = await (removal === "removed" ? session.delete(member) : session.post(`${member}/suspend`));
      assert.equal(done.status, 200, JSON.stringify(done.body));
      const other = await accountAt(before.replace("@", "+new@"));
      assert.deepEqual(await offered(other), []);
      await assertRefused(stage.instance, organization.id, () => other.post(`${path}/join`), [404, "not_found"]);
    });
  }

  it("tells the owners by a notice and an email with the name, the way and the role", async () => {
    const { owner, organization, session, path, domain } = await open();
    await prove(stage, owner);
    const other = await stage.seed.person();
    await stage.seed.member(organization, other, "owner");
    const { person, browser } = await colleague(domain);
    assert.equal((await browser.post(`${path}/join`)).status, 200);
    const [notice] = (await session.get("/api/notices")).body.items;
    assert.deepEqual(
      [notice.kind, notice.organization.id, notice.details.by.id, notice.details.role, notice.details.domain],
      ["member.joined", organization.id, person.id, "member", domain],
    );
    assert.equal((await (await stage.seed.session(other)).get("/api/notices")).body.items.length, 1);
    assert.deepEqual((await browser.get("/api/notices")).body.items, []);
    const email = (await session.get("/api/session")).body.user.email as string;
    const letter = await stage.mail.letterTo(email);
    for (const word of [person.name, organization.name, domain, "the role member"])
      assert.ok(letter.text?.includes(word), `${word} in ${letter.text}`);
  });

  it("lets a person who left join again", async () => {
    const { organization, path, domain }: { organization: SeededOrganization; path: string; domain: string } =
      await open();
    const { browser } = await colleague(domain);
    const { membershipId } = (await browser.post(`${path}/join`)).body.organization;
    assert.equal((await browser.delete(`${path}/members/${membershipId}`)).status, 200);
    assert.deepEqual(await offered(browser), [organization.id]);
    assert.equal((await browser.post(`${path}/join`)).status, 200);
  });
});
