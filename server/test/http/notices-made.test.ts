// Each change that ends or makes a token writes the notices to people in its own transaction.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TokenPolicy } from "@mintmark/core";
import { approvedDevice, poll } from "../support/device-login.ts";
import { ENGINES } from "../support/instance.ts";
import { kindsOf, noticeOf, noticesOf } from "../support/notices.ts";
import type { Person, SeededOrganization } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

const TRUSTED = { MINTMARK_TRUSTED_PROXIES: "127.0.0.1" };

for (const engine of ENGINES) {
  describe(`notices of changes on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine, env: TRUSTED });

    async function fixture() {
      const owner = await seed.person();
      const member = await seed.person();
      const organization = await seed.organization(owner);
      const membershipId = await seed.member(organization, member, "member");
      const session = await seed.session(owner, organization);
      return { owner, member, organization, membershipId, session, url: `/api/organizations/${organization.id}` };
    }

    async function setPolicy(organization: SeededOrganization, owner: Person, change: Partial<TokenPolicy>) {
      const session = await seed.session(owner, organization);
      const url = `/api/organizations/${organization.id}/token-policy`;
      const { body } = await session.get(url);
      assert.equal((await session.put(url, { ...body, ...change })).status, 200);
    }

    it("notify of a minting, with the place of the request, and of a replacement", async () => {
      const { member, organization } = await fixture();
      const browser = (await seed.session(member, organization)).with({
        "X-Forwarded-For": "203.0.113.9",
        "User-Agent": "Firefox",
      });
      const input = { name: "CI", expiresInDays: 30, organizationId: organization.id };
      const { body } = await browser.post("/api/personal-access-tokens", input);
      const notice = await noticeOf(instance, member, "token.minted");
      assert.deepEqual(notice.token, { id: body.token.id, name: "CI" });
      assert.deepEqual(notice.organization, { id: organization.id, name: organization.name });
      assert.equal(notice.readAt, notice.at, "the person who minted it knows of it");
      const expiresAt = Date.parse(body.token.expiresAt);
      assert.deepEqual(notice.details, { expiresAt, ip: "203.0.113.9", userAgent: "Firefox" });
      await browser.post(`/api/personal-access-tokens/${body.token.id}/replace`);
      assert.deepEqual(await kindsOf(instance, member), ["token.minted", "token.minted"]);
      assert.ok(!JSON.stringify(await noticesOf(instance, member)).includes(body.secret.slice(10)));
    });

    it("count as unread for a minting from another network or browser, and by a login of a terminal", async () => {
      const { member, organization } = await fixture();
      const session = await seed.session(member, organization);
      const unread = async (): Promise<number> => (await session.get("/api/notices")).body.unread;
      const mintFrom = async (network: string, agent: string): Promise<number> => {
        const browser = session.with({ "X-Forwarded-For": network, "User-Agent": agent });
        const input = { name: "CI", expiresInDays: 30, organizationId: organization.id };
        assert.equal((await browser.post("/api/personal-access-tokens", input)).status, 201);
        return unread();
      };
      assert.equal(await mintFrom("203.0.113.9", "Firefox/144.0"), 0, "the first place of a new account");
      assert.equal(await mintFrom("203.0.113.77", "Firefox/145.0"), 0, "the same network and browser");
      assert.equal(await mintFrom("198.51.100.9", "Firefox/145.0"), 1, "another network");
      assert.equal(await mintFrom("203.0.113.9", "curl/8.0"), 2, "another browser");
      assert.equal(await mintFrom("203.0.113.9", "curl/8.1"), 2, "the same, a second time");
      assert.equal((await kindsOf(instance, member)).length, 5, "the list has all of them");
      const device = await approvedDevice(instance, session.with({ "User-Agent": "curl/8.1" }), organization);
      assert.equal((await poll(instance, device)).status, 200);
      assert.equal(await unread(), 3, "a login of a terminal, whatever approved it");
      const old = await seed.session(await olderPerson());
      await old.post("/api/personal-access-tokens", { name: "CI", expiresInDays: 30 });
      assert.equal((await old.get("/api/notices")).body.unread, 1, "the first place of an old account");
    });

    async function olderPerson(): Promise<Person> {
      const person = await seed.person();
      instance.advance(2 * 86_400_000);
      return person;
    }

    it("of a token that was revoked are settled, and the warnings about it are withdrawn", async () => {
      const { owner: admin, member, organization } = await fixture();
      const session = await seed.session(member, organization);
      const mintedAt = async (agent: string): Promise<string> => {
        const input = { name: "CI", expiresInDays: 30, organizationId: organization.id };
        const { body } = await session.with({ "User-Agent": agent }).post("/api/personal-access-tokens", input);
        return body.token.id;
      };
      await mintedAt("Firefox");
      const [own, foreign] = [await mintedAt("Chrome"), await mintedAt("Safari")];
      const owner = await seed.session(admin, organization);
      await session.delete(`/api/personal-access-tokens/${own}`);
      await owner.delete(`/api/organizations/${organization.id}/personal-access-tokens/${foreign}`);
      const minted = (await noticesOf(instance, member)).filter(({ kind }) => kind === "token.minted").slice(1);
      assert.deepEqual(
        minted.map(({ token, resolvedAt, readAt }) => [token?.id, resolvedAt !== null, readAt !== null]),
        [
          [own, true, true],
          [foreign, true, false],
        ],
        "what somebody else may have done stays unread",
      );
    });

    it("are not written for a minting that is refused", async () => {
      const { member, organization } = await fixture();
      const browser = await seed.session(member, organization);
      const input = { name: "CI", expiresInDays: 30, permissions: ["members:write"] };
      assert.equal((await browser.post("/api/personal-access-tokens", input)).status, 403);
      assert.deepEqual(await kindsOf(instance, member), []);
    });

    it("notify the owner who revoked their token and why, and nobody of what they did themselves", async () => {
      const { owner, member, organization, session, url } = await fixture();
      const token = await seed.token(member, organization, { name: "deploy" });
      await session.delete(`${url}/personal-access-tokens/${token.id}`);
      await session.delete(`${url}/personal-access-tokens/${token.id}`);
      const notice = await noticeOf(instance, member, "token.revoked");
      assert.deepEqual(notice.token, { id: token.id, name: "deploy" });
      assert.deepEqual(notice.details, {
        by: { kind: "user", id: owner.id, name: owner.name },
        reason: "admin",
        tokens: [{ id: token.id, name: "deploy" }],
        tokenCount: 1,
      });
      const own = await seed.token(owner, organization);
      const another = await seed.token(owner, organization);
      await session.delete(`/api/personal-access-tokens/${own.id}`);
      await another.client.delete("/api/personal-access-tokens/current");
      assert.deepEqual(await kindsOf(instance, owner), []);
    });

    it("notify once of many that end together: by a removal, by a deletion, by a suspension that revokes", async () => {
      const removed = await fixture();
      const names = ["one", "two", "three"];
      for (const name of names) await seed.token(removed.member, removed.organization, { name });
      const elsewhere = await seed.token(removed.member, removed.member.personal);
      await removed.session.delete(`${removed.url}/members/${removed.membershipId}`);
      const notice = await noticeOf(instance, removed.member, "token.revoked");
      assert.equal(notice.token, null);
      assert.deepEqual([notice.details.reason, notice.details.tokenCount], ["member_removed", 3]);
      assert.deepEqual(new Set(notice.details.tokens?.map(({ name }) => name)), new Set(names));
      assert.equal((await elsewhere.client.get("/api/whoami")).status, 200);

      const deleted = await fixture();
      await seed.token(deleted.member, deleted.organization);
      await seed.token(deleted.owner, deleted.organization);
      await deleted.session.delete(deleted.url, { name: deleted.organization.name });
      assert.equal((await noticeOf(instance, deleted.member, "token.revoked")).details.reason, "organization_deleted");
      assert.deepEqual(await kindsOf(instance, deleted.owner), []);

      const suspended = await fixture();
      await seed.token(suspended.member, suspended.organization);
      await suspended.session.post(`${suspended.url}/members/${suspended.membershipId}/suspend`);
      assert.deepEqual(await kindsOf(instance, suspended.member), [], "a pause revokes nothing");
      await suspended.session.post(`${suspended.url}/members/${suspended.membershipId}/reinstate`);
      await setPolicy(suspended.organization, suspended.owner, { revokeOnSuspend: true });
      await suspended.session.post(`${suspended.url}/members/${suspended.membershipId}/suspend`);
      assert.equal((await noticeOf(instance, suspended.member, "token.revoked")).details.reason, "suspended");
    });

    it("notify the owner of a reported secret, and not of a client that signed itself out", async () => {
      const { member, organization } = await fixture();
      const leaked = await seed.token(member, organization);
      const signedOut = await seed.token(member, organization);
      await instance.client().post("/api/credentials/revoke", { credentials: [leaked.secret] });
      await fetch(`${instance.url}/oauth2/revoke`, {
        method: "POST",
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({ token: signedOut.secret }),
      });
      assert.equal((await signedOut.client.get("/api/whoami")).body.code, "token_revoked");
      const notice = await noticeOf(instance, member, "token.revoked");
      assert.deepEqual([notice.token?.id, notice.details.reason], [leaked.id, "leaked"]);
    });

    it("notify the people who lose something by a change of policy, and nobody else", async () => {
      const { owner, member, organization } = await fixture();
      const viewer = await seed.person();
      await seed.member(organization, viewer, "viewer");
      const untouched = await seed.person();
      await seed.member(organization, untouched, "admin");
      const expiresAt = instance.deps.clock() + 5 * 86_400_000;
      await seed.token(owner, organization);
      const endless = await seed.token(member, organization, { name: "endless" });
      await seed.token(untouched, organization, { expiresAt });
      await setPolicy(organization, owner, {
        allowNoExpiry: false,
        mintableBy: ["owner", "admin", "member"],
      });
      assert.equal((await endless.client.get("/api/whoami")).body.code, "policy_no_expiry");
      const stopped = await noticeOf(instance, member, "policy.changed");
      assert.deepEqual(stopped.token, { id: endless.id, name: "endless" });
      assert.deepEqual(stopped.details, {
        by: { kind: "user", id: owner.id, name: owner.name },
        tokens: [{ id: endless.id, name: "endless" }],
        tokenCount: 1,
        stopped: 1,
        narrowed: 0,
        cannotMint: false,
      });
      const barred = await noticeOf(instance, viewer, "policy.changed");
      assert.deepEqual([barred.details.tokenCount, barred.details.cannotMint], [0, true]);
      assert.deepEqual(await kindsOf(instance, untouched), []);
      assert.deepEqual(await kindsOf(instance, owner), [], "the person who made the change is not notified");

      await setPolicy(organization, owner, { ceiling: { kind: "read-only" } });
      const narrowed = await noticeOf(instance, untouched, "policy.changed");
      assert.deepEqual([narrowed.details.stopped, narrowed.details.narrowed], [0, 1]);
      assert.equal((await kindsOf(instance, member)).length, 1, "a token that was refused before loses nothing");
      await setPolicy(organization, owner, { allowNoExpiry: true, ceiling: { kind: "role" }, oversight: "list" });
      assert.equal((await kindsOf(instance, untouched)).length, 1, "a looser policy ends nothing");
    });

    it("notify of a new network, not of the first, nor of another address in a known one", async () => {
      const { member, organization } = await fixture();
      const token = await seed.token(member, organization, { name: "roaming" });
      const key = await seed.apiKey(organization, member);
      const from = async (ip: string) => {
        const { status } = await token.client.with({ "X-Forwarded-For": ip }).get("/api/whoami");
        assert.equal(status, 200);
      };
      await from("203.0.113.7");
      await from("203.0.113.8");
      assert.deepEqual(await kindsOf(instance, member), []);
      await from("198.51.100.4");
      await from("198.51.100.4");
      await from("198.51.100.5");
      const notice = await noticeOf(instance, member, "token.new_network");
      assert.deepEqual(notice.token, { id: token.id, name: "roaming" });
      assert.deepEqual([notice.details.network, notice.details.ip], ["198.51.100.0/24", "198.51.100.4"]);
      await from("2001:db8:7:1::1");
      await from("2001:db8:7:2::1");
      const networks = (await noticesOf(instance, member)).map(({ details }) => details.network);
      assert.deepEqual(networks, ["198.51.100.0/24", "2001:db8:7::/48"]);
      for (const ip of ["203.0.113.7", "198.51.100.4"]) {
        await key.client.with({ "X-Forwarded-For": ip }).get("/api/whoami");
      }
      assert.equal((await noticesOf(instance, member)).length, 2, "a key has no owner to notify");
    });

    it("notify of five new networks of a token a day, and of more on the next day", async () => {
      const { member, organization } = await fixture();
      const token = await seed.token(member, organization);
      const use = async (third: number) =>
        assert.equal(
          (await token.client.with({ "X-Forwarded-For": `10.0.${third}.1` }).get("/api/whoami")).status,
          200,
        );
      for (let third = 0; third < 9; third++) await use(third);
      assert.equal((await noticesOf(instance, member)).length, 5);
      instance.advance(86_400_000);
      await use(3);
      assert.equal((await noticesOf(instance, member)).length, 5, "the network is known");
      await use(20);
      assert.equal((await noticesOf(instance, member)).length, 6);
    });
  });
}
