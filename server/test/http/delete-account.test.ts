// Deleting an account ends everything that was the person's in one transaction, and nothing else.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  assertProblem,
  assertRefused,
  clearsCookie,
  invite,
  PASSWORD,
  personWithPassword,
  WRONG_PASSWORD,
} from "../support/accounts.ts";
import type { Client, Reply } from "../support/client.ts";
import { tablesWith } from "../support/database-state.ts";
import { ENGINES, startInstance, uniqueName } from "../support/instance.ts";
import { changesIn } from "../support/organization-state.ts";
import { Seed } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

const ALL = { limit: 200, after: null };

for (const engine of ENGINES) {
  describe(`deleting an account on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });

    const remove = (session: Client, password = PASSWORD): Promise<Reply> =>
      session.delete("/api/account", { password });

    it("revokes every token of the user and ends every session before the response", async () => {
      const owner = await seed.person();
      const person = await personWithPassword(seed);
      const shared = await seed.organization(owner);
      await seed.member(shared, person, "member");
      const [session, other] = [await seed.session(person), await seed.session(person, shared)];
      const tokens = [await seed.token(person, person.personal), await seed.token(person, shared)];
      const reply = await remove(session);
      assert.equal(reply.status, 200, JSON.stringify(reply.body));
      assert.equal(reply.body.revoked, true);
      assert.ok(clearsCookie(reply));
      for (const { client } of tokens) assertProblem(await client.get("/api/whoami"), 401, "user_deleted");
      for (const client of [session, other]) assertProblem(await client.get("/api/session"), 401, "session_ended");
      assert.deepEqual(await instance.deps.store.reads.listSessions(person.id, 0), []);
      const signIn = await instance.client().post("/api/sign-in", { email: person.email, password: PASSWORD });
      assertProblem(signIn, 401, "sign_in_failed");
    });

    it("ends the user's memberships and invitations, and leaves everyone else's things alone", async () => {
      const owner = await seed.person();
      const person = await personWithPassword(seed);
      const shared = await seed.organization(owner);
      await seed.member(shared, person, "admin");
      const issued = await invite(instance, shared, person, { email: "invited@example.com" });
      const others = await invite(instance, shared, owner, { email: "invited-too@example.com" });
      const key = await seed.apiKey(shared, person);
      const ownersToken = await seed.token(owner, shared);
      assert.equal((await remove(await seed.session(person))).status, 200);
      const { reads } = instance.deps.store;
      const { items: members } = await reads.listMembers(shared.id, { query: null, now: 0 }, ALL);
      assert.deepEqual(
        members.map(({ userId }) => userId),
        [owner.id],
      );
      assert.notEqual((await reads.findInvitation(shared.id, issued.id))?.withdrawnAt, null);
      assert.equal((await reads.findInvitation(shared.id, others.id))?.withdrawnAt, null);
      assert.equal((await key.client.get("/api/whoami")).status, 200, "an API key survives its creator");
      assert.equal((await ownersToken.client.get("/api/whoami")).status, 200);
      const [left] = await changesIn(instance, shared.id);
      assert.deepEqual([left?.action, left?.actor.id], ["member.left", person.id]);
    });

    it("deletes the personal organization with its keys, and leaves tombstones that name nobody", async () => {
      const person = await personWithPassword(seed);
      const key = await seed.apiKey(person.personal, person);
      const token = await seed.token(person, person.personal);
      assert.equal((await remove(await seed.session(person))).status, 200);
      assertProblem(await key.client.get("/api/whoami"), 401, "organization_deleted");
      assertProblem(await token.client.get("/api/whoami"), 401, "user_deleted");
      const { reads } = instance.deps.store;
      assert.notEqual((await reads.findOrganization(person.personal.id))?.deletedAt, null);
      assert.deepEqual(await reads.listOrganizationsOfUser(person.id), []);
      const user = await reads.findUser(person.id);
      assert.deepEqual([user?.name, user?.email], ["", ""]);
      assert.notEqual(user?.deletedAt, null);
      assert.equal(await reads.findPasswordHash(person.id), null);
      const { items } = await reads.listAuditEvents({ concerning: person.id }, ALL);
      for (const action of ["user.deleted", "organization.deleted", "pat.revoked", "api_key.revoked"]) {
        assert.ok(
          items.some((event) => event.action === action),
          action,
        );
      }
    });

    it("takes every address that the account had out of every table, and no other person's", async () => {
      const owner = await seed.person();
      const person = await personWithPassword(seed);
      const shared = await seed.organization(owner);
      const session = await seed.session(person);
      const inviting = await seed.session(owner, shared);
      const path = `/api/organizations/${shared.id}/invitations`;
      const addresses = [person.email, `${uniqueName("second")}@example.com`, `${uniqueName("third")}@example.com`];
      for (const email of addresses) {
        if (email !== person.email)
          assert.equal((await session.patch("/api/account", { email, password: PASSWORD })).status, 200);
        // One invitation was withdrawn after it was sent again, and one was accepted and is left.
        const { body } = await inviting.post(path, { email, role: "member" });
        assert.equal((await inviting.post(`${path}/${body.id}/resend`)).status, 200);
        assert.equal((await inviting.delete(`${path}/${body.id}`)).status, 204);
      }
      const accepted = await inviting.post(path, { email: addresses[2], role: "member" });
      const token = new URL(accepted.body.url).hash.slice("#token=".length);
      assert.equal((await session.post("/api/invitations/accept", { token })).status, 200);
      const bystander = `${uniqueName("bystander")}@example.com`;
      assert.equal((await inviting.post(path, { email: bystander, role: "member" })).status, 201);
      for (const email of addresses)
        assert.ok((await tablesWith(instance, email)).includes("audit_events"), `${email} was never recorded`);
      assert.equal((await remove(session)).status, 200);
      await instance.followUps.settled();
      for (const email of addresses) assert.deepEqual(await tablesWith(instance, email), [], email);
      assert.deepEqual((await tablesWith(instance, bystander)).toSorted(), ["audit_events", "invitations"]);
      const { items } = await instance.deps.store.reads.listAuditEvents({ concerning: person.id }, ALL);
      const changed = items.find(({ action }) => action === "user.email_changed");
      assert.deepEqual(changed?.details, { before: { email: "[deleted]" }, after: { email: "[deleted]" } });
    });

    it("frees the address for a new account, which is another person", async () => {
      const open = await startInstance({ engine, env: { MINTMARK_SIGN_UP: "open" } });
      try {
        const person = await personWithPassword(new Seed(open));
        assert.equal((await remove(await new Seed(open).session(person))).status, 200);
        const body = { name: "Again", email: person.email, password: PASSWORD };
        const again = await open.client().post("/api/sign-up", body);
        assert.equal(again.status, 201);
        assert.notEqual(again.body.user.id, person.id);
        assert.equal(again.body.organizations.length, 1);
      } finally {
        await open.close();
      }
    });

    it("is refused with a wrong password or none", async () => {
      const person = await personWithPassword(seed);
      const session = await seed.session(person);
      await seed.token(person, person.personal);
      await assertRefused(instance, person, () => remove(session, WRONG_PASSWORD), [403, "password_wrong"]);
      await assertRefused(instance, person, () => session.delete("/api/account"), [400, "field_invalid"]);
    });

    it("is refused while an organization would have no active owner, and names every such organization", async () => {
      const person = await personWithPassword(seed);
      const [first, second] = [await seed.organization(person, "First"), await seed.organization(person, "Second")];
      const shared = await seed.organization(person, "Shared");
      const owner = await seed.person();
      await seed.member(shared, owner, "owner");
      const session = await seed.session(person);
      const reply = await assertRefused(instance, person, () => remove(session), [409, "last_owner"]);
      assert.match(reply.body.detail, /"First", "Second"/);
      assert.ok(!reply.body.detail.includes("Shared"));
      await seed.member(first, owner, "owner");
      const suspended = await seed.person();
      const membershipId = await seed.member(second, suspended, "owner");
      const { store, clock } = instance.deps;
      await store.transaction((tx) => tx.suspendMembership(membershipId, clock(), person.id));
      const still = await assertRefused(instance, person, () => remove(session), [409, "last_owner"]);
      assert.match(still.body.detail, /"Second"/);
      assert.ok(!still.body.detail.includes("First"), "a suspended owner is no owner, an active one is");
      await store.transaction((tx) => tx.reinstateMembership(membershipId));
      assert.equal((await remove(session)).status, 200);
    });

    it("is refused to the last instance admin", async () => {
      const own = await startInstance({ engine });
      try {
        const seedOf = new Seed(own);
        const admin = await personWithPassword(seedOf, "Admin", { instanceAdmin: true });
        const session = await seedOf.session(admin);
        await assertRefused(own, admin, () => remove(session), [409, "last_instance_admin"]);
        await personWithPassword(seedOf, "Second admin", { instanceAdmin: true });
        assert.equal((await remove(session)).status, 200);
      } finally {
        await own.close();
      }
    });
  });
}
