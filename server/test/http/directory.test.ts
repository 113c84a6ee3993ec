// The directory of the host over HTTP, by a management key: users, organizations and members by external id, their endings,
// versions and addresses, and what the key can never do.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { directoryHost, memberWithToken, refusalOf } from "../support/directory-host.ts";
import type { Reply } from "../support/client.ts";
import { ENGINES, uniqueName } from "../support/instance.ts";
import { assertProblem } from "../support/accounts.ts";
import type { Person } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

for (const engine of ENGINES) {
  describe(`the directory on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });
    const reads = () => instance.deps.store.reads;

    const eventsOf = async (source: string, id: string): Promise<readonly string[]> => {
      const { items } = await reads().listAuditEvents({ from: 0 }, { limit: 200, after: null });
      assert.ok(source !== "");
      return items.filter(({ target }) => target?.id === id).map(({ action }) => action);
    };
    const countEvents = async (): Promise<number> =>
      (await reads().listAuditEvents({ from: 0 }, { limit: 200, after: null })).items.length;

    it("creates a user, an organization and a member, each once: the same again changes and records nothing", async () => {
      const shop = await directoryHost(seed);
      const created = [
        await shop.user("u1", { emailVerified: true }),
        await shop.organization("o1"),
        await shop.member("o1", "u1", { role: "admin" }),
      ];
      for (const { status, body } of created) {
        assert.equal(status, 200);
        assert.equal(body.changed, true);
        assert.equal(body.receipt.confirmedBy, "single");
      }
      assert.match(created[0]?.body.id, /^usr_/);
      assert.match(created[1]?.body.id, /^org_/);
      assert.match(created[2]?.body.id, /^mem_/);
      const before = await countEvents();
      const again = [
        await shop.user("u1", { emailVerified: true }),
        await shop.organization("o1"),
        await shop.member("o1", "u1", { role: "admin" }),
      ];
      for (const [index, { body }] of again.entries())
        assert.deepEqual(body, { changed: false, id: created[index]?.body.id, externalId: index === 1 ? "o1" : "u1" });
      assert.equal(await countEvents(), before);

      const user = await shop.client.get(shop.path("users", "u1"));
      assert.deepEqual(user.body, {
        id: created[0]?.body.id,
        externalId: "u1",
        name: "User u1",
        email: shop.mail("u1"),
        emailVerified: true,
        suspended: false,
        state: "active",
        suspendedAt: null,
        instanceAdmin: false,
        createdAt: user.body.createdAt,
      });
      const member = await shop.client.get(shop.path("organizations", "o1", "members", "u1"));
      assert.equal(member.body.role, "admin");
      assert.equal(member.body.user.externalId, "u1");
      assert.equal(await reads().findPersonalOrganization(created[0]?.body.id), null);
      const organizations = await shop.client.get(`${shop.path("users", "u1")}/organizations`);
      assert.deepEqual(
        organizations.body.items.map((item: { organization: { externalId: string } }) => item.organization.externalId),
        ["o1"],
      );
    });

    it("removes a member: when the response arrives the tokens are revoked, and the receipt names them", async () => {
      const shop = await directoryHost(seed);
      const { token, tokenId, membershipId } = await memberWithToken(seed, shop, "o1", "u1", "owner");
      assert.equal(await refusalOf(token), "ok");
      const { body } = await shop.remove(["organizations", "o1", "members", "u1"]);
      assert.equal(await refusalOf(token), "member_removed");
      assert.deepEqual([body.changed, body.id, body.receipt.revoked], [true, membershipId, true]);
      assert.deepEqual(
        body.receipt.offboarding.tokens.map(({ id }: { id: string }) => id),
        [tokenId],
      );
      assert.equal(body.receipt.offboarding.by.kind, "management_key");
      assert.equal(body.receipt.offboarding.via.id, shop.key.id);
      // The last owner was taken, and the log says so.
      const event = await reads().listAuditEvents({ actions: ["member.removed"] }, { limit: 1, after: null });
      assert.equal(event.items[0]?.details["withoutOwner"], true);
      const again = await shop.remove(["organizations", "o1", "members", "u1"]);
      assert.deepEqual(again.body, { changed: false, id: null, externalId: "u1" });
      // Joining again makes another membership, and the token stays revoked.
      assert.notEqual((await shop.member("o1", "u1")).body.id, membershipId);
      assert.equal(await refusalOf(token), "member_removed");
    });

    it("suspends and reinstates a member and a user; a suspension that somebody made here stays", async () => {
      const shop = await directoryHost(seed);
      const { token, where, membershipId } = await memberWithToken(seed, shop, "o1", "u1");
      assert.equal((await shop.member("o1", "u1", { suspended: true })).body.changed, true);
      assert.equal(await refusalOf(token), "member_suspended");
      assert.equal((await shop.member("o1", "u1", { suspended: true })).body.changed, false);
      assert.equal((await shop.member("o1", "u1")).body.changed, true);
      assert.equal(await refusalOf(token), "ok");
      assert.equal((await shop.user("u1", { suspended: true })).body.changed, true);
      assert.equal(await refusalOf(token), "user_suspended");
      assert.equal((await shop.user("u1")).body.changed, true);
      assert.equal(await refusalOf(token), "ok");

      const owner = await seed.person();
      await seed.member(where, owner, "owner");
      const session = await seed.session(owner, where);
      const members = `/api/organizations/${where.id}/members/${membershipId}`;
      await session.post(`${members}/suspend`);
      assert.equal((await shop.member("o1", "u1")).body.changed, false);
      assert.equal(await refusalOf(token), "member_suspended", "a synchronisation does not lift it");
      await shop.member("o1", "u1", { suspended: true });
      assertProblem(await session.post(`${members}/reinstate`), 409, "suspended_by_host");
      await shop.member("o1", "u1");
      assert.equal(await refusalOf(token), "member_suspended", "the end of the host's suspension leaves the other");
      assert.equal((await session.post(`${members}/reinstate`)).status, 200);
      assert.equal(await refusalOf(token), "ok");
      // The other way round: somebody suspends beside the host.
      await shop.member("o1", "u1", { suspended: true });
      await session.post(`${members}/suspend`);
      await shop.member("o1", "u1");
      assert.equal(await refusalOf(token), "member_suspended");
    });

    it("deletes a user and an organization with their tokens, and a new one has none of them", async () => {
      const shop = await directoryHost(seed);
      const first = await memberWithToken(seed, shop, "o1", "u1", "owner");
      const second = await memberWithToken(seed, shop, "o1", "u2");
      const { body } = await shop.remove(["users", "u1"]);
      assert.deepEqual([body.changed, body.id, body.receipt.revoked], [true, first.person.id, true]);
      assert.equal(await refusalOf(first.token), "user_deleted");
      const [event] = (await reads().listAuditEvents({ actions: ["user.deleted"] }, { limit: 1, after: null })).items;
      assert.deepEqual(event?.details["withoutOwner"], [first.where.id]);
      assertProblem(await shop.client.get(shop.path("users", "u1")), 404, "not_found");
      assert.deepEqual((await shop.remove(["users", "u1"])).body, { changed: false, id: null, externalId: "u1" });
      const reborn = await shop.user("u1");
      assert.notEqual(reborn.body.id, first.person.id);
      assertProblem(await shop.client.get(shop.path("organizations", "o1", "members", "u1")), 404, "not_found");

      assert.equal(await refusalOf(second.token), "ok");
      assert.equal((await shop.remove(["organizations", "o1"])).body.receipt.revoked, true);
      assert.equal(await refusalOf(second.token), "organization_deleted");
      assertProblem(await shop.member("o1", "u2"), 404, "external_id_unknown");
      assert.notEqual((await shop.organization("o1")).body.id, first.where.id);
    });

    it("lets late changes do no harm, also those of things that are gone or never came", async () => {
      const shop = await directoryHost(seed);
      const stale = (reply: Reply): boolean => reply.body.stale === true && reply.body.changed === false;
      await shop.user("u1", { name: "Second", version: 2 });
      assert.ok(stale(await shop.user("u1", { name: "First", version: 1 })));
      assert.equal((await shop.client.get(shop.path("users", "u1"))).body.name, "Second");
      assert.equal((await shop.user("u1", { name: "Third", version: 3 })).body.changed, true);
      assert.ok(stale(await shop.remove(["users", "u1"], { version: 2 })));
      await shop.remove(["users", "u1"], { version: 4 });
      assert.ok(stale(await shop.user("u1", { version: 3 })));
      assert.ok(stale(await shop.user("u1", { version: 4 })), "of two with one version the deletion wins");
      assertProblem(await shop.client.get(shop.path("users", "u1")), 404, "not_found");
      assert.equal((await shop.user("u1", { version: 5 })).body.changed, true);

      assert.equal(
        (await shop.remove(["users", "u2"], { version: "2026-01-02T00:00:00.000002Z" })).body.changed,
        false,
      );
      assert.ok(stale(await shop.user("u2", { version: "2026-01-02T00:00:00.000001Z" })));
      assert.equal((await shop.user("u2", { version: "2026-01-02T00:00:00.000003Z" })).body.changed, true);

      await shop.organization("o1", { version: 5 });
      await shop.remove(["organizations", "o1", "members", "u1"], { version: 8 });
      assert.ok(stale(await shop.member("o1", "u1", { version: 7 })));
      assert.equal((await shop.member("o1", "u1", { version: 9 })).body.changed, true);
      // The end of the user or the organization is newer than the membership that comes late.
      await shop.remove(["organizations", "o1"], { version: 12 });
      assert.ok(stale(await shop.member("o1", "u1", { version: 11 })));
      await shop.organization("o1", { version: 13 });
      assert.ok(stale(await shop.member("o1", "u1", { version: 12 })));
      assert.equal((await shop.member("o1", "u1", { version: 14 })).body.changed, true);
    });

    it("ends what an earlier life left, when the deletion arrives after the return", async () => {
      const shop = await directoryHost(seed);
      await shop.organization("o1", { version: 1 });
      await shop.user("u1", { version: 11 });
      const membership = await shop.member("o1", "u1", { version: 3 });
      const token = await seed.token({ id: (await shop.user("u1", { version: 11 })).body.id } as Person, {
        id: (await shop.organization("o1", { version: 1 })).body.id,
      });
      const late = await shop.remove(["users", "u1"], { version: 10 });
      assert.deepEqual([late.body.stale, late.body.changed], [true, true]);
      assert.equal(await refusalOf(token.client), "member_removed");
      assert.ok((await shop.client.get(shop.path("users", "u1"))).status === 200);
      assert.equal((await shop.member("o1", "u1", { version: 3 })).body.stale, true);
      const newer = await shop.member("o1", "u1", { version: 12 });
      assert.notEqual(newer.body.id, membership.body.id);
      await shop.organization("o1", { version: 20 });
      const gone = await shop.remove(["organizations", "o1"], { version: 15 });
      assert.deepEqual([gone.body.stale, gone.body.changed], [true, true]);
      assertProblem(await shop.client.get(shop.path("organizations", "o1", "members", "u1")), 404, "not_found");
    });

    it("takes over no account by its address, and links one only where both sides proved it", async () => {
      const shop = await directoryHost(seed);
      const person = await seed.person("Grace Hopper");
      const email = person.email;
      assertProblem(await shop.user("u1", { email }), 409, "email_taken");
      assertProblem(await shop.user("u1", { email, emailVerified: true }), 409, "email_taken");
      await instance.deps.store.transaction((tx) => tx.verifyUserEmail(person.id, instance.deps.clock()));
      assertProblem(await shop.user("u1", { email }), 409, "email_taken");
      assert.equal((await reads().findUser(person.id))?.externalId, null);
      const token = await seed.token(person, person.personal);
      const linked = await shop.user("u1", { email, emailVerified: true });
      assert.deepEqual([linked.body.changed, linked.body.id], [true, person.id]);
      assert.equal(await refusalOf(token.client), "ok", "what the person made stays theirs");
      assert.ok((await eventsOf(shop.source, person.id)).includes("user.linked"));
      assertProblem(await shop.user("u2", { email, emailVerified: true }), 409, "email_taken");
      const other = await directoryHost(seed);
      assertProblem(await other.user("x", { email, emailVerified: true }), 409, "email_taken");
      assertProblem(await other.client.get(`/api/manage/users/u1`), 404, "not_found");

      const admin = await seed.person(uniqueName("admin"), { instanceAdmin: true });
      await instance.deps.store.transaction((tx) => tx.verifyUserEmail(admin.id, instance.deps.clock()));
      assertProblem(await shop.user("a", { email: admin.email, emailVerified: true }), 409, "email_taken");
    });

    it("never touches an instance admin, even one whom it keeps", async () => {
      const shop = await directoryHost(seed);
      const { person, token } = await memberWithToken(seed, shop, "o1", "u1");
      await instance.deps.store.transaction((tx) => tx.appointInstanceAdmin(person.id, instance.deps.clock()));
      const before = await reads().findUser(person.id);
      for (const change of [{ name: "Mallory" }, { email: `evil@${shop.source}.example.com` }, { suspended: true }])
        assertProblem(await shop.user("u1", change), 409, "instance_admin_protected");
      assertProblem(await shop.remove(["users", "u1"]), 409, "instance_admin_protected");
      assert.deepEqual(await reads().findUser(person.id), before);
      assert.equal((await shop.user("u1")).body.changed, false, "a synchronisation that agrees goes on");
      await shop.remove(["organizations", "o1", "members", "u1"]);
      assert.equal(await refusalOf(token), "member_removed", "a membership is the host's");
    });

    it("believes emailVerified; the first proof ends what was made before, and an unproved mailbox opens nothing", async () => {
      const shop = await directoryHost(seed);
      const { person, token } = await memberWithToken(seed, shop, "o1", "u1");
      const verified = async (): Promise<boolean> =>
        (await shop.client.get(shop.path("users", "u1"))).body.emailVerified;
      assert.equal(await verified(), false);
      await shop.user("u1", { emailVerified: true });
      assert.equal(await verified(), true);
      assert.equal(await refusalOf(token), "token_revoked", "somebody else may have had the account until now");
      const second = await seed.token(person, {
        id: (await shop.organization("o1")).body.id,
      });
      assert.equal((await shop.user("u1")).body.changed, true);
      assert.equal(await verified(), false, "the host took its word back");
      assert.equal((await shop.user("u1", { emailVerified: true })).body.changed, true);
      const moved = await shop.user("u1", { email: `new@${shop.source}.example.com`, emailVerified: true });
      assert.equal(moved.body.changed, true);
      assert.equal(await verified(), true);
      assert.equal(await refusalOf(second.client), "ok", "it is the same person as before");
    });
  });
}
