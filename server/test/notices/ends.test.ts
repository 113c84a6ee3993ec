// The end of a token or key that time alone brings, by its expiry or by the policy: every place that speaks of it says the
// same, and the notices of it are true when they are made.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TokenPolicy } from "@mintmark/core";
import { announceEnds } from "../../src/use-cases/notice/ends.ts";
import { noteExpiries } from "../../src/use-cases/token/token.ts";
import type { Client } from "../support/client.ts";
import { ENGINES } from "../support/instance.ts";
import { noticesOf } from "../support/notices.ts";
import type { Person, SeededOrganization } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

const DAY_MS = 86_400_000;
const HEADER = "mintmark-token-expires";
const ENDS = /^(token|api_key)\.(expiring|expired)$/;

for (const engine of ENGINES) {
  describe(`ends on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });

    async function fixture() {
      const owner = await seed.person();
      const organization = await seed.organization(owner);
      return { owner, organization };
    }

    /** A session lasts a day, and the clock advances by more. */
    const browserOf = (person: Person, organization: SeededOrganization): Promise<Client> =>
      seed.session(person, organization);

    async function setPolicy(
      { owner, organization }: Awaited<ReturnType<typeof fixture>>,
      change: Partial<TokenPolicy>,
    ): Promise<void> {
      const session = await browserOf(owner, organization);
      const url = `/api/organizations/${organization.id}/token-policy`;
      const { body } = await session.get(url);
      assert.equal((await session.put(url, { ...body, ...change })).status, 200);
      await instance.followUps.settled();
    }

    async function mint(person: Person, organization: SeededOrganization, expiresInDays: number | null) {
      const session = await browserOf(person, organization);
      const input = { name: "CI", expiresInDays, organizationId: organization.id };
      const { status, body } = await session.post("/api/personal-access-tokens", input);
      assert.equal(status, 201);
      return {
        id: body.token.id as string,
        createdAt: Date.parse(body.token.createdAt),
        secret: body.secret as string,
      };
    }

    async function round(): Promise<void> {
      await noteExpiries(instance.deps);
      await announceEnds(instance.deps);
    }

    async function newsOf(person: Person): Promise<string[]> {
      const notices = (await noticesOf(instance, person)).filter(({ kind }) => ENDS.test(kind));
      return notices.map(({ kind, details }) => `${kind} ${details.because ?? "expiry"} ${details.daysLeft ?? "-"}`);
    }

    async function tokenOf(person: Person, organization: SeededOrganization, id: string) {
      const { body } = await (await browserOf(person, organization)).get(`/api/personal-access-tokens/${id}`);
      return body;
    }

    it("by a longest lifetime: list, header, verification, introspection, calendar and notice agree", async () => {
      const { owner, organization } = await fixture();
      const token = await mint(owner, organization, 365);
      const end = token.createdAt + 70 * DAY_MS + 1;
      const at = new Date(end).toISOString();
      const because = "policy_lifetime";
      await setPolicy({ owner, organization }, { maxLifetimeDays: 70 });
      const client = instance.client().withBearer(token.secret);
      const facts = async () => {
        const { endsAt, endsBecause, endsSoon } = await tokenOf(owner, organization, token.id);
        const reply = await client.get("/api/whoami");
        const { credential } = reply.body;
        assert.deepEqual([credential.endsAt, credential.endsBecause], [endsAt, endsBecause]);
        const proxy = await client.get("/forward-auth");
        assert.equal(proxy.headers.get(HEADER), reply.headers.get(HEADER));
        return { endsAt, endsBecause, endsSoon, header: reply.headers.get(HEADER) };
      };
      assert.deepEqual(await facts(), { endsAt: at, endsBecause: because, endsSoon: null, header: null });
      await round();
      assert.deepEqual(await newsOf(owner), []);
      const feed = await (await browserOf(owner, organization)).post("/api/account/calendar-feed");
      const calendar = (await instance.client().get(new URL(feed.body.url).pathname)).body as string;
      const start = `${at.slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
      assert.match(calendar, new RegExp(`DTSTART:${start}`));
      assert.match(calendar, /TRIGGER:-P14D\b/);
      instance.advance(56 * DAY_MS);
      await round();
      assert.deepEqual(await facts(), { endsAt: at, endsBecause: because, endsSoon: { at, because }, header: at });
      assert.deepEqual(await newsOf(owner), ["token.expiring policy_lifetime 14"]);
      const service = await seed.service(owner);
      const form = await service.client.sendForm("/oauth2/introspect", { token: token.secret });
      assert.equal(form.body.exp, Math.floor(end / 1000));
      instance.advance(14 * DAY_MS + 1000);
      await round();
      assert.deepEqual(await newsOf(owner), ["token.expired policy_lifetime -"], "the warning is withdrawn");
      assert.equal((await client.get("/api/whoami")).body.code, because);
    });

    it("by an idle limit: a use moves the end, and no notice comes for an end that has moved", async () => {
      const { owner, organization } = await fixture();
      await setPolicy({ owner, organization }, { idleDays: 20 });
      const token = await mint(owner, organization, null);
      const use = async (): Promise<number> => {
        const reply = await instance.client().withBearer(token.secret).get("/api/whoami");
        assert.deepEqual([reply.status, reply.headers.get(HEADER)], [200, null]);
        await instance.uses.flush();
        return instance.deps.clock();
      };
      instance.advance(14 * DAY_MS);
      const usedAt = await use();
      instance.advance(2 * DAY_MS);
      await round();
      assert.deepEqual(await newsOf(owner), []);
      const { endsAt, endsBecause, endsSoon } = await tokenOf(owner, organization, token.id);
      assert.ok(Math.abs(Date.parse(endsAt) - usedAt - 20 * DAY_MS) < 60_000);
      assert.deepEqual([endsBecause, endsSoon], ["policy_idle", null]);
      instance.advance(13 * DAY_MS + 60_000);
      await round();
      assert.deepEqual(await newsOf(owner), ["token.expiring policy_idle 5"]);
      assert.equal((await tokenOf(owner, organization, token.id)).endsSoon.because, "policy_idle");
      await use();
      instance.advance(4 * DAY_MS);
      await round();
      assert.deepEqual(await newsOf(owner), [], "the warning is withdrawn");
      instance.advance(17 * DAY_MS);
      await round();
      await round();
      assert.deepEqual(await newsOf(owner), ["token.expired policy_idle -"]);
    });

    it("a change of the policy that brings an end near is announced at once, and once", async () => {
      const { owner, organization } = await fixture();
      await mint(owner, organization, 365);
      instance.advance(80 * DAY_MS);
      await setPolicy({ owner, organization }, { maxLifetimeDays: 90 });
      await round();
      assert.deepEqual(await newsOf(owner), ["token.expiring policy_lifetime 10"]);
      await setPolicy({ owner, organization }, { maxLifetimeDays: 90, idleDays: 200 });
      await round();
      assert.deepEqual(await newsOf(owner), ["token.expiring policy_lifetime 10"]);
      await setPolicy({ owner, organization }, { maxLifetimeDays: null, idleDays: null });
      instance.advance(3 * DAY_MS);
      await round();
      instance.advance(20 * DAY_MS);
      await round();
      assert.equal((await newsOf(owner)).length <= 1, true);
      assert.equal((await newsOf(owner)).includes("token.expired policy_lifetime -"), false);
    });

    it("a token that was replaced is not announced, unless its replacement has ended", async () => {
      const { owner, organization } = await fixture();
      const token = await mint(owner, organization, 90);
      instance.advance(76 * DAY_MS);
      await round();
      assert.deepEqual(await newsOf(owner), ["token.expiring expiry 14"]);
      const session = await browserOf(owner, organization);
      const { body } = await session.post(`/api/personal-access-tokens/${token.id}/replace`);
      assert.deepEqual(await newsOf(owner), [], "the warning is withdrawn");
      instance.advance(7 * DAY_MS);
      await round();
      assert.deepEqual(await newsOf(owner), []);
      await (await browserOf(owner, organization)).delete(`/api/personal-access-tokens/${body.token.id}`);
      instance.advance(6 * DAY_MS);
      await round();
      assert.deepEqual(await newsOf(owner), ["token.expiring expiry 1"]);
    });

    it("the end of an API key is announced to its maker while a member, and to the owners", async () => {
      const { owner, organization } = await fixture();
      const [maker, former, member] = [await seed.person(), await seed.person(), await seed.person()];
      await seed.member(organization, maker, "admin");
      const membership = await seed.member(organization, former, "admin");
      await seed.member(organization, member, "admin");
      for (const person of [maker, former]) {
        const session = await browserOf(person, organization);
        const input = { name: "deploy", role: "member", expiresInDays: 90 };
        assert.equal((await session.post(`/api/organizations/${organization.id}/api-keys`, input)).status, 201);
      }
      const session = await browserOf(owner, organization);
      await session.delete(`/api/organizations/${organization.id}/members/${membership}`);
      instance.advance(76 * DAY_MS);
      await round();
      const warning = "api_key.expiring expiry 14";
      assert.deepEqual(await newsOf(maker), [warning]);
      assert.deepEqual(await newsOf(owner), [warning, warning]);
      assert.deepEqual([...(await newsOf(former)), ...(await newsOf(member))], []);
      instance.advance(14 * DAY_MS);
      await round();
      assert.deepEqual(await newsOf(maker), ["api_key.expired expiry -"]);
    });

    it("an API key that a change of the policy ends is announced at once", async () => {
      const { owner, organization } = await fixture();
      const session = await browserOf(owner, organization);
      await session.post(`/api/organizations/${organization.id}/api-keys`, { name: "deploy", role: "member" });
      instance.advance(40 * DAY_MS);
      await setPolicy({ owner, organization }, { maxLifetimeDays: 30 });
      await round();
      assert.deepEqual(await newsOf(owner), ["api_key.expired policy_lifetime -"]);
    });

    it("an email of a warning says what is true when it is sent, and is not sent when nothing is", async () => {
      const { owner, organization } = await fixture();
      const token = await mint(owner, organization, 90);
      instance.advance(76 * DAY_MS);
      await round();
      const [notice] = (await noticesOf(instance, owner)).filter(({ kind }) => kind === "token.expiring");
      assert.ok(notice);
      const { currentNotice } = await import("../../src/use-cases/notice/ends.ts");
      const { store, clock } = instance.deps;
      const current = () => store.transaction((tx) => currentNotice(instance.deps, tx, notice, clock()));
      instance.advance(4 * DAY_MS);
      assert.equal((await current())?.details.daysLeft, 10);
      await (await browserOf(owner, organization)).delete(`/api/personal-access-tokens/${token.id}`);
      assert.equal(await current(), null);
      assert.deepEqual(await newsOf(owner), [], "a revocation withdraws the warning");
    });
  });
}
