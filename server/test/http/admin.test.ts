// An instance admin's operations over HTTP, on both engines: accounts, services, the audit log of the instance.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { defaultPolicy } from "@mintmark/core";
import { actionsOf, assertProblem, assertRefused, PASSWORD, personWithPassword } from "../support/accounts.ts";
import type { Client } from "../support/client.ts";
import { ENGINES, startInstance, uniqueName } from "../support/instance.ts";
import { type Person, Seed } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

for (const engine of ENGINES) {
  describe(`instance administration on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });
    let admin: Person;
    let session: Client;
    before(async () => {
      admin = await seed.person("Admin", { instanceAdmin: true });
      session = await seed.session(admin);
    });

    const suspend = (person: { id: string }, by = session) => by.post(`/api/admin/users/${person.id}/suspend`);
    const reinstate = (person: { id: string }) => session.post(`/api/admin/users/${person.id}/reinstate`);

    describe("accounts", () => {
      it("are listed newest first, by a part of the name or the address, page by page", async () => {
        const mark = uniqueName("list");
        const people = [
          await seed.person(`${mark} one`),
          await seed.person(`${mark} two`),
          await seed.person(`${mark} three`),
        ];
        const list = async (query: string) => (await session.get(`/api/admin/users?${query}`)).body;
        const ids = new Set((await list(`query=${mark}`)).items.map((user: { id: string }) => user.id));
        assert.deepEqual(ids, new Set(people.map(({ id }) => id)));
        const byName = await list(`query=${encodeURIComponent(`${mark.toUpperCase()} TWO`)}`);
        assert.deepEqual(byName.items, [
          {
            id: people[1]?.id,
            name: people[1]?.name,
            email: people[1]?.email,
            emailVerified: false,
            instanceAdmin: false,
            createdAt: byName.items[0].createdAt,
            suspendedAt: null,
          },
        ]);
        const first = await list(`query=${mark}&limit=2`);
        const rest = await list(`query=${mark}&limit=2&cursor=${first.nextCursor}`);
        assert.deepEqual([first.items.length, rest.items.length, rest.nextCursor], [2, 1, null]);
        assert.ok(!JSON.stringify(first).includes("argon2"));
        assertProblem(await session.get("/api/admin/users?cursor=x"), 400, "cursor_invalid");
        assertProblem(await session.get("/api/admin/users?limit=201"), 400, "field_invalid");
      });

      it("are suspended: before the response, sessions end and tokens are paused until reinstatement", async () => {
        const person = await personWithPassword(seed);
        const theirs = await seed.session(person);
        const token = await seed.token(person, person.personal);
        const reply = await suspend(person);
        assert.equal(reply.status, 200, JSON.stringify(reply.body));
        assert.deepEqual(
          [reply.body.user.id, reply.body.user.suspendedAt, reply.body.receipt.confirmedBy],
          [person.id, reply.body.receipt.at, "single"],
        );
        assertProblem(await token.client.get("/api/whoami"), 401, "user_suspended");
        assertProblem(await theirs.get("/api/session"), 401, "session_ended");
        const repeated = await suspend(person);
        assert.deepEqual([repeated.status, repeated.body], [200, reply.body], "the first instant stays");
        assert.deepEqual(await actionsOf(instance, person), ["user.suspended"]);

        const back = await reinstate(person);
        assert.deepEqual([back.status, back.body.user.suspendedAt], [200, null]);
        assert.equal((await token.client.get("/api/whoami")).status, 200);
        assertProblem(await theirs.get("/api/session"), 401, "session_ended");
        const signIn = await instance.client().post("/api/sign-in", { email: person.email, password: PASSWORD });
        assert.equal(signIn.status, 200);
        assert.equal((await reinstate(person)).status, 200);
        assert.deepEqual(
          (await actionsOf(instance, person)).filter((action) => action.startsWith("user.")),
          ["user.reinstated", "user.suspended"],
        );
      });

      it("lose their tokens for good where the organization's policy revokes on suspension", async () => {
        const owner = await seed.person();
        const person = await seed.person();
        const [strict, lax] = [await seed.organization(owner), await seed.organization(owner)];
        const policy = { ...defaultPolicy(instance.deps.catalogue.roles.keys()), revokeOnSuspend: true };
        await instance.deps.store.transaction((tx) => tx.setPolicy(strict.id, policy));
        const tokens = [];
        for (const organization of [strict, lax]) {
          await seed.member(organization, person, "member");
          tokens.push(await seed.token(person, organization));
        }
        await suspend(person);
        await reinstate(person);
        const [dead, alive] = tokens;
        assertProblem((await dead?.client.get("/api/whoami")) as never, 401, "token_revoked");
        assert.equal((await alive?.client.get("/api/whoami"))?.status, 200);
      });

      it("may be suspended even if an organization loses its last owner", async () => {
        const owner = await seed.person();
        const organization = await seed.organization(owner);
        assert.equal((await suspend(owner)).status, 200);
        assert.equal(await instance.deps.store.reads.countActiveOwners(organization.id), 0);
      });

      it("cannot be suspended if nobody could undo it: the last instance admin's, and the caller's own", async () => {
        const own = await startInstance({ engine });
        try {
          const seedOf = new Seed(own);
          const first = await seedOf.person("First", { instanceAdmin: true });
          const firstSession = await seedOf.session(first);
          const path = `/api/admin/users/${first.id}/suspend`;
          await assertRefused(own, first, () => firstSession.post(path), [409, "last_instance_admin"]);
          const second = await seedOf.person("Second", { instanceAdmin: true });
          await assertRefused(own, first, () => firstSession.post(path), [409, "self_suspension"]);
          const secondSession = await seedOf.session(second);
          assert.equal((await secondSession.post(path)).status, 200);
          assertProblem(await firstSession.get("/api/admin/users"), 401, "session_ended");
        } finally {
          await own.close();
        }
      });

      it("are not found when they never existed, or are deleted", async () => {
        const person = await personWithPassword(seed);
        await (await seed.session(person)).delete("/api/account", { password: PASSWORD });
        for (const id of [person.id, "usr_00000000000000000000000000000000", "nonsense"]) {
          assertProblem(await suspend({ id }), 404, "not_found");
          assertProblem(await reinstate({ id }), 404, "not_found");
        }
        const listed = await session.get(`/api/admin/users?query=${encodeURIComponent(person.email)}`);
        assert.deepEqual(listed.body.items, []);
      });
    });

    /** The last use of a service, which is recorded after the response. */
    const recordedUse = async (id: string): Promise<string> => {
      for (;;) {
        const { items } = (await session.get("/api/admin/services")).body;
        const { lastUsedAt } = items.find((item: { id: string }) => item.id === id);
        if (lastUsedAt !== null) return lastUsedAt;
      }
    };

    describe("services", () => {
      it("are registered with a key that is shown once and works until it is revoked", async () => {
        const name = uniqueName("Scans API");
        const created = await session.post("/api/admin/services", { name });
        assert.equal(created.status, 201, JSON.stringify(created.body));
        const { service, secret } = created.body;
        assert.match(secret, /^mm_svc_[0-9a-f]{48}$/);
        assert.deepEqual(service, {
          id: service.id,
          name,
          createdAt: service.createdAt,
          createdBy: { id: admin.id, name: admin.name },
          revokedAt: null,
          keys: [
            {
              id: service.keys[0].id,
              prefix: secret.slice(0, 10),
              createdAt: service.createdAt,
              expiresAt: null,
              lastUsedAt: null,
            },
          ],
          lastUsedAt: null,
        });
        const listed = await session.get("/api/admin/services");
        assert.ok(listed.body.items.some((item: { id: string }) => item.id === service.id));
        assert.ok(!JSON.stringify(listed.body).includes(secret));

        const token = await seed.token(admin, admin.personal);
        const verify = () => instance.client().withBearer(secret).post("/api/verify", { token: token.secret });
        assert.equal((await verify()).body.active, true);
        const seen = await recordedUse(service.id);
        assert.match(seen, /Z$/);
        await verify();
        assert.equal(await recordedUse(service.id), seen, "and is recorded once a minute");
        const revoked = await session.delete(`/api/admin/services/${service.id}`);
        assert.equal(revoked.status, 200);
        assertProblem(await verify(), 401, "token_unknown");
        const again = await session.delete(`/api/admin/services/${service.id}`);
        assert.deepEqual([again.status, again.body], [200, revoked.body], "the first receipt is returned");
        const actions = await actionsOf(instance, admin);
        assert.equal(actions.filter((action) => action === "service.revoked").length, 1);
        assert.ok(actions.includes("service.created"));
      });

      it("have unique names while they are active", async () => {
        const name = uniqueName("Service");
        const first = await session.post("/api/admin/services", { name });
        const create = (body: object) => () => session.post("/api/admin/services", body);
        const taken = await assertRefused(instance, admin, create({ name }), [400, "name_invalid"]);
        assert.equal(taken.body.errors[0].field, "name");
        await assertRefused(instance, admin, create({ name: "" }), [400, "name_invalid"]);
        await assertRefused(instance, admin, create({}), [400, "field_invalid"]);
        await session.delete(`/api/admin/services/${first.body.service.id}`);
        assert.equal((await session.post("/api/admin/services", { name })).status, 201);
      });

      it("are not found when they never existed", async () => {
        assertProblem(await session.delete("/api/admin/services/svc_none"), 404, "not_found");
      });
    });

    describe("renamed services", () => {
      it("keep their key; the name of another service is refused, and so is a revoked service", async () => {
        const [name, other] = [uniqueName("Scans API"), uniqueName("Billing API")];
        const { body: created } = await session.post("/api/admin/services", { name });
        const path = `/api/admin/services/${created.service.id}`;
        await session.post("/api/admin/services", { name: other });
        const renamed = await session.patch(path, { name: `${name} 2` });
        assert.deepEqual([renamed.status, renamed.body.name], [200, `${name} 2`]);
        const verify = { token: "mm_pat_none" };
        const asked = await instance.client().withBearer(created.secret).post("/api/verify", verify);
        assert.equal(asked.status, 200);
        await recordedUse(created.service.id);
        const rename = (body: object) => () => session.patch(path, body);
        assert.equal((await rename({ name: `${name} 2` })()).status, 200, "the same name again changes nothing");
        const taken = await assertRefused(instance, admin, rename({ name: other }), [400, "name_invalid"]);
        assert.equal(taken.body.errors[0].field, "name");
        await assertRefused(instance, admin, rename({ name: " " }), [400, "name_invalid"]);
        await assertRefused(instance, admin, rename({}), [400, "field_invalid"]);
        await session.delete(path);
        await assertRefused(instance, admin, rename({ name }), [409, "credential_not_active"]);
        assertProblem(await session.patch("/api/admin/services/svc_none", { name }), 404, "not_found");
        const stranger = await seed.session(await seed.person());
        assertProblem(await stranger.patch(path, { name }), 403, "instance_admin_required");
        assertProblem(await instance.client().patch(path, { name }), 401, "credentials_missing");
        const actions = await actionsOf(instance, admin);
        assert.equal(actions.filter((action) => action === "service.renamed").length, 1);
      });
    });

    describe("the audit log of the instance", () => {
      it("has the events of every organization, deleted ones too, and those outside of organizations", async () => {
        const owner = await personWithPassword(seed);
        const ownersSession = await seed.session(owner);
        const { body: organization } = await ownersSession.post("/api/organizations", { name: "Short-lived" });
        await ownersSession.delete(`/api/organizations/${organization.id}`, { name: "Short-lived" });
        const of = async (query: string) => (await session.get(`/api/admin/audit-events?${query}`)).body.items;
        assert.deepEqual(
          (await of(`organization=${organization.id}`)).map((event: { action: string }) => event.action),
          ["organization.deleted", "organization.created"],
        );
        const signIn = { email: owner.email, password: PASSWORD };
        await instance.client().post("/api/sign-in", signIn);
        const [created] = await of(`actor=${owner.id}&action=session.created`);
        assert.deepEqual([created.organizationId, created.actor.id], [null, owner.id]);
        const before = new Date(Date.parse(created.at)).toISOString();
        assert.deepEqual(await of(`actor=${owner.id}&action=session.created&to=${before}`), []);
        assertProblem(await session.get("/api/admin/audit-events?action=none"), 400, "field_invalid");
      });
    });
  });
}
