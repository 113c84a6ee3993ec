// The account itself: name, email address, password, sessions, its own audit log; over HTTP, on both engines.
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
import type { Reply } from "../support/client.ts";
import { ENGINES, uniqueName } from "../support/instance.ts";
import { withInstance } from "../support/with-instance.ts";

const NEW_PASSWORD = "tr0ubador & three";

for (const engine of ENGINES) {
  describe(`the account on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });

    const signIn = (email: string, password: string): Promise<Reply> =>
      instance.client().post("/api/sign-in", { email, password });
    const newEmail = (): string => `${uniqueName("changed")}@example.com`;

    describe("name and email address", () => {
      it("changes the name, with before and after in the audit log", async () => {
        const person = await personWithPassword(seed, "Before");
        const session = await seed.session(person);
        const reply = await session.patch("/api/account", { name: "  After  " });
        assert.deepEqual([reply.status, reply.body.name, reply.body.email], [200, "After", person.email]);
        assert.equal((await session.get("/api/session")).body.user.name, "After");
        const [event] = (await session.get("/api/account/audit-events")).body.items;
        assert.deepEqual(
          [event.action, event.details],
          ["user.renamed", { before: { name: "Before" }, after: { name: "After" } }],
        );
      });

      it("records nothing where nothing changes", async () => {
        const person = await personWithPassword(seed);
        const session = await seed.session(person);
        assert.equal((await session.patch("/api/account", { name: person.name, email: person.email })).status, 200);
        assert.equal((await session.patch("/api/account", {})).status, 200);
        assert.deepEqual(await actionsOf(instance, person), []);
      });

      it("changes the address with the password, and the new one is the one to sign in with", async () => {
        const person = await personWithPassword(seed);
        const session = await seed.session(person);
        const email = newEmail();
        const reply = await session.patch("/api/account", { email, password: PASSWORD });
        assert.deepEqual([reply.status, reply.body.email, reply.body.emailVerified], [200, email, false]);
        assert.equal((await signIn(email, PASSWORD)).status, 200);
        assertProblem(await signIn(person.email, PASSWORD), 401, "sign_in_failed");
        const [, event] = (await session.get("/api/account/audit-events")).body.items;
        assert.deepEqual(
          [event.action, event.details],
          ["user.email_changed", { before: { email: person.email }, after: { email } }],
        );
      });

      it("refuses another address without the password, with a wrong one, or when it is taken", async () => {
        const person = await personWithPassword(seed);
        const other = await seed.person();
        const session = await seed.session(person);
        const change = (body: object) => () => session.patch("/api/account", body);
        const email = newEmail();
        const missing = await assertRefused(instance, person, change({ email }), [400, "field_invalid"]);
        assert.equal(missing.body.errors[0].field, "password");
        await assertRefused(instance, person, change({ email, password: WRONG_PASSWORD }), [403, "password_wrong"]);
        const taken = { email: other.email.toUpperCase(), password: PASSWORD, name: "Never" };
        await assertRefused(instance, person, change(taken), [409, "email_taken"]);
        await assertRefused(instance, person, change({ email: "ada", password: PASSWORD }), [400, "email_invalid"]);
        await assertRefused(instance, person, change({ name: "\u200B" }), [400, "name_invalid"]);
        await assertRefused(instance, person, change({ instanceAdmin: true }), [400, "field_unknown"]);
      });
    });

    describe("the password", () => {
      it("changes, and the response comes after the other sessions ended; tokens keep working", async () => {
        const person = await personWithPassword(seed);
        const [session, other] = [await seed.session(person), await seed.session(person)];
        const token = await seed.token(person, person.personal);
        const body = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
        const reply = await session.post("/api/account/password", body);
        assert.deepEqual([reply.status, reply.body], [200, { endedSessions: 1, revokedTokens: 0 }]);
        assertProblem(await other.get("/api/session"), 401, "session_ended");
        assert.equal((await session.get("/api/session")).status, 200);
        assert.equal((await token.client.get("/api/whoami")).status, 200);
        assertProblem(await signIn(person.email, PASSWORD), 401, "sign_in_failed");
        assert.equal((await signIn(person.email, NEW_PASSWORD)).status, 200);
        const actions = await actionsOf(instance, person);
        for (const action of ["user.password_changed", "session.ended"]) assert.ok(actions.includes(action), action);
      });

      it("revokes every token of the user, in all organizations, on request", async () => {
        const owner = await seed.person();
        const person = await personWithPassword(seed);
        const shared = await seed.organization(owner);
        await seed.member(shared, person, "member");
        const session = await seed.session(person);
        const tokens = [await seed.token(person, person.personal), await seed.token(person, shared)];
        const others = await seed.token(owner, shared);
        const reply = await session.post("/api/account/password", {
          currentPassword: PASSWORD,
          newPassword: NEW_PASSWORD,
          revokeTokens: true,
        });
        assert.equal(reply.body.revokedTokens, 2);
        for (const { client } of tokens) assertProblem(await client.get("/api/whoami"), 401, "token_revoked");
        assert.equal((await others.client.get("/api/whoami")).status, 200);
        const [listed] = (await session.get("/api/personal-access-tokens")).body.items;
        assert.deepEqual([listed.state, listed.revokedReason, listed.revokedBy.id], ["revoked", "self", person.id]);
        const { items } = await instance.deps.store.reads.listAuditEvents(
          { organizationId: shared.id, actions: ["pat.revoked"] },
          { limit: 10, after: null },
        );
        assert.deepEqual(
          items.map(({ target }) => target?.id),
          [tokens[1]?.id],
        );
      });

      it("refuses a wrong present password and a weak new one", async () => {
        const person = await personWithPassword(seed);
        const session = await seed.session(person);
        await seed.session(person);
        const change = (body: object) => () => session.post("/api/account/password", body);
        const wrong = { currentPassword: WRONG_PASSWORD, newPassword: NEW_PASSWORD, revokeTokens: true };
        const refused = await assertRefused(instance, person, change(wrong), [403, "password_wrong"]);
        assert.equal(refused.body.errors[0].field, "currentPassword");
        const weak = { currentPassword: PASSWORD, newPassword: person.email };
        const tooWeak = await assertRefused(instance, person, change(weak), [400, "password_weak"]);
        assert.equal(tooWeak.body.errors[0].field, "newPassword");
        await assertRefused(instance, person, change({ newPassword: NEW_PASSWORD }), [400, "field_invalid"]);
      });
    });

    describe("sessions", () => {
      it("are listed with their client and address, and the calling session is marked", async () => {
        const owner = await seed.person();
        const person = await personWithPassword(seed);
        const shared = await seed.organization(owner, "Shared");
        await seed.member(shared, person, "member");
        const older = await seed.session(person);
        const reply = await instance
          .client()
          .with({ "User-Agent": "A browser" })
          .post("/api/sign-in", { email: person.email, password: PASSWORD });
        const current = browserOf(instance, reply);
        await current.put("/api/session/organization", { organizationId: shared.id });
        const { status, body } = await current.get("/api/account/sessions");
        assert.equal(status, 200);
        assert.equal(body.nextCursor, null);
        assert.deepEqual(
          body.items.map((item: { current: boolean; organization: object; userAgent: string; ip: string }) => [
            item.current,
            item.organization,
            item.userAgent,
            item.ip,
          ]),
          [
            [true, { id: shared.id, name: "Shared" }, "A browser", "127.0.0.1"],
            [false, { id: person.personal.id, name: person.name }, null, null],
          ],
        );
        assert.deepEqual((await older.get("/api/account/sessions")).body.items[0].current, false);
        assert.ok(!JSON.stringify(body).includes("hash"));
      });

      it("end one by one, never another person's, and an ended one is unknown", async () => {
        const person = await seed.person();
        const stranger = await seed.person();
        const [session, other] = [await seed.session(person), await seed.session(person)];
        const strangers = await seed.session(stranger);
        const idOf = async (client: typeof session): Promise<string> => (await client.get("/api/session")).body.id;
        const [otherId, strangersId] = [await idOf(other), await idOf(strangers)];
        const end = (id: string) => session.delete(`/api/account/sessions/${id}`);
        const unknown = await assertRefused(instance, person, () => end("ses_none"), [404, "not_found"]);
        const foreign = await assertRefused(instance, stranger, () => end(strangersId), [404, "not_found"]);
        assert.deepEqual({ ...foreign.body, requestId: "" }, { ...unknown.body, requestId: "" });
        assert.equal((await end(otherId)).status, 204);
        assertProblem(await other.get("/api/session"), 401, "session_ended");
        await assertRefused(instance, person, () => end(otherId), [404, "not_found"]);
        assert.deepEqual(await actionsOf(instance, person), ["session.ended"]);
        const own = await end(await idOf(session));
        assert.equal(own.status, 204);
        assert.ok(clearsCookie(own));
        assertProblem(await session.get("/api/session"), 401, "session_ended");
      });

      it("end all at once except the calling session, and the response counts them", async () => {
        const person = await seed.person();
        const [session, ...others] = [
          await seed.session(person),
          await seed.session(person),
          await seed.session(person),
        ];
        const stranger = await seed.session(await seed.person());
        const { status, body } = await session.delete("/api/account/sessions");
        assert.deepEqual([status, body], [200, { endedSessions: 2 }]);
        for (const other of others) assertProblem(await other.get("/api/session"), 401, "session_ended");
        for (const live of [session, stranger]) assert.equal((await live.get("/api/session")).status, 200);
        assert.deepEqual(await actionsOf(instance, person), ["session.ended", "session.ended"]);
        assert.deepEqual((await session.delete("/api/account/sessions")).body, { endedSessions: 0 });
      });
    });

    describe("its audit log", () => {
      it("has the user's own events and those about the user, and nobody else's", async () => {
        const owner = await seed.person();
        const person = await seed.person();
        const shared = await seed.organization(owner);
        const membershipId = await seed.member(shared, person, "member");
        const [ownersSession, session] = [await seed.session(owner, shared), await seed.session(person, shared)];
        await ownersSession.post("/api/personal-access-tokens", { name: "owner's", expiresInDays: 7 });
        await ownersSession.patch(`/api/organizations/${shared.id}/members/${membershipId}`, { role: "viewer" });
        await session.post("/api/personal-access-tokens", { name: "own", expiresInDays: 7 });
        const { status, body } = await session.get("/api/account/audit-events");
        assert.equal(status, 200);
        assert.deepEqual(
          body.items.map((event: { action: string }) => event.action),
          ["pat.created", "member.role_changed"],
        );
        const first = await session.get("/api/account/audit-events?limit=1");
        assert.equal(first.body.items.length, 1);
        const rest = await session.get(`/api/account/audit-events?cursor=${first.body.nextCursor}`);
        assert.deepEqual([...first.body.items, ...rest.body.items], body.items);
        assertProblem(await session.get("/api/account/audit-events?cursor=x"), 400, "cursor_invalid");
      });
    });
  });
}
