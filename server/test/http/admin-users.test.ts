// An instance admin can do more to an account than suspend it: read it, appoint and dismiss instance
// admins, end sessions, and revoke every token of one person.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type MailServer, startMailServer, subjectOf } from "../../../tests/support/mail-server.ts";
import { actionsOf, assertProblem, assertRefused, PASSWORD, personWithPassword } from "../support/accounts.ts";
import type { Client } from "../support/client.ts";
import { startInstance, type TestInstance, uniqueName } from "../support/instance.ts";
import { prove } from "../support/mail-stage.ts";
import { changesIn } from "../support/organization-state.ts";
import { type Person, Seed } from "../support/seed.ts";

const NOBODY = "usr_00000000000000000000000000000000";
const LONG_AGO_MS = 16 * 60_000;

describe("an instance admin and people's accounts", () => {
  let mail: MailServer;
  let instance: TestInstance;
  let seed: Seed;
  let admin: Person;
  let session: Client;
  before(async () => {
    mail = await startMailServer();
    instance = await startInstance({
      env: { MINTMARK_SMTP_URL: mail.url, MINTMARK_MAIL_FROM: "Mintmark <tokens@example.com>" },
    });
    seed = new Seed(instance);
    admin = await seed.person("Admin", { instanceAdmin: true });
    await prove({ instance }, admin);
    session = await seed.session(admin);
  });
  after(async () => {
    await instance.close();
    await mail.close();
  });

  const pathOf = (person: { readonly id: string }, verb = ""): string => `/api/admin/users/${person.id}${verb}`;
  const appoint = (person: { readonly id: string }, by = session) => by.patch(pathOf(person), { instanceAdmin: true });
  const dismiss = (person: { readonly id: string }, by = session) => by.patch(pathOf(person), { instanceAdmin: false });
  const deleted = async (): Promise<Person> => {
    const person = await personWithPassword(seed);
    await (await seed.session(person)).delete("/api/account", { password: PASSWORD });
    return person;
  };

  it("lists people by state, and by whether they are instance admins", async () => {
    const mark = uniqueName("filter");
    const [plain, asleep] = [await seed.person(`${mark} plain`), await seed.person(`${mark} asleep`)];
    const boss = await seed.person(`${mark} boss`, { instanceAdmin: true });
    await session.post(pathOf(asleep, "/suspend"));
    const list = async (filter: string): Promise<Set<string>> => {
      const { body } = await session.get(`/api/admin/users?query=${mark}${filter}`);
      return new Set(body.items.map(({ id }: Person) => id));
    };
    assert.deepEqual(await list("&state=suspended"), new Set([asleep.id]));
    assert.deepEqual(await list("&state=active"), new Set([plain.id, boss.id]));
    assert.deepEqual(await list("&instanceAdmin=true"), new Set([boss.id]));
    assert.deepEqual(await list("&instanceAdmin=false&state=active"), new Set([plain.id]));
    assertProblem(await session.get("/api/admin/users?instanceAdmin=yes"), 400, "field_invalid");
    assertProblem(await session.get("/api/admin/users?state=deleted"), 400, "field_invalid");
    await dismiss(boss);
    await mail.letterTo(admin.email);
  });

  it("shows one account with its organizations and the number of its active credentials; never a secret", async () => {
    const person = await seed.person();
    const organization = await seed.organization(await seed.person());
    const membershipId = await seed.member(organization, person, "viewer");
    await seed.session(person);
    const token = await seed.token(person, organization);
    await seed.token(person, person.personal, { expiresAt: instance.deps.clock() - 1 });
    const { status, body } = await session.get(pathOf(person));
    assert.equal(status, 200, JSON.stringify(body));
    const { memberships, createdAt, ...account } = body;
    assert.match(createdAt, /Z$/);
    assert.deepEqual(account, {
      id: person.id,
      name: person.name,
      email: person.email,
      emailVerified: false,
      instanceAdmin: false,
      suspendedAt: null,
      membershipCount: 2,
      tokenCount: 1,
      sessionCount: 1,
    });
    assert.deepEqual(
      memberships.map((membership: object) => ({ ...membership, joinedAt: undefined })),
      [
        {
          id: person.personal.membershipId,
          organization: { id: person.personal.id, name: person.name, personal: true },
          role: "owner",
          state: "active",
          joinedAt: undefined,
          tokenCount: 0,
          unrevokedTokenCount: 1,
        },
        {
          id: membershipId,
          organization: { id: organization.id, name: organization.name, personal: false },
          role: "viewer",
          state: "active",
          joinedAt: undefined,
          tokenCount: 1,
          unrevokedTokenCount: 1,
        },
      ],
    );
    assert.ok(!JSON.stringify(body).includes(token.secret));
    for (const id of [NOBODY, "nonsense", (await deleted()).id]) {
      assertProblem(await session.get(pathOf({ id })), 404, "not_found");
    }
  });

  describe("instance admins", () => {
    it("are appointed and dismissed; each change is in force when the response arrives, and all of them get an email", async () => {
      const person = await seed.person(uniqueName("Deputy"));
      await prove({ instance }, person);
      const earlier = mail.letters.filter(({ to }) => to?.[0]?.address === admin.email).length;
      const theirs = await seed.session(person);
      assertProblem(await theirs.get("/api/admin/users"), 403, "instance_admin_required");
      const appointed = await appoint(person);
      assert.deepEqual(
        [appointed.status, appointed.body.user.instanceAdmin],
        [200, true],
        JSON.stringify(appointed.body),
      );
      assert.equal((await theirs.get("/api/admin/users")).status, 200);
      assert.equal((await appoint(person)).status, 200, "appointing again changes nothing");
      const letter = await mail.letterTo(person.email);
      assert.equal(subjectOf(letter), "You are an instance admin now");
      assert.match((await mail.letterTo(admin.email, earlier)).text ?? "", new RegExp(person.email));

      const dismissed = await dismiss(person);
      assert.deepEqual([dismissed.body.user.instanceAdmin, dismissed.body.receipt.confirmedBy], [false, "single"]);
      assertProblem(await theirs.get("/api/admin/users"), 403, "instance_admin_required");
      assert.equal(subjectOf(await mail.letterTo(person.email, 1)), "You are no longer an instance admin");
      assert.deepEqual(await actionsOf(instance, person), [
        "user.instance_admin_dismissed",
        "user.instance_admin_appointed",
      ]);
    });

    it("are appointed even if the mail server refuses every email", async () => {
      const person = await seed.person();
      mail.refuse(true);
      try {
        assert.equal((await appoint(person)).status, 200);
        assert.equal((await dismiss(person)).status, 200);
      } finally {
        mail.refuse(false);
      }
    });

    it("are changed only with a recent password", async () => {
      const person = await seed.person();
      const stale = await seed.session(admin, admin.personal, LONG_AGO_MS);
      await assertRefused(instance, person, () => appoint(person, stale), [403, "reauthentication_required"]);
      assert.equal((await appoint(person)).status, 200);
      await assertRefused(instance, person, () => dismiss(person, stale), [403, "reauthentication_required"]);
      await dismiss(person);
    });

    it("cannot be people who are suspended, deleted or unknown", async () => {
      const asleep = await seed.person();
      await session.post(pathOf(asleep, "/suspend"));
      await assertRefused(instance, asleep, () => appoint(asleep), [409, "person_suspended"]);
      for (const id of [NOBODY, "nonsense", (await deleted()).id])
        assertProblem(await appoint({ id }), 404, "not_found");
      for (const body of [{}, { instanceAdmin: "true" }, { instanceAdmin: null }]) {
        const patch = () => session.patch(pathOf(asleep), body);
        await assertRefused(instance, asleep, patch, [400, "field_invalid"]);
      }
      const unknown = () => session.patch(pathOf(asleep), { instanceAdmin: true, name: "x" });
      await assertRefused(instance, asleep, unknown, [400, "field_unknown"]);
    });

    it("step down while another active one remains; the last one is refused, and suspended ones do not count", async () => {
      const [ann, bob] = [
        await seed.person("Ann", { instanceAdmin: true }),
        await seed.person("Bob", { instanceAdmin: true }),
      ];
      await dismiss(admin);
      try {
        const annActs = await seed.session(ann);
        await annActs.post(pathOf(bob, "/suspend"));
        await assertRefused(instance, ann, () => dismiss(ann, annActs), [409, "last_instance_admin"]);
        assert.equal((await dismiss(bob, annActs)).status, 200, "one who is suspended may be dismissed");
        await appoint(admin, annActs);
        assert.equal((await dismiss(ann, annActs)).status, 200);
        assertProblem(await annActs.get("/api/admin/users"), 403, "instance_admin_required");
      } finally {
        await instance.deps.store.transaction((tx) => tx.appointInstanceAdmin(admin.id, instance.deps.clock()));
      }
    });
  });

  describe("ending sessions", () => {
    it("signs the person out of every browser before the response; tokens keep working", async () => {
      const person = await seed.person();
      const browsers = [await seed.session(person), await seed.session(person)];
      const token = await seed.token(person, person.personal);
      const { status, body } = await session.post(pathOf(person, "/end-sessions"));
      assert.deepEqual([status, body.endedSessions, body.receipt.confirmedBy], [200, 2, "single"]);
      for (const browser of browsers) assertProblem(await browser.get("/api/session"), 401, "session_ended");
      assert.equal((await token.client.get("/api/whoami")).status, 200);
      const sessionEvents = (await actionsOf(instance, person)).filter((action) => action.startsWith("session."));
      assert.deepEqual(sessionEvents, ["session.ended", "session.ended"]);
      const again = await session.post(pathOf(person, "/end-sessions"));
      assert.deepEqual([again.status, again.body.endedSessions], [200, 0]);
      const { items } = await instance.deps.store.reads.listAuditEvents(
        { concerning: person.id },
        { limit: 10, after: null },
      );
      const ended = items.find(({ action }) => action === "session.ended");
      assert.deepEqual([ended?.actor.id, ended?.details], [admin.id, { reason: "ended_by_admin" }]);
    });

    it("leaves the calling session, when instance admins end their own sessions", async () => {
      const other = await seed.session(admin);
      const { body } = await session.post(pathOf(admin, "/end-sessions"));
      assert.ok(body.endedSessions >= 1);
      assertProblem(await other.get("/api/session"), 401, "session_ended");
      assert.equal((await session.get("/api/session")).status, 200);
    });

    it("responds with 404 for an unknown and for a deleted person", async () => {
      for (const id of [NOBODY, "nonsense", (await deleted()).id]) {
        assertProblem(await session.post(pathOf({ id }, "/end-sessions")), 404, "not_found");
      }
    });
  });

  describe("revoking every token of a person", () => {
    const revoke = (person: { readonly id: string }, body: object = {}) =>
      session.post(pathOf(person, "/revoke-tokens"), body);

    async function fixture() {
      const [owner, person] = [await seed.person(), await seed.person()];
      const organizations = [await seed.organization(owner), await seed.organization(owner)] as const;
      for (const organization of organizations) await seed.member(organization, person, "member");
      const tokens = [
        await seed.token(person, organizations[0]),
        await seed.token(person, organizations[1]),
        await seed.token(person, person.personal),
      ] as const;
      return { owner, person, organizations, tokens };
    }

    it("revokes them in all organizations before the response, and each organization's audit log records it", async () => {
      const { owner, person, organizations, tokens } = await fixture();
      const ownersToken = await seed.token(owner, organizations[0]);
      const key = await seed.apiKey(organizations[0], person, { role: "member" });
      const { status, body } = await revoke(person);
      assert.equal(status, 200, JSON.stringify(body));
      assert.deepEqual([body.revokedTokens, body.auditEventIds.length, body.receipt.revoked], [3, 4, true]);
      for (const token of tokens) assertProblem(await token.client.get("/api/whoami"), 401, "token_revoked");
      assert.equal((await ownersToken.client.get("/api/whoami")).status, 200);
      assert.equal((await key.client.get("/api/whoami")).status, 200, "API keys belong to organizations");
      for (const { id } of organizations) {
        const ended = (await changesIn(instance, id)).filter(({ action }) => action === "pat.revoked");
        assert.deepEqual(
          ended.map((event) => [event.actor.id, event.details["reason"], event.details["because"]]),
          [[admin.id, "admin", body.auditEventIds[0]]],
        );
        assert.ok(body.auditEventIds.includes(ended[0]?.id));
      }
      const list = await (await seed.session(person)).get("/api/personal-access-tokens");
      for (const token of list.body.items) {
        assert.deepEqual(
          [token.revokedReason, token.revokedBy.name],
          ["admin", admin.name],
          "the holder sees who did it",
        );
      }
      const again = await revoke(person);
      assert.deepEqual([again.status, again.body.revokedTokens, again.body.auditEventIds], [200, 0, []]);
    });

    it("revokes only those of the named organizations", async () => {
      const { person, organizations, tokens } = await fixture();
      const { body } = await revoke(person, { organizationIds: [organizations[0].id] });
      assert.deepEqual([body.revokedTokens, body.auditEventIds.length], [1, 2]);
      assertProblem(await tokens[0].client.get("/api/whoami"), 401, "token_revoked");
      for (const token of tokens.slice(1)) assert.equal((await token.client.get("/api/whoami")).status, 200);
    });

    it("refuses an organization that the person is not in, and revokes nothing", async () => {
      const { person, organizations } = await fixture();
      const elsewhere = await seed.organization(await seed.person());
      const organizationIds = [organizations[0].id, elsewhere.id];
      const refused = await assertRefused(instance, person, () => revoke(person, { organizationIds }), [
        400,
        "field_invalid",
      ]);
      assert.equal(refused.body.errors[0].field, "organizationIds");
      await assertRefused(instance, person, () => revoke(person, { organizationIds: [] }), [400, "field_invalid"]);
      await assertRefused(instance, person, () => revoke(person, { organizations: [] }), [400, "field_unknown"]);
    });

    it("works for a suspended person, and responds with 404 for a deleted one", async () => {
      const { person, tokens } = await fixture();
      await session.post(pathOf(person, "/suspend"));
      assert.equal((await revoke(person)).body.revokedTokens, 3);
      await session.post(pathOf(person, "/reinstate"));
      assertProblem(await tokens[0].client.get("/api/whoami"), 401, "token_revoked");
      for (const id of [NOBODY, "nonsense", (await deleted()).id]) {
        assertProblem(await revoke({ id }), 404, "not_found");
      }
    });
  });

  it("are refused to everybody else, and nothing changes", async () => {
    const [person, member] = [await seed.person(), await seed.person()];
    const organization = await seed.organization(person);
    await seed.member(organization, member, "member");
    const target = await seed.person();
    const service = await seed.service(admin);
    const actors: readonly (readonly [Client, number, string])[] = [
      [instance.client(), 401, "credentials_missing"],
      [await seed.session(person), 403, "instance_admin_required"],
      [await seed.session(member), 403, "instance_admin_required"],
      [(await seed.token(admin, admin.personal)).client, 403, "session_required"],
      [(await seed.apiKey(organization, person)).client, 403, "session_required"],
      [service.client, 403, "session_required"],
    ];
    for (const [client, status, code] of actors) {
      const sends = [
        () => client.get(pathOf(target)),
        () => client.patch(pathOf(target), { instanceAdmin: true }),
        () => client.post(pathOf(target, "/end-sessions")),
        () => client.post(pathOf(target, "/revoke-tokens")),
      ];
      for (const send of sends) await assertRefused(instance, target, send, [status, code]);
    }
  });
});
