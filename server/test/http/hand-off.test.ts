// The link of a hand-off and its session: one redemption, one membership, one hour. On both engines.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { forgetOldHandOffs } from "../../src/use-cases/hand-off/redeem.ts";
import { assertProblem, browserOf, clearsCookie } from "../support/accounts.ts";
import type { Client, Reply } from "../support/client.ts";
import { ENGINES } from "../support/instance.ts";
import type { Person, SeededOrganization } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

const MINUTE = 60_000;
const REDEEM = "/api/hand-offs/redeem";
const TOKENS = "/api/personal-access-tokens";
const SESSION = "/api/session/if-any";

for (const engine of ENGINES) {
  describe(`hand-offs on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });

    const redeem = (code: string, client = instance.client(), more = {}): Promise<Reply> =>
      client.post(REDEEM, { code, ...more });
    const isOpen = async (client: Client): Promise<boolean> => (await client.get(SESSION)).body.session !== null;
    const sessionsOf = async ({ id }: Person): Promise<number> =>
      (await instance.deps.store.reads.listSessions(id, instance.deps.clock())).length;
    async function member(
      role = "member",
    ): Promise<{ person: Person; organization: SeededOrganization; boss: Person }> {
      const [boss, person] = [await seed.person(), await seed.person()];
      const organization = await seed.organization(boss);
      await seed.member(organization, person, role);
      return { person, organization, boss };
    }

    it("opens one session at the page that the host named", async () => {
      const { person, organization } = await member();
      const returnUrl = "https://shop.example/settings";
      const { code, id } = await seed.handOff(person, organization, { page: "connect", returnUrl });
      const reply = await redeem(code);
      assert.equal(reply.status, 200, JSON.stringify(reply.body));
      assert.equal(reply.body.to, "/connect");
      const { session } = (await browserOf(instance, reply).get(SESSION)).body;
      assert.deepEqual(session.handOff, { id, page: "connect", returnUrl });
      assert.deepEqual(session.organizations, [session.organization]);
      assert.deepEqual(
        [session.user.id, session.organization.id, session.organizationCount, session.organizationsNextCursor],
        [person.id, organization.id, 1, null],
      );
      assert.ok(Math.abs(Date.parse(session.expiresAt) - instance.deps.clock() - 60 * MINUTE) < MINUTE);
      const events = await instance.deps.store.reads.listAuditEvents(
        { concerning: person.id, organizationId: organization.id },
        { limit: 1, after: null },
      );
      assert.deepEqual(
        events.items.map(({ action, actor, via }) => [action, actor.id, via?.id]),
        [["hand_off.redeemed", person.id, id]],
      );
      const to = "/cli/authorize?code_challenge=x";
      const { code: other } = await seed.handOff(person, organization, { page: "device", returnTo: to });
      assert.equal((await redeem(other)).body.to, to);
    });

    it("works once: of many redemptions at once one succeeds, and a replay opens nothing", async () => {
      const { person, organization } = await member();
      const { code } = await seed.handOff(person, organization);
      const replies = await Promise.all(Array.from({ length: 8 }, () => redeem(code)));
      const [won, ...others] = replies.toSorted((a, b) => a.status - b.status);
      assert.equal(won?.status, 200);
      for (const reply of [...others, await redeem(code)]) {
        assertProblem(reply, 410, "hand_off_invalid");
        assert.deepEqual(reply.headers.getSetCookie(), []);
      }
      assert.equal(await sessionsOf(person), 1);
    });

    it("is refused alike for an unknown, malformed, used, expired and ended link, and for a person who may not come in", async () => {
      const { person, organization } = await member();
      const { store, clock } = instance.deps;
      const code = async (): Promise<string> => (await seed.handOff(person, organization)).code;
      const used = await code();
      await redeem(used);
      const expired = await code();
      instance.advance(MINUTE);
      const ended = await seed.handOff(person, organization);
      await store.transaction((tx) => tx.endHandOff(ended.id, clock()));
      const [suspended, removed] = [await member(), await member()];
      const late = [
        (await seed.handOff(suspended.person, suspended.organization)).code,
        (await seed.handOff(removed.person, removed.organization)).code,
        (await seed.handOff(await seed.person("admin", { instanceAdmin: true }), organization).catch(() => ended)).code,
      ];
      await store.transaction(async (tx) => {
        await tx.suspendUser(suspended.person.id, clock(), "admin");
        const gone = await tx.findMembership(removed.organization.id, removed.person.id);
        await tx.endMembership(gone?.id ?? assert.fail(), clock(), "admin");
      });
      const before = await sessionsOf(person);
      const replies = [];
      for (const text of ["0".repeat(64), "", "x", used.toUpperCase(), used, expired, ended.code, ...late]) {
        const reply = await redeem(text);
        assertProblem(reply, 410, "hand_off_invalid");
        replies.push({ ...reply.body, requestId: "" });
        assertProblem(await instance.client().post("/api/hand-offs/preview", { code: text }), 410, "hand_off_invalid");
      }
      for (const reply of replies) assert.deepEqual(reply, replies[0]);
      assert.equal(await sessionsOf(person), before);
    });

    it("shows whom a link is for without using it up", async () => {
      const { person, organization } = await member();
      const { code } = await seed.handOff(person, organization, { page: "audit" });
      const { body } = await instance.client().post("/api/hand-offs/preview", { code });
      assert.deepEqual([body.user.id, body.organization.id, body.page], [person.id, organization.id, "audit"]);
      assert.equal((await redeem(code)).status, 200);
    });

    it("reaches the tokens and events of one membership", async () => {
      const { person, organization } = await member();
      const other = await seed.organization(person);
      const elsewhere = await seed.token(person, other);
      const { store, clock } = instance.deps;
      const earlier = await seed.token(person, organization);
      await store.transaction(async (tx) => {
        const old = await tx.findMembership(organization.id, person.id);
        await tx.endMembership(old?.id ?? assert.fail(), clock(), "boss");
      });
      await seed.member(organization, person, "member");
      const own = await seed.token(person, organization);
      const { client } = await seed.handedOff(person, organization);
      const { body } = await client.get(TOKENS);
      assert.deepEqual(
        body.items.map(({ id }: { id: string }) => id),
        [own.id],
      );
      const uses = await client.get(`${TOKENS}/usage?ids=${[own.id, elsewhere.id, earlier.id].join(",")}`);
      assert.deepEqual(
        uses.body.items.map(({ id }: { id: string }) => id),
        [own.id],
      );
      for (const { id } of [elsewhere, earlier]) {
        const path = `${TOKENS}/${id}`;
        const attempts = [
          client.get(path),
          client.get(`${path}/usage`),
          client.patch(path, { name: "taken" }),
          client.delete(path),
          client.post(`${path}/replace`),
          client.post(`${path}/dismiss`),
        ];
        for (const reply of await Promise.all(attempts)) assertProblem(reply, 404, "not_found");
      }
      const mint = (organizationId?: string): Promise<Reply> =>
        client.post(TOKENS, { name: "CLI", expiresInDays: 7, organizationId });
      assertProblem(await mint(other.id), 404, "not_found");
      assertProblem(await mint(person.personal.id), 404, "not_found");
      const minted = await mint();
      assert.equal(minted.body.token.organization.id, organization.id);
      const rules = (id: string): Promise<Reply> => client.get(`/api/organizations/${id}/token-policy/minting`);
      assert.deepEqual([(await rules(organization.id)).status, (await rules(other.id)).status], [200, 404]);
      const { items } = (await client.get(`/api/account/audit-events?organization=${other.id}`)).body;
      assert.ok(items.length > 0);
      for (const event of items) assert.equal(event.organizationId, organization.id);
      const created = items.find(({ action }: { action: string }) => action === "pat.created");
      assert.equal(created.via.kind, "hand_off");
      assertProblem(await client.get("/api/organizations"), 403, "hand_off_session_limited");
      assert.equal((await client.delete(`${TOKENS}/${own.id}`)).body.revoked, true);
      const out = await client.post("/api/sign-out");
      assert.ok(clearsCookie(out));
      assert.equal(await isOpen(client), false);
    });

    it("ends with the membership, the user, the organization, the hand-off, and after an hour", async () => {
      const { store, clock } = instance.deps;
      const ends: Record<string, (at: Awaited<ReturnType<typeof member>> & { id: string }) => Promise<unknown>> = {
        removed: ({ boss, organization, person }) => act(boss, organization, person, "delete", ""),
        left: async ({ person, organization }) => {
          const session = await seed.session(person, organization);
          return act(person, organization, person, "delete", "", session);
        },
        "user suspended": ({ person }) => store.transaction((tx) => tx.suspendUser(person.id, clock(), "admin")),
        "organization deleted": ({ organization }) =>
          store.transaction((tx) => tx.deleteOrganization(organization.id, clock(), "owner")),
        appointed: ({ person }) => store.transaction((tx) => tx.appointInstanceAdmin(person.id, clock())),
        ended: ({ id }) => store.transaction((tx) => tx.endHandOff(id as never, clock())),
        "an hour": async () => instance.advance(60 * MINUTE),
      };
      for (const [name, end] of Object.entries(ends)) {
        const setting = await member();
        const { client, id } = await seed.handedOff(setting.person, setting.organization);
        assert.ok(await isOpen(client), name);
        await end({ ...setting, id });
        assert.equal(await isOpen(client), false, name);
        assertProblem(await client.post(TOKENS, { name: "late", expiresInDays: 7 }), 401, "session_ended");
        if (name !== "left" && name !== "user suspended") assert.equal(await sessionsOf(setting.person), 0, name);
      }
    });

    async function act(
      actor: Person,
      organization: SeededOrganization,
      of: Person,
      verb: "delete" | "post",
      path: string,
      client?: Client,
    ): Promise<void> {
      const membership = await instance.deps.store.reads.findMembership(organization.id, of.id);
      const session = client ?? (await seed.session(actor, organization));
      const reply = await session[verb](`/api/organizations/${organization.id}/members/${membership?.id}${path}`);
      assert.ok(reply.status < 300, JSON.stringify(reply.body));
    }

    it("opens a framed page by a token of 15 minutes, without a cookie", async () => {
      const { person, organization } = await member();
      const cookie = await seed.session(person, organization);
      const open = async (client: Client): Promise<Reply> =>
        client.post(REDEEM, { code: (await seed.handOff(person, organization)).code, as: "page-token" });
      const reply = await open(cookie);
      assert.deepEqual([reply.status, reply.headers.getSetCookie()], [200, []]);
      assert.match(reply.body.pageToken, /^mm_emb_[0-9a-f]{48}$/);
      assert.ok(await isOpen(cookie));
      const page = instance.client().withBearer(reply.body.pageToken);
      assert.equal((await page.get("/api/session")).body.handOff.id, reply.body.session.handOff.id);
      assert.equal((await page.post(TOKENS, { name: "framed", expiresInDays: 7 })).status, 201);
      assertProblem(await page.get("/api/organizations"), 403, "hand_off_session_limited");
      // The cookie of the same text opens nothing.
      assert.equal(await isOpen(instance.client().withCookie(`mintmark_session=${reply.body.pageToken}`)), false);
      const next = await open(page);
      assert.equal(next.status, 200);
      assertProblem(await page.get("/api/session"), 401, "session_ended");
      instance.advance(15 * MINUTE);
      const last = instance.client().withBearer(next.body.pageToken);
      assertProblem(await last.get("/api/session"), 401, "session_ended");
      assert.ok(!instance.log.join("").includes(next.body.pageToken));
    });

    it("is refused while the membership is suspended", async () => {
      const { person, organization, boss } = await member();
      const { client } = await seed.handedOff(person, organization);
      await act(boss, organization, person, "post", "/suspend");
      assertProblem(await client.get("/api/session"), 401, "session_ended");
      await act(boss, organization, person, "post", "/reinstate");
      assert.ok(await isOpen(client));
    });

    it("takes the place of another session only when the person agrees (login CSRF)", async () => {
      const { person, organization } = await member();
      const attacker = await member();
      const attack = async (): Promise<string> =>
        (await seed.handOff(attacker.person, attacker.organization, { page: "device" })).code;
      const victims = [
        await seed.session(person, organization),
        (await seed.handedOff(person, organization)).client,
        // Also for the same person, whose sign-in reaches more.
        await seed.session(attacker.person, attacker.organization),
      ];
      for (const victim of victims) {
        const code = await attack();
        const reply = await redeem(code, victim);
        assertProblem(reply, 409, "hand_off_other_session");
        assert.deepEqual(reply.headers.getSetCookie(), []);
        assert.ok(await isOpen(victim));
        const agreed = await redeem(code, victim, { replaceSession: true });
        assert.equal(agreed.body.session.user.id, attacker.person.id);
        assert.equal(await isOpen(victim), false);
      }
      // Another site can send no request at all.
      for (const headers of [{ "Sec-Fetch-Site": "cross-site" }, { Origin: "https://evil.example" }])
        assertProblem(await redeem(await attack(), instance.client().with(headers)), 403, "cross_site_request");
      // A fresh hand-off of the same person replaces the last one at once.
      const { client } = await seed.handedOff(person, organization);
      const { code } = await seed.handOff(person, organization);
      assert.equal((await redeem(code, client)).status, 200);
      assert.equal(await isOpen(client), false);
    });

    it("allows what needs a recent proof for 15 minutes after the host's, and never without one", async () => {
      const { person, organization } = await member();
      const forever = (client: Client): Promise<Reply> => client.post(TOKENS, { name: "forever" });
      const unknown = await seed.handedOff(person, organization, { authenticatedAt: null });
      assertProblem(await forever(unknown.client), 403, "reauthentication_required");
      const authenticatedAt = instance.deps.clock() - 14 * MINUTE;
      const { client } = await seed.handedOff(person, organization, { authenticatedAt });
      assert.equal((await forever(client)).status, 201);
      instance.advance(2 * MINUTE);
      assertProblem(await forever(client), 403, "reauthentication_required");
      assertProblem(
        await client.post("/api/session/reauthenticate", { password: "x" }),
        403,
        "hand_off_session_limited",
      );
    });

    it("keeps 20 sessions of a person, and no sign-in makes room for them", async () => {
      const { person, organization } = await member();
      const session = await seed.session(person, organization);
      const first = await seed.handedOff(person, organization);
      for (let more = 0; more < 20; more++) await seed.handedOff(person, organization);
      assert.equal(await isOpen(first.client), false);
      assert.ok(await isOpen(session));
      assert.equal(await sessionsOf(person), 21);
    });

    it("is deleted after a day, with its session, and its code is nowhere", async () => {
      const { person, organization } = await member();
      const { id, code, client } = await seed.handedOff(person, organization);
      const { reads } = instance.deps.store;
      assert.ok(!instance.log.join("").includes(code));
      instance.advance(23 * 60 * MINUTE);
      await forgetOldHandOffs(instance.deps);
      assert.notEqual(await reads.findHandOff(id), null);
      instance.advance(61 * MINUTE);
      await forgetOldHandOffs(instance.deps);
      assert.equal(await reads.findHandOff(id), null);
      assert.equal(await isOpen(client), false);
    });
  });
}
