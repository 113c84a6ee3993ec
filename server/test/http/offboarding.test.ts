// Offboarding over HTTP: the preview before a member is removed or suspended, what it ends, and the receipt.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { defaultPolicy } from "@mintmark/core";
import { newId } from "../../src/secrets/generate.ts";
import type { Client, Reply } from "../support/client.ts";
import { ENGINES, type TestInstance } from "../support/instance.ts";
import { actionsIn, assertRefused, changesIn } from "../support/organization-state.ts";
import type { Seed } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

for (const engine of ENGINES) {
  describe(`offboarding on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });

    /** An owner, and a member with a token here, one elsewhere, and a key beside one of the owner's. */
    async function fixture(role = "admin") {
      const owner = await seed.person("Olga Owner");
      const organization = await seed.organization(owner);
      const person = await seed.person("Pat Leaver");
      const membership = await seed.member(organization, person, role);
      const at = `/api/organizations/${organization.id}`;
      return {
        owner,
        organization,
        person,
        membership,
        at,
        path: `${at}/members/${membership}`,
        session: await seed.session(owner, organization),
        theirs: await seed.session(person, organization),
        token: await seed.token(person, organization, { name: "Theirs" }),
        elsewhere: await seed.token(person, person.personal),
        ownKey: await seed.apiKey(organization, person, { name: "Made by Pat", role: "member" }),
        otherKey: await seed.apiKey(organization, owner, { name: "Made by Olga", role: "member" }),
      };
    }

    async function setPolicy(id: Parameters<TestInstance["deps"]["store"]["reads"]["findOrganization"]>[0]) {
      const { store } = instance.deps;
      const { policy } = (await store.reads.findOrganization(id)) ?? assert.fail();
      await store.transaction((tx) => tx.setPolicy(id, { ...policy, revokeOnSuspend: true }));
    }

    const code = async (client: Client): Promise<unknown> => {
      const { status, body } = await client.get("/api/whoami");
      return status === 200 ? "ok" : body.code;
    };

    describe("the preview", () => {
      it("says what is revoked, what stays and what moves, and changes nothing", async () => {
        const { organization, path, session, theirs, token, ownKey, otherKey, person, at } = await fixture();
        await token.client.with({ "User-Agent": "preview/1" }).get("/api/whoami");
        await instance.uses.flush();
        const invited = await theirs.post(`${at}/invitations`, { email: "guest@example.com", role: "viewer" });
        const expired = await seed.token(person, organization, { expiresAt: instance.deps.clock() - 1 });
        const before = (await changesIn(instance, organization.id)).length;
        const { status, body } = await session.get(`${path}/offboarding`);
        assert.equal(status, 200, JSON.stringify(body));
        assert.deepEqual([body.mode, body.refusedBy, body.member.user.id], ["remove", null, person.id]);
        assert.deepEqual([body.tokens.effect, body.tokens.count], ["revoked", 2]);
        const shown = body.tokens.items.find(({ id }: { id: string }) => id === token.id);
        assert.deepEqual(
          [shown.name, shown.lastUsedIp, shown.lastUsedUserAgent, shown.useCount, shown.state],
          ["Theirs", "127.0.0.1", "preview/1", 1, "active"],
        );
        assert.equal(body.tokens.items.find(({ id }: { id: string }) => id === expired.id).state, "expired");
        assert.deepEqual(
          body.apiKeys.items.map((key: { id: string; createdByMember: boolean }) => [key.id, key.createdByMember]),
          [
            [ownKey.id, true],
            [otherKey.id, false],
          ],
        );
        assert.deepEqual([body.apiKeys.count, body.apiKeys.countOfMember, body.apiKeys.revocable], [2, 1, true]);
        assert.deepEqual(
          body.invitations.items.map(({ id }: { id: string }) => id),
          [invited.body.id],
        );
        assert.equal(body.sessions, 1);
        assert.ok(!JSON.stringify(body).includes(token.secret));
        assert.equal((await changesIn(instance, organization.id)).length, before);
      });

      it("of a suspension says whether tokens are paused or revoked, and withdraws and moves nothing", async () => {
        const { organization, path, session } = await fixture();
        const preview = async () => (await session.get(`${path}/offboarding?mode=suspend`)).body;
        const first = await preview();
        assert.deepEqual(
          [first.tokens.effect, first.tokens.count, first.invitations.count, first.sessions],
          ["paused", 1, 0, 0],
        );
        await setPolicy(organization.id);
        assert.equal((await preview()).tokens.effect, "revoked");
      });

      it("gives the code of the refusal, and the operation is refused with it", async () => {
        const { organization, owner, at, session, theirs } = await fixture();
        const members = `${at}/members`;
        const self = (await instance.deps.store.reads.findMembership(organization.id, owner.id))?.id ?? "";
        const key = await seed.apiKey(organization, owner, { role: "admin" });
        const cases: readonly [Client, string, string][] = [
          [session, "remove", "last_owner"],
          [session, "suspend", "self_suspension"],
          [theirs, "remove", "role_exceeds_caller"],
          [theirs, "suspend", "role_exceeds_caller"],
          [key.client, "remove", "role_exceeds_caller"],
        ];
        for (const [client, mode, refusal] of cases) {
          const { body } = await client.get(`${members}/${self}/offboarding?mode=${mode}`);
          assert.equal(body.refusedBy, refusal);
          const deed = (): Promise<Reply> =>
            mode === "remove" ? client.delete(`${members}/${self}`) : client.post(`${members}/${self}/suspend`);
          const { body: refused } = await assertRefused(instance, organization.id, deed, [
            refusal === "role_exceeds_caller" ? 403 : 409,
            refusal,
          ]);
          assert.equal(refused.code, body.refusedBy);
        }
      });

      it("lists keys and invitations for callers that may read them, and counts them for the rest of the callers", async () => {
        const { owner, organization, path, person } = await fixture();
        const narrowed = await seed.token(owner, organization, { permissions: [...membersOnly, "members:write"] });
        const { status, body } = await narrowed.client.get(`${path}/offboarding`);
        // Narrowed, the owner no longer has authority over an admin, and the response says so.
        assert.deepEqual([status, body.refusedBy], [200, "role_exceeds_caller"]);
        assert.deepEqual(body.apiKeys, { count: 2, countOfMember: 1, items: null, revocable: false });
        assert.deepEqual(body.invitations, { effect: "withdrawn", count: 0, items: null });
        assert.equal(body.member.user.id, person.id);
      });

      it("lists tokens for callers that may list them, by permission and by policy, and counts them for other callers", async () => {
        const { owner, organization, path, session, theirs } = await fixture();
        const narrowed = await seed.token(owner, organization, { permissions: ["members:read", "members:write"] });
        const shown = async (client: Client): Promise<readonly number[]> => {
          const { body } = await client.get(`${path}/offboarding`);
          return [body.tokens.count, body.tokens.items.length];
        };
        assert.deepEqual(await shown(session), [1, 1]);
        assert.deepEqual(await shown(narrowed.client), [1, 0]);
        const { store } = instance.deps;
        await store.transaction((tx) => tx.setPolicy(organization.id, { ...defaultPolicy([]), oversight: "audit" }));
        assert.deepEqual(await shown(session), [1, 0]);
        assert.deepEqual(await shown(theirs), [1, 1]);
      });

      it("is for callers that may remove members, and for members before they leave", async () => {
        const { organization, at, path, token, otherKey } = await fixture();
        const viewer = await seed.person();
        const membership = await seed.member(organization, viewer, "viewer");
        const session = await seed.session(viewer, organization);
        const preview = `${path}/offboarding`;
        const stranger = await seed.session(await seed.person());
        const narrowed = await seed.token(viewer, organization, { permissions: ["members:read"] });
        const refusals: readonly [Client, string, number, string][] = [
          [instance.client(), preview, 401, "credentials_missing"],
          [session, preview, 403, "permission_denied"],
          [narrowed.client, preview, 403, "permission_denied"],
          [otherKey.client, preview, 403, "permission_denied"],
          [stranger, preview, 404, "not_found"],
          [session, `${at}/members/${membership}/offboarding?mode=suspend`, 403, "permission_denied"],
          [narrowed.client, `${at}/members/${membership}/offboarding`, 403, "permission_denied"],
        ];
        for (const [client, address, status, refusal] of refusals) {
          const reply = await client.get(address);
          assert.deepEqual([reply.status, reply.body.code], [status, refusal], address);
        }
        const own = await session.get(`${at}/members/${membership}/offboarding`);
        assert.deepEqual([own.status, own.body.refusedBy, own.body.apiKeys.items], [200, null, null]);
        assert.equal((await token.client.get(preview)).status, 200, "an admin's token may read it");
        const unknown = await token.client.get(`${at}/members/mem_${"0".repeat(32)}/offboarding`);
        assert.equal(unknown.status, 404);
        assert.equal((await token.client.get(`${preview}?mode=delete`)).body.code, "field_invalid");
      });

      it("is refused in a personal organization", async () => {
        const { person, theirs } = await fixture();
        const { id, membershipId } = person.personal;
        const reply = await theirs.get(`/api/organizations/${id}/members/${membershipId}/offboarding`);
        assert.deepEqual([reply.status, reply.body.code], [403, "personal_organization"]);
      });
    });

    describe("keys revoked with a removal", () => {
      it("are revoked in the same transaction; the others and every other organization's tokens stay active", async () => {
        const { organization, path, session, token, elsewhere, ownKey, otherKey, theirs, at, owner } = await fixture();
        await theirs.post(`${at}/invitations`, { email: "guest@example.com", role: "viewer" });
        const { status, body } = await session.delete(path, { revokeApiKeys: [ownKey.id, ownKey.id] });
        assert.equal(status, 200, JSON.stringify(body));
        assert.deepEqual([await code(token.client), await code(elsewhere.client)], ["member_removed", "ok"]);
        assert.equal(await code(ownKey.client), "token_revoked");
        assert.equal(await code(otherKey.client), "ok");
        assert.deepEqual(await actionsIn(instance, organization.id), [
          "api_key.revoked",
          "invitation.withdrawn",
          "member.invited",
          "member.removed",
          "pat.revoked",
        ]);
        const { offboarding } = body;
        assert.deepEqual(
          [offboarding.action, offboarding.at, offboarding.by.id],
          ["member.removed", body.at, owner.id],
        );
        assert.deepEqual(
          offboarding.tokens.map(({ id, name, prefix }: Record<string, string>) => [id, name, prefix]),
          [[token.id, "Theirs", token.secret.slice(0, 10)]],
        );
        assert.deepEqual(offboarding.apiKeys[0].name, "Made by Pat");
        assert.deepEqual(offboarding.apiKeysLeft, { count: 1, countOfMember: 0, ofMember: [] });
        assert.equal(offboarding.invitations[0].email, "guest@example.com");
        assert.equal(offboarding.movedSessions, 1);
        const ids = (await changesIn(instance, organization.id)).map(({ id }) => id as string);
        for (const { auditEventId } of [...offboarding.tokens, ...offboarding.apiKeys, ...offboarding.invitations]) {
          assert.ok(ids.includes(auditEventId));
        }
      });

      it("are named in the receipt when they stay active, because the person may have their secrets", async () => {
        const { path, session, ownKey } = await fixture();
        const { offboarding } = (await session.delete(path)).body;
        assert.deepEqual(offboarding.apiKeysLeft, {
          count: 2,
          countOfMember: 1,
          ofMember: [{ id: ownKey.id, name: "Made by Pat", prefix: ownKey.secret.slice(0, 10) }],
        });
      });

      it("are all refused when one is unknown, another organization's or revoked already", async () => {
        const { organization, at, path, session, ownKey, otherKey, owner } = await fixture();
        const foreign = await seed.apiKey(await seed.organization(owner), owner);
        const revoked = await seed.apiKey(organization, owner);
        assert.equal((await session.delete(`${at}/api-keys/${revoked.id}`)).status, 200);
        const details = new Set<string>();
        for (const send of [
          (keys: readonly string[]) => session.delete(path, { revokeApiKeys: keys }),
          (keys: readonly string[]) => session.post(`${path}/suspend`, { revokeApiKeys: keys }),
        ]) {
          for (const id of [foreign.id, `key_${"0".repeat(32)}`]) {
            const reply = await assertRefused(instance, organization.id, () => send([ownKey.id, id]), [
              404,
              "not_found",
            ]);
            details.add(reply.body.detail.replace(id, "ID"));
          }
          const repeat = () => send([otherKey.id, revoked.id]);
          await assertRefused(instance, organization.id, repeat, [409, "credential_not_active"]);
        }
        assert.equal(details.size, 1, "another organization's key reads like one that does not exist");
        assert.equal(await code(foreign.client), "ok");
      });

      it("need the permission for keys", async () => {
        const { organization, path, ownKey } = await fixture("viewer");
        const helper = await seed.person();
        await seed.member(organization, helper, "admin");
        const narrowed = await seed.token(helper, organization, { permissions: [...viewer, "members:write"] });
        const remove = () => narrowed.client.delete(path, { revokeApiKeys: [ownKey.id] });
        const { body } = await assertRefused(instance, organization.id, remove, [403, "permission_denied"]);
        assert.deepEqual(body.missingPermissions, ["api-keys:write"]);
        assert.equal((await narrowed.client.delete(path)).status, 200);
      });
    });

    describe("a suspension", () => {
      it("revokes keys and pauses tokens, and its receipt says so; a repetition has no receipt", async () => {
        const { path, session, token, ownKey } = await fixture();
        const { status, body } = await session.post(`${path}/suspend`, { revokeApiKeys: [ownKey.id] });
        assert.deepEqual([status, body.member.state], [200, "suspended"]);
        const { offboarding } = body.receipt;
        assert.deepEqual(
          [offboarding.action, offboarding.tokens, offboarding.pausedTokens, offboarding.apiKeys.length],
          ["member.suspended", [], 1, 1],
        );
        assert.deepEqual([await code(token.client), await code(ownKey.client)], ["member_suspended", "token_revoked"]);
        assert.equal((await session.post(`${path}/suspend`)).body.receipt.offboarding, null);
      });

      it("that is repeated revokes no key", async () => {
        const { organization, path, session, ownKey } = await fixture();
        await session.post(`${path}/suspend`);
        const repeat = () => session.post(`${path}/suspend`, { revokeApiKeys: [ownKey.id] });
        await assertRefused(instance, organization.id, repeat, [409, "already_suspended"]);
      });

      it("that revokes tokens by policy names each in the receipt", async () => {
        const { organization, path, session, token } = await fixture();
        await setPolicy(organization.id);
        const { offboarding } = (await session.post(`${path}/suspend`)).body.receipt;
        assert.deepEqual(
          [offboarding.tokens.map(({ id }: { id: string }) => id), offboarding.pausedTokens],
          [[token.id], 0],
        );
      });
    });

    describe("the receipt", () => {
      it("is made again from the audit log, and is exactly the same", async () => {
        const { organization, path, session, at, theirs, ownKey } = await fixture();
        await theirs.post(`${at}/invitations`, { email: "guest@example.com", role: "viewer" });
        const suspended = (await session.post(`${path}/suspend`, { revokeApiKeys: [ownKey.id] })).body.receipt;
        await session.post(`${path}/reinstate`);
        const removed = (await session.delete(path)).body;
        // Another thing that ended at the same instant is not part of it.
        const { store } = instance.deps;
        const [any] = await changesIn(instance, organization.id);
        const stranger = {
          ...(any ?? assert.fail()),
          id: newId("auditEvent"),
          at: Date.parse(removed.at),
          details: {},
        };
        await store.transaction((tx) => tx.insertAuditEvents([{ ...stranger, action: "pat.revoked" }]));
        for (const { offboarding } of [suspended, removed]) {
          const again = await session.get(`${at}/offboarding-receipts/${offboarding.auditEventId}`);
          assert.equal(again.status, 200);
          assert.deepEqual(sortedReceipt(again.body), sortedReceipt(offboarding));
        }
      });

      it("of someone who left says so", async () => {
        const { path, theirs, person } = await fixture();
        const { offboarding } = (await theirs.delete(path)).body;
        assert.deepEqual([offboarding.action, offboarding.by.id], ["member.left", person.id]);
      });

      it("is for callers that may read the audit log or remove members, and exists for removals only", async () => {
        const { organization, owner, path, session, at, otherKey } = await fixture();
        const viewer = await seed.session((await seedMember(organization, "viewer")).person, organization);
        const { offboarding } = (await session.delete(path)).body;
        const receipt = `${at}/offboarding-receipts/${offboarding.auditEventId}`;
        const stranger = await seed.person();
        const elsewhere = await seed.organization(stranger);
        const reader = await seed.token(owner, organization, { permissions: ["audit:read"] });
        const remover = await seed.token(owner, organization, { permissions: ["members:write"] });
        for (const { client } of [reader, remover]) assert.equal((await client.get(receipt)).status, 200);
        const refusals: readonly [Client, string, number, string][] = [
          [instance.client(), receipt, 401, "credentials_missing"],
          [viewer, receipt, 403, "permission_denied"],
          [otherKey.client, receipt, 403, "permission_denied"],
          [await seed.session(stranger, elsewhere), receipt, 404, "not_found"],
          [
            await seed.session(stranger, elsewhere),
            `/api/organizations/${elsewhere.id}/offboarding-receipts/${offboarding.auditEventId}`,
            404,
            "not_found",
          ],
          [session, `${at}/offboarding-receipts/${offboarding.tokens[0].auditEventId}`, 404, "not_found"],
          [session, `${at}/offboarding-receipts/evt_${"0".repeat(32)}`, 404, "not_found"],
        ];
        for (const [client, address, status, refusal] of refusals) {
          const reply = await client.get(address);
          assert.deepEqual([reply.status, reply.body.code], [status, refusal], address);
        }
      });
    });

    async function seedMember(organization: Awaited<ReturnType<Seed["organization"]>>, role: string) {
      const person = await seed.person();
      return { person, membership: await seed.member(organization, person, role) };
    }
  });
}

const membersOnly = ["members:read"];
const viewer = ["organization:read", "members:read", "tokens:create"];

/** Events of one instant have no order among themselves. */
function sortedReceipt(receipt: Record<string, unknown>): unknown {
  const sorted = (name: string): unknown =>
    (receipt[name] as { id: string }[]).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return { ...receipt, tokens: sorted("tokens"), apiKeys: sorted("apiKeys"), invitations: sorted("invitations") };
}
