// Bounds on what a person, an organization and the instance may have. One more than the bound is refused and leaves
// nothing behind. Ended, revoked or expired ones make room. Other operations that create say why they have no bound.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { BOUNDS, type BoundName, STANDARD_BOUNDS } from "@mintmark/core";
import { operations } from "../../src/http/operations.ts";
import { browserOf, invite, PASSWORD, personWithPassword } from "../support/accounts.ts";
import type { Client, Reply } from "../support/client.ts";
import { type DatabaseState, openDatabaseState } from "../support/database-state.ts";
import { ENGINES, startInstance, uniqueName } from "../support/instance.ts";
import type { Person, SeededOrganization } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

const DAY_MS = 86_400_000;
const MOST = 3;

const VARIABLES: Readonly<Record<BoundName, string>> = {
  organizationsOfPerson: "MINTMARK_ORGANIZATION_LIMIT",
  sessionsOfPerson: "MINTMARK_SESSION_LIMIT",
  tokensOfMembership: "MINTMARK_TOKEN_LIMIT",
  membersOfOrganization: "MINTMARK_MEMBER_LIMIT",
  invitationsOfOrganization: "MINTMARK_INVITATION_LIMIT",
  apiKeysOfOrganization: "MINTMARK_API_KEY_LIMIT",
  servicesOfInstance: "MINTMARK_SERVICE_LIMIT",
  webhooksOfInstance: "MINTMARK_WEBHOOK_LIMIT",
};
const ENV = Object.fromEntries(Object.values(VARIABLES).map((variable) => [variable, String(MOST)]));

/** The operations that make something without a bound, and why they need none. */
const WITHOUT_BOUND: Readonly<Record<string, string>> = {
  setUp: "once in the life of an instance",
  createCalendarFeed: "a person has one, and another replaces it",
  createResetLink: "a person has one that was made for them, and another replaces it",
  sendTestEmail: "an instance admin may send ten in an hour",
};

describe("what can be made", () => {
  it("has a bound, or a reason for none", () => {
    const makers = operations.filter(({ status }) => status === 201);
    const unbounded = makers.filter(({ refusals }) => !refusals.includes("limit_reached"));
    assert.deepEqual(unbounded.map(({ operationId }) => operationId).sort(), Object.keys(WITHOUT_BOUND).sort());
    for (const joins of ["acceptInvitation", "joinOrganization", "appointOwner", "approveDevice"])
      assert.ok(operations.find(({ operationId }) => operationId === joins)?.refusals.includes("limit_reached"), joins);
  });

  it("has the bounds that the documents state, where the operator sets none", async () => {
    const instance = await startInstance();
    assert.deepEqual(instance.deps.settings.bounds, STANDARD_BOUNDS);
    await instance.close();
    const document = readFileSync(new URL("../../../docs/configuration.md", import.meta.url), "utf8");
    for (const [limit, variable] of Object.entries(VARIABLES)) {
      const { standard, highest } = BOUNDS[limit as BoundName];
      const row = new RegExp(
        `^\\| \`${variable}\` \\| \`${standard}\` \\|.*, up to ${highest.toLocaleString("en")}\\.`,
        "m",
      );
      assert.match(document, row);
    }
  });
});

