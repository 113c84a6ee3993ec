// An instance admin sees organizations from outside, and can do one thing to them: appoint an owner.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type MailServer, startMailServer, subjectOf } from "../../../tests/support/mail-server.ts";
import { assertProblem, personWithPassword } from "../support/accounts.ts";
import type { Client, Reply } from "../support/client.ts";
import { startInstance, type TestInstance, uniqueName } from "../support/instance.ts";
import { prove } from "../support/mail-stage.ts";
import { changesIn, organizationState } from "../support/organization-state.ts";
import { type Person, Seed, type SeededOrganization } from "../support/seed.ts";

const LONG_AGO_MS = 16 * 60_000;

describe("an instance admin and organizations", () => {
  let mail: MailServer;
  let instance: TestInstance;
  let seed: Seed;
  let admin: Person;
  let session: Client;
  before(async () => {
    mail = await startMailServer();
    instance = await startInstance({ env: { MINTMARK_SMTP_URL: mail.url, MINTMARK_MAIL_FROM: "tokens@example.com" } });
    seed = new Seed(instance);
    admin = await seed.person("Admin", { instanceAdmin: true });
    session = await seed.session(admin);
  });
  after(async () => {
    await instance.close();
    await mail.close();
  });

  const get = async (organization: { readonly id: string }) =>
    (await session.get(`/api/admin/organizations/${organization.id}`)).body;
  const appoint = (organization: { readonly id: string }, body: object, by = session): Promise<Reply> =>
    by.post(`/api/admin/organizations/${organization.id}/owners`, body);
  const suspend = (person: Person): Promise<Reply> => session.post(`/api/admin/users/${person.id}/suspend`);

  async function assertRefused(
    organization: SeededOrganization,
    send: () => Promise<Reply>,
    [status, code]: readonly [number, string],
  ): Promise<Reply> {
    const stateBefore = await organizationState(instance, organization.id);
    const reply = await send();
    assertProblem(reply, status, code);
    assert.deepEqual(await organizationState(instance, organization.id), stateBefore, "a refusal changes nothing");
    return reply;
  }

  async function deletedOrganization(name = uniqueName("gone")): Promise<SeededOrganization> {
    const owner = await personWithPassword(seed);
    const { body } = await (await seed.session(owner)).post("/api/organizations", { name });
    await (await seed.session(owner)).delete(`/api/organizations/${body.id}`, { name });
    return body;
  }

  it("lists them newest first, by name or id, with what is in them, page by page", async () => {
    const mark = uniqueName("list");
    const owner = await seed.person(`${mark} person`);
    const [first, second] = [
      await seed.organization(owner, `${mark} one`),
      await seed.organization(owner, `${mark} two`),
    ];
    const gone = await deletedOrganization(`${mark} gone`);
    await seed.token(owner, first);
    await seed.apiKey(first, owner);
    const list = async (query: string) => (await session.get(`/api/admin/organizations?${query}`)).body;
    const idsOf = (items: readonly { readonly id: string }[]) => new Set(items.map(({ id }) => id));

    const shared = await list(`query=${mark}&personal=false`);
    assert.deepEqual(idsOf(shared.items), new Set([first.id, second.id]));
    const [one] = (await list(`query=${first.id}`)).items;
    assert.match(one.createdAt, /Z$/);
    assert.deepEqual(one, {
      id: first.id,
      name: first.name,
      personal: false,
      createdAt: one.createdAt,
      deletedAt: null,
      memberCount: 1,
      activeOwnerCount: 1,
      tokenCount: 1,
      apiKeyCount: 1,
    });
    assert.deepEqual(idsOf((await list(`query=${mark}&personal=true`)).items), new Set([owner.personal.id]));
    assert.deepEqual(idsOf((await list(`query=${mark}&state=deleted`)).items), new Set([gone.id]));
    assert.equal((await list(`query=${mark}&state=all`)).items.length, 4);
    const page = await list(`query=${mark}&personal=false&limit=1`);
    const rest = await list(`query=${mark}&personal=false&limit=1&cursor=${page.nextCursor}`);
    assert.deepEqual(idsOf([...page.items, ...rest.items]), new Set([first.id, second.id]));
    assert.equal(rest.nextCursor, null);

    for (const query of ["cursor=x", "state=lost", "personal=1", "withoutOwner=maybe", "limit=0"]) {
      const code = query.startsWith("cursor") ? "cursor_invalid" : "field_invalid";
      assertProblem(await session.get(`/api/admin/organizations?${query}`), 400, code);
    }
  });

  it("finds those that nobody can administer", async () => {
    const mark = uniqueName("orphan");
    const owner = await seed.person();
    const [orphan, cared] = [await seed.organization(owner, `${mark} a`), await seed.organization(owner, `${mark} b`)];
    await seed.member(cared, await seed.person(), "owner");
    await suspend(owner);
    const { body } = await session.get(`/api/admin/organizations?query=${mark}&withoutOwner=true`);
    assert.deepEqual(
      body.items.map(({ id, activeOwnerCount }: { id: string; activeOwnerCount: number }) => [id, activeOwnerCount]),
      [[orphan.id, 0]],
    );
  });

  it("shows one with its owners, deleted ones too, and no secret", async () => {
    const owner = await seed.person();
    const organization = await seed.organization(owner);
    await seed.member(organization, await seed.person(), "admin");
    const token = await seed.token(owner, organization);
    await suspend(owner);
    const body = await get(organization);
    const [shown] = body.owners;
    assert.deepEqual([body.memberCount, body.activeOwnerCount, body.owners.length], [2, 0, 1]);
    assert.deepEqual([shown.user, shown.state], [{ id: owner.id, name: owner.name, email: owner.email }, "suspended"]);
    assert.ok(!JSON.stringify(body).includes(token.secret));
    const gone = await get(await deletedOrganization());
    assert.match(gone.deletedAt, /Z$/);
    assert.deepEqual([gone.memberCount, gone.owners], [0, []]);
    for (const id of ["org_00000000000000000000000000000000", "nonsense"]) {
      assertProblem(await session.get(`/api/admin/organizations/${id}`), 404, "not_found");
    }
  });

  describe("appointing an owner", () => {
    it("makes a person who is not a member the owner of an organization without an active owner", async () => {
      const owner = await seed.person();
      const organization = await seed.organization(owner);
      await suspend(owner);
      const rescuer = await seed.person();
      for (const person of [owner, rescuer]) await prove({ instance }, person);
      const { status, body } = await appoint(organization, { userId: rescuer.id });
      assert.deepEqual([status, body.role, body.user.id], [200, "owner", rescuer.id], JSON.stringify(body));
      assert.equal((await get(organization)).activeOwnerCount, 1);
      const theirs = await seed.session(rescuer, organization);
      assert.equal((await theirs.patch(`/api/organizations/${organization.id}`, { name: "Rescued" })).status, 200);

      const log = await theirs.get(`/api/organizations/${organization.id}/audit-events?action=member.joined`);
      const [event] = log.body.items;
      assert.deepEqual(
        [event.actor.id, event.target.name, event.details],
        [admin.id, rescuer.name, { role: "owner", appointedByInstanceAdmin: true }],
        "it is in the organization's own log",
      );
      assert.equal(subjectOf(await mail.letterTo(rescuer.email)), "You are now an owner of an organization");
      assert.ok(!mail.letters.some(({ to }) => to?.[0]?.address === owner.email), "a suspended owner is not notified");
    });

    it("promotes a member, whose tokens keep working; repeating it changes nothing", async () => {
      const owner = await seed.person();
      const organization = await seed.organization(owner);
      const member = await seed.person();
      await prove({ instance }, owner);
      const membershipId = await seed.member(organization, member, "viewer");
      const token = await seed.token(member, organization);
      const { body } = await appoint(organization, { membershipId });
      assert.deepEqual([body.id, body.role], [membershipId, "owner"]);
      assert.equal((await token.client.get("/api/whoami")).body.role, "owner");
      assert.match(
        (await mail.letterTo(owner.email)).text ?? "",
        new RegExp(member.email),
        "the other owners are notified",
      );
      const [event] = await changesIn(instance, organization.id);
      assert.deepEqual(
        [event?.action, event?.details],
        [
          "member.role_changed",
          { before: { role: "viewer" }, after: { role: "owner" }, appointedByInstanceAdmin: true },
        ],
      );
      const stateBefore = await organizationState(instance, organization.id);
      const letters = mail.letters.length;
      assert.equal((await appoint(organization, { userId: member.id })).status, 200);
      assert.deepEqual(await organizationState(instance, organization.id), stateBefore);
      assert.equal(mail.letters.length, letters);
    });

    it("needs a recent password", async () => {
      const organization = await seed.organization(await seed.person());
      const stale = await seed.session(admin, admin.personal, LONG_AGO_MS);
      const send = () => appoint(organization, { userId: admin.id }, stale);
      await assertRefused(organization, send, [403, "reauthentication_required"]);
    });

    it("refuses a person who is suspended, in the instance or in the organization", async () => {
      const organization = await seed.organization(await seed.person());
      const [asleep, restricted] = [await seed.person(), await seed.person()];
      await suspend(asleep);
      const membershipId = await seed.member(organization, restricted, "admin");
      await instance.deps.store.transaction((tx) => tx.suspendMembership(membershipId, 1, "owner"));
      for (const body of [{ userId: asleep.id }, { userId: restricted.id }, { membershipId }]) {
        await assertRefused(organization, () => appoint(organization, body), [409, "person_suspended"]);
      }
    });

    it("refuses a personal organization, a deleted one, an unknown person and an ended membership", async () => {
      const person = await seed.person();
      const organization = await seed.organization(await seed.person());
      const personal = { id: person.personal.id, name: person.name };
      const send = () => appoint(personal, { userId: admin.id });
      await assertRefused(personal, send, [403, "personal_organization"]);
      assertProblem(await appoint(await deletedOrganization(), { userId: person.id }), 404, "not_found");
      assertProblem(await appoint({ id: "nonsense" }, { userId: person.id }), 404, "not_found");
      const elsewhere = await seed.organization(person);
      const ended = await seed.member(organization, person, "member");
      await instance.deps.store.transaction((tx) => tx.endMembership(ended, 1, "owner"));
      const { memberships } = (await session.get(`/api/admin/users/${person.id}`)).body;
      const inElsewhere = memberships.find(
        (item: { organization: { id: string } }) => item.organization.id === elsewhere.id,
      );
      for (const body of [{ userId: "usr_none" }, { membershipId: ended }, { membershipId: inElsewhere.id }]) {
        await assertRefused(organization, () => appoint(organization, body), [404, "not_found"]);
      }
    });

    it("takes exactly one person, named in exactly one way", async () => {
      const organization = await seed.organization(await seed.person());
      for (const body of [{}, { userId: admin.id, membershipId: admin.personal.membershipId }, { userId: 1 }]) {
        await assertRefused(organization, () => appoint(organization, body), [400, "field_invalid"]);
      }
      const extra = () => appoint(organization, { userId: admin.id, role: "admin" });
      await assertRefused(organization, extra, [400, "field_unknown"]);
    });
  });

  it("are refused to everybody else, and nothing changes", async () => {
    const owner = await seed.person();
    const organization = await seed.organization(owner);
    const actors: readonly (readonly [Client, number, string])[] = [
      [instance.client(), 401, "credentials_missing"],
      [await seed.session(owner, organization), 403, "instance_admin_required"],
      [(await seed.token(admin, admin.personal)).client, 403, "session_required"],
      [(await seed.apiKey(organization, owner)).client, 403, "session_required"],
      [(await seed.service(admin)).client, 403, "session_required"],
    ];
    for (const [client, status, code] of actors) {
      const sends = [
        () => client.get("/api/admin/organizations"),
        () => client.get(`/api/admin/organizations/${organization.id}`),
        () => appoint(organization, { userId: admin.id }, client),
      ];
      for (const send of sends) await assertRefused(organization, send, [status, code]);
    }
  });
});
