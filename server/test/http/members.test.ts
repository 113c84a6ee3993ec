// Members over HTTP: listed, given a role, suspended, removed, leaving; what is revoked with a membership, and
// what nobody may do to whom.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { DEFAULT_PERMISSIONS, type MembershipId } from "@mintmark/core";
import type { Client } from "../support/client.ts";
import { ENGINES, startInstance } from "../support/instance.ts";
import { actionsIn, assertRefused, changesIn } from "../support/organization-state.ts";
import { type Person, Seed, type SeededOrganization } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

for (const engine of ENGINES) {
  describe(`members on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });

    async function fixture() {
      const owner = await seed.person();
      const organization = await seed.organization(owner);
      const { reads } = instance.deps.store;
      const ownerMembership = (await reads.findMembership(organization.id, owner.id))?.id as MembershipId;
      const members = `/api/organizations/${organization.id}/members`;
      return { owner, ownerMembership, organization, members, session: await seed.session(owner, organization) };
    }

    /** Another person in the organization, with their own browser. */
    async function join(organization: SeededOrganization, role: string, person?: Person) {
      const who = person ?? (await seed.person());
      const id = await seed.member(organization, who, role);
      return { person: who, id, session: await seed.session(who, organization) };
    }

    const code = async (client: Client) => (await client.get("/api/whoami")).body.code ?? "ok";

    describe("list", () => {
      it("pages through the members, newest first, and finds by a part of the name or the address", async () => {
        const { organization, members, owner, session } = await fixture();
        const ada = await join(organization, "member", await seed.person("Ada Lovelace"));
        const bob = await join(organization, "viewer", await seed.person("Bob"));
        await seed.token(ada.person, organization);
        await seed.token(ada.person, organization, { expiresAt: 1 });
        const first = await session.get(`${members}?limit=2`);
        const second = await session.get(`${members}?limit=2&cursor=${first.body.nextCursor}`);
        const all = [...first.body.items, ...second.body.items];
        assert.equal(second.body.nextCursor, null);
        assert.deepEqual(new Set(all.map(({ user }) => user.id)), new Set([owner.id, ada.person.id, bob.person.id]));
        const found = await session.get(`${members}?query=LOVE`);
        assert.equal(found.body.items.length, 1);
        const [item] = found.body.items;
        assert.deepEqual(item, {
          id: ada.id,
          user: { id: ada.person.id, name: "Ada Lovelace", email: ada.person.email },
          role: "member",
          state: "active",
          suspendedAt: null,
          joinedAt: item.joinedAt,
          tokenCount: 1,
        });
        assert.equal((await session.get(`${members}?query=%20`)).body.items.length, 3);
      });

      it("responds to a token and a key by permission, and refuses a bad page", async () => {
        const { organization, members, owner, session } = await fixture();
        const token = await seed.token(owner, organization, { permissions: ["members:read"] });
        const key = await seed.apiKey(organization, owner, { role: "viewer" });
        for (const { client } of [token, key]) assert.equal((await client.get(members)).status, 200);
        assert.equal((await session.get(`${members}?limit=0`)).body.code, "field_invalid");
        assert.equal((await session.get(`${members}?cursor=x`)).body.code, "cursor_invalid");
        assert.equal((await session.get(`${members}?page=2`)).body.code, "field_unknown");
      });
    });

    describe("change a role", () => {
      it("takes effect in the member's tokens before the response, and is recorded", async () => {
        const { organization, members, session } = await fixture();
        const member = await join(organization, "admin");
        const token = await seed.token(member.person, organization);
        const reply = await session.patch(`${members}/${member.id}`, { role: "viewer" });
        assert.equal(reply.status, 200);
        assert.equal(reply.body.member.role, "viewer");
        const { at, ...receipt } = reply.body.receipt;
        assert.ok(Date.parse(at) > 0);
        assert.deepEqual(receipt, { confirmedBy: "single", replicas: 1, waitedMs: 0 });
        const identity = await token.client.get("/api/whoami");
        assert.deepEqual(identity.body.permissions, instance.deps.catalogue.permissionsOf("viewer"));
        const [event] = await changesIn(instance, organization.id);
        assert.equal(event?.action, "member.role_changed");
        assert.deepEqual(event?.target, { kind: "membership", id: member.id, name: member.person.name });
        assert.deepEqual(event?.details, { before: { role: "admin" }, after: { role: "viewer" } });
      });

      it("needs authority over the present and the new role, after narrowing", async () => {
        const { organization, members, owner, ownerMembership } = await fixture();
        const admin = await join(organization, "admin");
        const member = await join(organization, "member");
        const attempt = (client: Client, id: string, role: string) =>
          assertRefused(instance, organization.id, () => client.patch(`${members}/${id}`, { role }), [
            403,
            "role_exceeds_caller",
          ]);
        await attempt(admin.session, ownerMembership, "member");
        await attempt(admin.session, member.id, "owner");
        await attempt(admin.session, admin.id, "owner");
        const narrow = ["members:read", "members:write", "organization:read", "tokens:create", "policy:read"];
        const token = await seed.token(owner, organization, { permissions: narrow });
        await attempt(token.client, member.id, "admin");
        await attempt(token.client, admin.id, "member");
        assert.equal((await token.client.patch(`${members}/${member.id}`, { role: "viewer" })).status, 200);
        const key = await seed.apiKey(organization, owner, { role: "admin" });
        await attempt(key.client, member.id, "owner");
        assert.equal((await key.client.patch(`${members}/${member.id}`, { role: "admin" })).status, 200);
      });

      it("leaves at least one active owner, and lets an owner step down beside another", async () => {
        const { organization, members, ownerMembership, session } = await fixture();
        const demote = () => session.patch(`${members}/${ownerMembership}`, { role: "admin" });
        await assertRefused(instance, organization.id, demote, [409, "last_owner"]);
        const second = await join(organization, "owner");
        const { store, clock } = instance.deps;
        await store.transaction((tx) => tx.suspendUser(second.person.id, clock(), "test"));
        await assertRefused(instance, organization.id, demote, [409, "last_owner"]);
        await store.transaction((tx) => tx.reinstateUser(second.person.id));
        assert.equal((await demote()).status, 200);
      });

      it("refuses a role that does not exist, and any change in a personal organization", async () => {
        const { organization, members, owner, session } = await fixture();
        const member = await join(organization, "member");
        const unknown = () => session.patch(`${members}/${member.id}`, { role: "emperor" });
        await assertRefused(instance, organization.id, unknown, [400, "role_unknown"]);
        const personal = `/api/organizations/${owner.personal.id}/members/${owner.personal.membershipId}`;
        const refuse = (send: () => ReturnType<Client["get"]>) =>
          assertRefused(instance, owner.personal.id, send, [403, "personal_organization"]);
        await refuse(() => session.patch(personal, { role: "member" }));
        await refuse(() => session.post(`${personal}/suspend`));
        await refuse(() => session.delete(personal));
      });

      it("changes nothing when the member has the role already", async () => {
        const { organization, members, session } = await fixture();
        const member = await join(organization, "member");
        assert.equal((await session.patch(`${members}/${member.id}`, { role: "member" })).status, 200);
        assert.deepEqual(await changesIn(instance, organization.id), []);
      });
    });

    describe("suspend and reinstate", () => {
      it("pauses the member's tokens at once, until the member is reinstated", async () => {
        const { organization, members, session } = await fixture();
        const member = await join(organization, "member");
        const token = await seed.token(member.person, organization);
        const elsewhere = await seed.token(member.person, member.person.personal);
        const suspended = await session.post(`${members}/${member.id}/suspend`);
        assert.deepEqual([suspended.status, suspended.body.member.state], [200, "suspended"]);
        assert.equal(await code(token.client), "member_suspended");
        assert.equal(await code(elsewhere.client), "ok");
        assert.equal((await member.session.get(members)).body.code, "permission_denied");
        const again = await session.post(`${members}/${member.id}/suspend`);
        assert.equal(again.body.receipt.at, suspended.body.receipt.at);
        const reinstated = await session.post(`${members}/${member.id}/reinstate`);
        assert.deepEqual([reinstated.status, reinstated.body.member.state], [200, "active"]);
        assert.equal(await code(token.client), "ok");
        assert.equal((await session.post(`${members}/${member.id}/reinstate`)).status, 200);
        assert.deepEqual(
          (await changesIn(instance, organization.id)).map(({ action }) => action),
          ["member.reinstated", "member.suspended"],
        );
      });

      it("revokes the tokens where the policy says so", async () => {
        const { organization, members, session } = await fixture();
        const { store } = instance.deps;
        const { policy } = (await store.reads.findOrganization(organization.id)) ?? assert.fail();
        await store.transaction((tx) => tx.setPolicy(organization.id, { ...policy, revokeOnSuspend: true }));
        const member = await join(organization, "member");
        const token = await seed.token(member.person, organization);
        const { body } = await session.post(`${members}/${member.id}/suspend`);
        assert.equal(body.member.tokenCount, 0);
        await session.post(`${members}/${member.id}/reinstate`);
        assert.equal(await code(token.client), "token_revoked");
        const events = await changesIn(instance, organization.id);
        assert.equal(events.find(({ action }) => action === "pat.revoked")?.details["reason"], "suspended");
      });

      it("is refused for the caller, for a stronger member, and for the last active owner", async () => {
        const { organization, members, owner, ownerMembership, session } = await fixture();
        const admin = await join(organization, "admin");
        const suspend = (client: Client, id: string, expected: readonly [number, string]) =>
          assertRefused(instance, organization.id, () => client.post(`${members}/${id}/suspend`), expected);
        await suspend(session, ownerMembership, [409, "self_suspension"]);
        await suspend(admin.session, ownerMembership, [403, "role_exceeds_caller"]);
        const second = await join(organization, "owner");
        const { store, clock } = instance.deps;
        await store.transaction((tx) => tx.suspendUser(owner.id, clock(), "test"));
        const third = await seed.token(second.person, organization);
        await suspend(third.client, second.id, [409, "self_suspension"]);
        await store.transaction((tx) => tx.reinstateUser(owner.id));
        await store.transaction((tx) => tx.suspendMembership(ownerMembership, clock(), "test"));
        const reinstate = () => admin.session.post(`${members}/${ownerMembership}/reinstate`);
        await assertRefused(instance, organization.id, reinstate, [403, "role_exceeds_caller"]);
      });
    });

    describe("remove and leave", () => {
      it("revokes every token of the membership, withdraws its invitations and moves its sessions", async () => {
        const { organization, members, session } = await fixture();
        const member = await join(organization, "admin");
        const tokens = [await seed.token(member.person, organization), await seed.token(member.person, organization)];
        const elsewhere = await seed.token(member.person, member.person.personal);
        const invited = await member.session.post(`/api/organizations/${organization.id}/invitations`, {
          email: "guest@example.com",
          role: "viewer",
        });
        assert.equal(invited.status, 201);

        const removed = await session.delete(`${members}/${member.id}`);
        assert.deepEqual([removed.status, removed.body.revoked], [200, true]);
        for (const { client } of tokens) assert.equal(await code(client), "member_removed");
        assert.equal(await code(elsewhere.client), "ok");
        assert.equal((await member.session.get(members)).status, 404);
        const [moved] = await instance.deps.store.reads.listSessions(member.person.id, instance.deps.clock());
        assert.equal(moved?.organizationId, member.person.personal.id);
        const invitations = await session.get(`/api/organizations/${organization.id}/invitations`);
        assert.deepEqual(invitations.body.items, []);
        assert.deepEqual(await actionsIn(instance, organization.id), [
          "invitation.withdrawn",
          "member.invited",
          "member.removed",
          "pat.revoked",
          "pat.revoked",
        ]);
        const events = await changesIn(instance, organization.id);
        assert.deepEqual(events.find(({ action }) => action === "member.removed")?.details, {
          role: "admin",
          user: member.person.id,
          revokedTokens: 2,
          revokedApiKeys: 0,
          withdrawnInvitations: 1,
          movedSessions: 1,
          apiKeysLeft: 0,
          apiKeysLeftOfMember: 0,
          apiKeysLeftNamed: [],
        });
        assert.equal((await session.delete(`${members}/${member.id}`)).status, 404);
      });

      it("joining again makes a new membership, and restores nothing", async () => {
        const { organization, members, session } = await fixture();
        const member = await join(organization, "member");
        const token = await seed.token(member.person, organization);
        await session.delete(`${members}/${member.id}`);
        const again = await join(organization, "member", member.person);
        assert.notEqual(again.id, member.id);
        assert.equal(await code(token.client), "member_removed");
      });

      it("lets a viewer leave, though not by a token, and records who left", async () => {
        const { organization, members } = await fixture();
        const viewer = await join(organization, "viewer");
        const token = await seed.token(viewer.person, organization);
        await assertRefused(instance, organization.id, () => token.client.delete(`${members}/${viewer.id}`), [
          403,
          "session_required",
        ]);
        const left = await viewer.session.delete(`${members}/${viewer.id}`);
        assert.equal(left.status, 200);
        assert.equal(await code(token.client), "member_removed");
        const events = await changesIn(instance, organization.id);
        assert.deepEqual(events.find(({ action }) => action === "member.left")?.actor.id, viewer.person.id);
      });

      it("keeps the last active owner, also when they want to leave", async () => {
        const { organization, members, ownerMembership, session } = await fixture();
        const leave = () => session.delete(`${members}/${ownerMembership}`);
        await assertRefused(instance, organization.id, leave, [409, "last_owner"]);
        await join(organization, "owner");
        assert.equal((await leave()).status, 200);
      });

      it("needs authority over the member's role", async () => {
        const { organization, members, owner, ownerMembership } = await fixture();
        const admin = await join(organization, "admin");
        const member = await join(organization, "member");
        const token = await seed.token(owner, organization, { permissions: ["members:write", "members:read"] });
        const refuse = (client: Client, id: string) =>
          assertRefused(instance, organization.id, () => client.delete(`${members}/${id}`), [
            403,
            "role_exceeds_caller",
          ]);
        await refuse(admin.session, ownerMembership);
        await refuse(token.client, member.id);
        const key = await seed.apiKey(organization, owner, { role: "admin" });
        assert.equal((await key.client.delete(`${members}/${member.id}`)).status, 200);
      });
    });
  });
}

describe("members under an operator's catalogue", () => {
  it("a role that equals the owner's may manage owners, but not the last active one", async () => {
    const folder = await mkdtemp(join(tmpdir(), "mintmark-catalogue-"));
    const file = join(folder, "catalogue.json");
    const permissions = DEFAULT_PERMISSIONS.map(({ name }) => name);
    await writeFile(file, JSON.stringify({ roles: { deputy: { permissions } } }));
    const instance = await startInstance({ env: { MINTMARK_CATALOGUE: file } });
    try {
      const seed = new Seed(instance);
      const owner = await seed.person();
      const deputy = await seed.person();
      const organization = await seed.organization(owner);
      await seed.member(organization, deputy, "deputy");
      const session = await seed.session(deputy, organization);
      const membership = await instance.deps.store.reads.findMembership(organization.id, owner.id);
      const path = `/api/organizations/${organization.id}/members/${membership?.id}`;
      for (const send of [
        () => session.patch(path, { role: "deputy" }),
        () => session.post(`${path}/suspend`),
        () => session.delete(path),
      ]) {
        await assertRefused(instance, organization.id, send, [409, "last_owner"]);
      }
      await seed.member(organization, await seed.person(), "owner");
      assert.equal((await session.post(`${path}/suspend`)).status, 200);
    } finally {
      await instance.close();
      await rm(folder, { recursive: true });
    }
  });

  it("a role that the catalogue has lost can be managed by an owner, and by nobody below", async () => {
    const instance = await startInstance();
    try {
      const seed = new Seed(instance);
      const [owner, admin, stray] = [await seed.person(), await seed.person(), await seed.person()];
      const organization = await seed.organization(owner);
      await seed.member(organization, admin, "admin");
      const path = `/api/organizations/${organization.id}/members/${await seed.member(organization, stray, "retired")}`;
      const byAdmin = await seed.session(admin, organization);
      await assertRefused(instance, organization.id, () => byAdmin.delete(path), [403, "role_exceeds_caller"]);
      const byOwner = await seed.session(owner, organization);
      assert.equal((await byOwner.patch(path, { role: "viewer" })).status, 200);
    } finally {
      await instance.close();
    }
  });
});
