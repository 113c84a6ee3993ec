// Signing in and out, and the use of a session: over HTTP, on both engines.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  actionsOf,
  assertProblem,
  assertRefused,
  browserOf,
  clearsCookie,
  PASSWORD,
  personWithPassword,
  WRONG_PASSWORD,
} from "../support/accounts.ts";
import type { Client, Reply } from "../support/client.ts";
import { ENGINES, uniqueName } from "../support/instance.ts";
import type { Person } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;

for (const engine of ENGINES) {
  describe(`sessions on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });

    const signIn = (email: string, password: string): Promise<Reply> =>
      instance.client().post("/api/sign-in", { email, password });
    async function browser(person: Person): Promise<Client> {
      const reply = await signIn(person.email, PASSWORD);
      assert.equal(reply.status, 200, JSON.stringify(reply.body));
      return browserOf(instance, reply);
    }
    const suspend = (person: Person) =>
      instance.deps.store.transaction((tx) => tx.suspendUser(person.id, instance.deps.clock(), "usr_admin"));

    it("is null, and no error, where there may be none; a token gets none", async () => {
      const path = "/api/session/if-any";
      const person = await personWithPassword(seed);
      const client = await browser(person);
      assert.equal((await client.get(path)).body.session.user.id, person.id);
      await client.post("/api/sign-out");
      for (const none of [client, instance.client()]) {
        const reply = await none.get(path);
        assert.deepEqual([reply.status, reply.body], [200, { session: null }]);
      }
      const token = await seed.token(person, person.personal);
      assertProblem(await token.client.get(path), 403, "session_required");
      assertProblem(await instance.client().withBearer("nothing").get(path), 401, "token_malformed");
    });

    describe("sign in", () => {
      it("returns the session and sets its cookie", async () => {
        const person = await personWithPassword(seed);
        const reply = await signIn(person.email, PASSWORD);
        assert.equal(reply.status, 200);
        const { user, organization, authenticatedAt, reauthenticateBy, expiresAt } = reply.body;
        assert.deepEqual([user.id, user.email, user.instanceAdmin], [person.id, person.email, false]);
        assert.equal(organization.id, person.personal.id);
        assert.equal(Date.parse(reauthenticateBy) - Date.parse(authenticatedAt), 15 * MINUTE);
        assert.equal(Date.parse(expiresAt) - Date.parse(authenticatedAt), 30 * DAY);
        const session = await browserOf(instance, reply).get("/api/session");
        assert.equal(session.body.id, reply.body.id);
        assert.deepEqual(await actionsOf(instance, person), ["session.created"]);
        const { items } = await instance.deps.store.reads.listAuditEvents(
          { concerning: person.id },
          { limit: 1, after: null },
        );
        assert.deepEqual(items[0]?.details, { method: "password" });
      });

      it("takes the address in any case and with spaces around it", async () => {
        const person = await personWithPassword(seed);
        assert.equal((await signIn(`  ${person.email.toUpperCase()} `, PASSWORD)).status, 200);
      });

      it("returns the same for an unknown address, a wrong password and a suspended account", async () => {
        const person = await personWithPassword(seed);
        const suspended = await personWithPassword(seed);
        await suspend(suspended);
        const replies = [
          await signIn(person.email, WRONG_PASSWORD),
          await signIn(`${uniqueName("none")}@example.com`, PASSWORD),
          await signIn("not an address", PASSWORD),
          await signIn("", ""),
          await signIn(suspended.email, PASSWORD),
          await signIn(suspended.email, WRONG_PASSWORD),
        ];
        for (const reply of replies) {
          assertProblem(reply, 401, "sign_in_failed");
          assert.deepEqual(reply.headers.getSetCookie(), []);
        }
        const bodies = new Set(replies.map(({ body }) => JSON.stringify({ ...body, requestId: "" })));
        assert.equal(bodies.size, 1);
        const headers = new Set(replies.map((reply) => [...reply.headers.keys()].toSorted().join()));
        assert.equal(headers.size, 1);
        const { sessions } = { sessions: await instance.deps.store.reads.listSessions(suspended.id, 0) };
        assert.deepEqual(sessions, []);
      });

      it("refuses further tries after five failures, and says for how long", async () => {
        const person = await personWithPassword(seed);
        for (let i = 0; i < 5; i++) assertProblem(await signIn(person.email, WRONG_PASSWORD), 401, "sign_in_failed");
        const reply = await signIn(person.email, PASSWORD);
        assertProblem(reply, 429, "rate_limited");
        assert.equal(reply.headers.get("retry-after"), "1");
        assert.equal(reply.headers.get("ratelimit"), '"sign-in";r=0;t=1');
        assert.equal(reply.headers.get("ratelimit-policy"), '"sign-in";q=5;w=3600');
        instance.advance(1000);
        assert.equal((await signIn(person.email, PASSWORD)).status, 200);
      });

      it("starts in the organization of the newest session, else in a shared one, never where the person is suspended", async () => {
        const owner = await seed.person();
        const person = await personWithPassword(seed);
        const suspendedIn = await seed.organization(owner, "A suspended one");
        const membershipId = await seed.member(suspendedIn, person, "member");
        await instance.deps.store.transaction((tx) =>
          tx.suspendMembership(membershipId, instance.deps.clock(), owner.id),
        );
        assert.equal((await signIn(person.email, PASSWORD)).body.organization.id, person.personal.id);
        const first = await seed.organization(owner, "B first");
        await seed.member(first, person, "member");
        const second = await seed.organization(owner, "C second");
        await seed.member(second, person, "viewer");
        const session = await browser(person);
        // The newest session is in the personal organization, so that is where people expect to be.
        assert.equal((await session.get("/api/session")).body.organization.id, person.personal.id);
        await session.put("/api/session/organization", { organizationId: second.id });
        const again = await signIn(person.email, PASSWORD);
        assert.equal(again.body.organization.id, second.id);
        await browserOf(instance, again).delete("/api/account/sessions");
        await browserOf(instance, again).post("/api/sign-out");
        assert.equal((await signIn(person.email, PASSWORD)).body.organization.id, first.id);
      });

      it("refuses a body that another site sent, and one with unknown fields", async () => {
        const person = await personWithPassword(seed);
        const body = { email: person.email, password: PASSWORD };
        const crossSite = instance.client().with({ "Sec-Fetch-Site": "cross-site" });
        await assertRefused(instance, person, () => crossSite.post("/api/sign-in", body), [403, "cross_site_request"]);
        const more = { ...body, remember: true };
        await assertRefused(instance, person, () => instance.client().post("/api/sign-in", more), [
          400,
          "field_unknown",
        ]);
      });
    });

    describe("sign out", () => {
      it("ends the session before the response, and clears the cookie", async () => {
        const person = await personWithPassword(seed);
        const session = await browser(person);
        const other = await browser(person);
        const reply = await session.post("/api/sign-out");
        assert.equal(reply.status, 204);
        assert.ok(clearsCookie(reply));
        assertProblem(await session.get("/api/session"), 401, "session_ended");
        assert.equal((await other.get("/api/session")).status, 200);
        assert.equal((await actionsOf(instance, person))[0], "session.ended");
      });

      it("needs a session", async () => {
        assertProblem(await instance.client().post("/api/sign-out"), 401, "credentials_missing");
      });
    });

    describe("a session", () => {
      it("shows every organization with the present role there", async () => {
        const owner = await seed.person();
        const person = await seed.person();
        const shared = await seed.organization(owner, "Shared");
        const membershipId = await seed.member(shared, person, "member");
        const session = await seed.session(person, shared);
        const { body } = await session.get("/api/session");
        assert.deepEqual(
          body.organizations.map((entry: { id: string; role: string; state: string }) => [
            entry.id,
            entry.role,
            entry.state,
          ]),
          [
            [person.personal.id, "owner", "active"],
            [shared.id, "member", "active"],
          ],
        );
        assert.equal(body.organization.membershipId, membershipId);
        assert.deepEqual(body.organization.permissions, instance.deps.catalogue.permissionsOf("member"));
        await instance.deps.store.transaction((tx) => tx.setMemberRole(membershipId, "viewer"));
        const later = await session.get("/api/session");
        assert.deepEqual(later.body.organization.permissions, instance.deps.catalogue.permissionsOf("viewer"));
      });

      it("ends 30 days after sign-in, 14 days after it was last used, and with its user's suspension", async () => {
        const person = await seed.person();
        const { store, clock } = instance.deps;
        const idle = await seed.session(person);
        await store.transaction(async (tx) => {
          const [session] = await tx.listSessions(person.id, clock());
          assert.ok(session !== undefined);
          assert.equal(session.lastSeenAt, session.createdAt);
        });
        const aged = await seed.session(person, person.personal, 14 * DAY);
        assertProblem(await aged.get("/api/session"), 401, "session_ended");
        assert.equal((await idle.get("/api/session")).status, 200);
        await suspend(person);
        assertProblem(await idle.get("/api/session"), 401, "session_ended");
      });

      it("is found by its cookie: without one, and with an invented one, the caller gets no session", async () => {
        assertProblem(await instance.client().get("/api/session"), 401, "credentials_missing");
        const madeUp = instance.client().withCookie(`mintmark_session=${"0".repeat(64)}`);
        assertProblem(await madeUp.get("/api/session"), 401, "session_ended");
      });
    });

    describe("switch organization", () => {
      it("moves this session and no other", async () => {
        const owner = await seed.person();
        const person = await seed.person();
        const shared = await seed.organization(owner);
        await seed.member(shared, person, "viewer");
        const [session, other] = [await seed.session(person), await seed.session(person)];
        const reply = await session.put("/api/session/organization", { organizationId: shared.id });
        assert.equal(reply.status, 200);
        assert.deepEqual([reply.body.organization.id, reply.body.organization.role], [shared.id, "viewer"]);
        assert.equal((await session.get("/api/session")).body.organization.id, shared.id);
        assert.equal((await other.get("/api/session")).body.organization.id, person.personal.id);
      });

      it("refuses other people's, unknown and deleted organizations with the same response", async () => {
        const owner = await seed.person();
        const person = await seed.person();
        const foreign = await seed.organization(owner);
        const left = await seed.organization(owner);
        const membershipId = await seed.member(left, person, "member");
        const deleted = await seed.organization(owner);
        await seed.member(deleted, person, "member");
        const at = instance.deps.clock();
        await instance.deps.store.transaction(async (tx) => {
          await tx.endMembership(membershipId, at, owner.id);
          await tx.deleteOrganization(deleted.id, at, owner.id);
        });
        const session = await seed.session(person);
        const bodies = new Set<string>();
        for (const organizationId of [
          foreign.id,
          left.id,
          deleted.id,
          owner.personal.id,
          "org_00000000000000000000000000000000",
          "nonsense",
        ]) {
          const reply = await assertRefused(
            instance,
            person,
            () => session.put("/api/session/organization", { organizationId }),
            [404, "not_found"],
          );
          bodies.add(JSON.stringify({ ...reply.body, requestId: "" }));
        }
        assert.equal(bodies.size, 1);
      });

      it("refuses an organization in which the caller is suspended", async () => {
        const owner = await seed.person();
        const person = await seed.person();
        const shared = await seed.organization(owner);
        const membershipId = await seed.member(shared, person, "admin");
        await instance.deps.store.transaction((tx) =>
          tx.suspendMembership(membershipId, instance.deps.clock(), owner.id),
        );
        const session = await seed.session(person);
        await assertRefused(
          instance,
          person,
          () => session.put("/api/session/organization", { organizationId: shared.id }),
          [403, "member_suspended"],
        );
      });
    });

    describe("reauthenticate", () => {
      it("lets this session do operations that need a recent password", async () => {
        const person = await personWithPassword(seed);
        const session = await seed.session(person, person.personal, 20 * MINUTE);
        const mint = () => session.post("/api/personal-access-tokens", { name: "without expiry" });
        assertProblem(await mint(), 403, "reauthentication_required");
        const reply = await session.post("/api/session/reauthenticate", { password: PASSWORD });
        assert.equal(reply.status, 200);
        assert.ok(Date.parse(reply.body.reauthenticateBy) > instance.deps.clock() + 14 * MINUTE);
        assert.equal((await mint()).status, 201);
        assert.ok((await actionsOf(instance, person)).includes("session.reauthenticated"));
      });

      it("refuses a wrong password, and slows down only the session that guesses", async () => {
        const person = await personWithPassword(seed);
        const [stolen, own] = [await seed.session(person), await seed.session(person)];
        const guess = () => stolen.post("/api/session/reauthenticate", { password: WRONG_PASSWORD });
        for (let i = 0; i < 5; i++) await assertRefused(instance, person, guess, [403, "password_wrong"]);
        const refused = await assertRefused(instance, person, guess, [429, "rate_limited"]);
        assert.equal(refused.headers.get("retry-after"), "1");
        const right = { password: PASSWORD };
        assertProblem(await stolen.patch("/api/account", { email: "x@example.com", ...right }), 429, "rate_limited");
        assert.equal((await own.post("/api/session/reauthenticate", right)).status, 200);
        assert.equal((await signIn(person.email, PASSWORD)).status, 200, "signing in is not affected");
        instance.advance(1000);
        assert.equal((await stolen.post("/api/session/reauthenticate", right)).status, 200);
      });
    });
  });
}