for (const engine of ENGINES) {
  describe(`bounds on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine, env: ENV });
    let state: DatabaseState;

    /** The refusal names the bound, and no row of the database has changed. */
    async function assertFull(limit: BoundName, send: () => Promise<Reply>): Promise<void> {
      state = await openDatabaseState(instance);
      const { status, body } = await send();
      assert.deepEqual([status, body?.code], [409, "limit_reached"], JSON.stringify(body));
      assert.equal(body.detail, `${BOUNDS[limit].says("3")} ${BOUNDS[limit].advice}`);
      assert.deepEqual(await state.changed(), []);
      await state.close();
    }

    async function filled(limit: BoundName, send: () => Promise<Reply>): Promise<readonly Reply[]> {
      const made: Reply[] = [];
      for (let count = 0; count < MOST; count++) {
        const reply = await send();
        assert.ok(reply.status < 300, JSON.stringify(reply.body));
        made.push(reply);
      }
      await assertFull(limit, send);
      return made;
    }

    async function owned(person: Person): Promise<SeededOrganization & { readonly path: string }> {
      const organization = await seed.organization(person);
      return { ...organization, path: `/api/organizations/${organization.id}` };
    }

    it("organizations of a person: founding, accepting, joining by domain and being appointed all count", async () => {
      const person = await seed.person();
      const session = await seed.session(person);
      const made = await filled("organizationsOfPerson", () =>
        session.post("/api/organizations", { name: uniqueName("org") }),
      );
      const owner = await seed.person();
      const others = await seed.organization(owner);
      const { token } = await invite(instance, others, owner, { email: person.email });
      await assertFull("organizationsOfPerson", () => session.post("/api/invitations/accept", { token }));
      const admin = await seed.session(await seed.person(undefined, { instanceAdmin: true }));
      const appoint = (): Promise<Reply> =>
        admin.post(`/api/admin/organizations/${others.id}/owners`, { userId: person.id });
      await assertFull("organizationsOfPerson", appoint);
      const domain = `${uniqueName("acme")}.example`;
      await instance.deps.store.transaction(async (tx) => {
        await tx.setUserEmail(person.id, `${uniqueName("p")}@${domain}`);
        await tx.verifyUserEmail(person.id, instance.deps.clock());
        await tx.setDomainJoining({
          organizationId: others.id,
          domain,
          role: "member",
          setAt: instance.deps.clock(),
          setBy: owner.id,
        });
      });
      const join = (): Promise<Reply> => session.post(`/api/organizations/${others.id}/join`);
      await assertFull("organizationsOfPerson", join);
      const [first] = made;
      await session.delete(`/api/organizations/${first?.body.id}`, { name: first?.body.name });
      assert.equal((await join()).status, 200);
      await assertFull("organizationsOfPerson", () => session.post("/api/organizations", { name: "One more" }));
    });

    it("members of an organization: nobody joins a full one, and a member who leaves makes room", async () => {
      const owner = await seed.person();
      const { id, name, path } = await owned(owner);
      const session = await seed.session(owner, { id });
      await seed.member({ id, name }, await seed.person(), "member");
      const last = await seed.member({ id, name }, await seed.person(), "member");
      const guest = await seed.person();
      const { token } = await invite(instance, { id }, owner, { email: guest.email });
      const browser = await seed.session(guest);
      const accept = (): Promise<Reply> => browser.post("/api/invitations/accept", { token });
      await assertFull("membersOfOrganization", accept);
      const newcomer = { name: "Newcomer", email: `${uniqueName("new")}@example.com`, password: PASSWORD };
      const { token: invitation } = await invite(instance, { id }, owner, { email: newcomer.email });
      await assertFull("membersOfOrganization", () =>
        instance.client().post("/api/sign-up", { ...newcomer, invitation }),
      );
      await session.delete(`${path}/members/${last}`);
      assert.equal((await accept()).status, 200);
    });

    it("active tokens of a membership: minted, replaced and device tokens count; revoked and expired ones do not", async () => {
      const owner = await seed.person();
      const { id } = await owned(owner);
      const session = await seed.session(owner, { id });
      const mint = (expiresInDays = 7): Promise<Reply> =>
        session.post("/api/personal-access-tokens", { name: uniqueName("token"), expiresInDays, organizationId: id });
      const [first] = await filled("tokensOfMembership", mint);
      const path = `/api/personal-access-tokens/${first?.body.token.id}`;
      await assertFull("tokensOfMembership", () => session.post(`${path}/replace`));
      await approveRefused(session, id);
      // In another organization the same person still mints.
      const elsewhere = { name: "elsewhere", expiresInDays: 7, organizationId: owner.personal.id };
      assert.equal((await session.post("/api/personal-access-tokens", elsewhere)).status, 201);
      await session.delete(path);
      assert.equal((await mint(1)).status, 201);
      await assertFull("tokensOfMembership", mint);
      instance.advance(DAY_MS + 1);
      const later = await seed.session(owner, { id });
      const reply = await later.post("/api/personal-access-tokens", { name: "late", expiresInDays: 7 });
      assert.equal(reply.status, 201, JSON.stringify(reply.body));
    });

    /** A login of a device is refused where the token would be minted: when it is approved. */
    async function approveRefused(session: Client, organizationId: string): Promise<void> {
      const { body } = await instance.client().sendForm("/oauth2/device_authorization", { client_id: "test" });
      const claimed = await session.post("/api/device/claim", { userCode: body.user_code });
      assert.equal(claimed.status, 200, JSON.stringify(claimed.body));
      await assertFull("tokensOfMembership", () =>
        session.post("/api/device/approve", { id: claimed.body.id, name: "device", expiresInDays: 7, organizationId }),
      );
    }

    it("open invitations of an organization: those whose issuer lost the authority make room by themselves", async () => {
      const owner = await seed.person();
      const organization = await owned(owner);
      const { id, path } = organization;
      const session = await seed.session(owner, { id });
      const invited = (by: Client): Promise<Reply> =>
        by.post(`${path}/invitations`, { email: `${uniqueName("guest")}@example.com`, role: "member" });
      const admin = await seed.person();
      const membership = await seed.member(organization, admin, "admin");
      assert.equal((await invited(session)).status, 201);
      const browser = await seed.session(admin, { id });
      for (let count = 1; count < MOST; count++) assert.equal((await invited(browser)).status, 201);
      await assertFull("invitationsOfOrganization", () => invited(session));
      assert.equal((await session.patch(`${path}/members/${membership}`, { role: "member" })).status, 200);
      for (let count = 1; count < MOST; count++) assert.equal((await invited(session)).status, 201);
      await assertFull("invitationsOfOrganization", () => invited(session));
      const { items } = (await session.get(`${path}/invitations`)).body;
      assert.deepEqual(
        items.map(({ state }: { state: string }) => state),
        ["open", "open", "open"],
      );
    });

    it("open invitations of an organization: expired ones make room by themselves", async () => {
      const owner = await seed.person();
      const { id, path } = await owned(owner);
      const session = await seed.session(owner, { id });
      const create = (): Promise<Reply> =>
        session.post(`${path}/invitations`, { email: `${uniqueName("guest")}@example.com`, role: "member" });
      const [first] = await filled("invitationsOfOrganization", create);
      await session.delete(`${path}/invitations/${first?.body.id}`);
      assert.equal((await create()).status, 201);
      await assertFull("invitationsOfOrganization", create);
      instance.advance(7 * DAY_MS + 1);
      const later = await seed.session(owner, { id });
      const reply = await later.post(`${path}/invitations`, { email: "late@example.com", role: "member" });
      assert.equal(reply.status, 201, JSON.stringify(reply.body));
      const { items } = (await later.get(`${path}/invitations`)).body;
      assert.deepEqual(
        items.map(({ email }: { email: string }) => email),
        ["late@example.com"],
      );
      const events = await later.get(`${path}/audit-events?action=invitation.withdrawn`);
      assert.equal(
        events.body.items.filter((event: { details: { expired: boolean } }) => event.details.expired).length,
        3,
      );
    });

    it("active API keys of an organization: revoked and expired ones make room", async () => {
      const owner = await seed.person();
      const { id, path } = await owned(owner);
      const session = await seed.session(owner, { id });
      const create = (expiresInDays = 7): Promise<Reply> =>
        session.post(`${path}/api-keys`, { name: uniqueName("key"), role: "member", expiresInDays });
      const [first] = await filled("apiKeysOfOrganization", create);
      await session.delete(`${path}/api-keys/${first?.body.apiKey.id}`);
      assert.equal((await create(1)).status, 201);
      await assertFull("apiKeysOfOrganization", create);
      instance.advance(DAY_MS + 1);
      const later = await seed.session(owner, { id });
      const reply = await later.post(`${path}/api-keys`, { name: "late", role: "member", expiresInDays: 7 });
      assert.equal(reply.status, 201, JSON.stringify(reply.body));
    });

    it("services of the instance: a revoked one makes room", async () => {
      const admin = await seed.session(await seed.person(undefined, { instanceAdmin: true }));
      const create = (): Promise<Reply> => admin.post("/api/admin/services", { name: uniqueName("service") });
      const [first] = await filled("servicesOfInstance", create);
      await admin.delete(`/api/admin/services/${first?.body.service.id}`);
      assert.equal((await create()).status, 201);
    });

    it("webhooks of the instance: a deleted one makes room", async () => {
      const admin = await seed.session(await seed.person(undefined, { instanceAdmin: true }));
      const create = (): Promise<Reply> =>
        admin.post("/api/admin/webhooks", { url: "https://hooks.invalid", eventTypes: ["instance.restored"] });
      const [first] = await filled("webhooksOfInstance", create);
      await admin.delete(`/api/admin/webhooks/${first?.body.webhook.id}`);
      assert.equal((await create()).status, 201);
    });

    it("sessions of a person: one more sign-in ends the session that was unused for longest, and records why", async () => {
      const person = await personWithPassword(seed);
      const signIn = async (): Promise<Client> => {
        const reply = await instance.client().post("/api/sign-in", { email: person.email, password: PASSWORD });
        assert.equal(reply.status, 200, JSON.stringify(reply.body));
        return browserOf(instance, reply);
      };
      const browsers: Client[] = [];
      for (let count = 0; count < MOST; count++) {
        browsers.push(await signIn());
        instance.advance(120_000);
      }
      // The first is used again, so the second is the one that was unused for longest.
      const [first, second, third] = browsers as [Client, Client, Client];
      assert.equal((await first.get("/api/session")).status, 200);
      const last = await signIn();
      const statuses = [];
      for (const browser of [first, second, third, last]) statuses.push((await browser.get("/api/session")).status);
      assert.deepEqual(statuses, [200, 401, 200, 200]);
      const { items } = await instance.deps.store.reads.listAuditEvents(
        { concerning: person.id, actions: ["session.ended"] },
        { limit: 10, after: null },
      );
      assert.deepEqual(
        items.map(({ details }) => details),
        [{ reason: "too_many_sessions" }],
      );
      assert.equal((await last.get("/api/account/sessions")).body.items.length, MOST);
    });
  });
}
