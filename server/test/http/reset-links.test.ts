// Links to set a new password that an instance admin or the operator makes: who may, what ends, and who is notified.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { REAUTHENTICATION_MS } from "@mintmark/core";
import { BARE_ENVIRONMENT } from "../../../tests/support/bare-environment.ts";
import { createResetLinkOnHost } from "../../src/use-cases/admin/password-reset.ts";
import {
  actionsOf,
  assertProblem,
  assertRefused,
  PASSWORD,
  personWithPassword,
  WRONG_PASSWORD,
} from "../support/accounts.ts";
import type { Client } from "../support/client.ts";
import { ENGINES } from "../support/instance.ts";
import { type MailStage, prove, startMailStage, tokenOf } from "../support/mail-stage.ts";
import { noticesOf } from "../support/notices.ts";
import type { Person } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

const MINTMARK_SERVER = fileURLToPath(new URL("../../bin/mintmark-server.mjs", import.meta.url));
const RESET = "/api/password/reset";
const NEW_PASSWORD = "a fresh horse for the battery";
const NOBODY = "usr_00000000000000000000000000000000";

for (const engine of ENGINES) {
  describe(`a link to set a password that an instance admin makes, on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });
    const pathOf = ({ id }: { readonly id: string }): string => `/api/admin/users/${id}/reset-link`;
    const reset = (token: string, more: object = {}) =>
      instance.client().post(RESET, { token, password: NEW_PASSWORD, ...more });
    const signIn = (email: string, password: string) => instance.client().post("/api/sign-in", { email, password });

    async function anAdmin(): Promise<{ admin: Person; session: Client }> {
      const admin = await personWithPassword(seed, undefined, { instanceAdmin: true });
      return { admin, session: await seed.session(admin) };
    }

    /** An instance admin, a person, and the token of the link that the one made for the other. */
    async function handed() {
      const { admin, session } = await anAdmin();
      const person = await personWithPassword(seed);
      const made = await session.post(pathOf(person));
      assert.equal(made.status, 201, JSON.stringify(made.body));
      return { admin, session, person, made, token: tokenOf(made) };
    }

    it("sets the password once, within an hour, and ends all sessions; tokens stay; the address stays unproved", async () => {
      const { admin, session, person, made, token } = await handed();
      assert.ok(made.body.url.startsWith(`${instance.url}/reset-password#token=`));
      assert.equal(Date.parse(made.body.expiresAt) - instance.deps.clock() <= 3_600_000, true);
      const browser = await seed.session(person);
      const program = await seed.token(person, person.personal);
      const set = await reset(token);
      assert.deepEqual([set.status, set.body], [200, { endedSessions: 1, revokedTokens: 0, ended: null }]);
      assertProblem(await browser.get("/api/session"), 401, "session_ended");
      assert.equal((await program.client.get("/api/whoami")).status, 200);
      assert.equal((await signIn(person.email, PASSWORD)).status, 401);
      const signedIn = await signIn(person.email, NEW_PASSWORD);
      assert.deepEqual([signedIn.status, signedIn.body.user.emailVerified], [200, false]);
      await assertRefused(instance, person, () => reset(token, { password: PASSWORD }), [410, "link_invalid"]);
      const events = await session.get(`/api/admin/audit-events?actor=${admin.id}&action=user.reset_link_created`);
      assert.deepEqual([events.body.items[0].target.id, events.body.items[0].actor.id], [person.id, admin.id]);
      assert.ok(!JSON.stringify(events.body).includes(token), "the event holds no link");
    });

    it("is seen by the person: in their own log and in a notice that names the maker", async () => {
      const { admin, person, token } = await handed();
      assert.deepEqual(await actionsOf(instance, person), ["user.reset_link_created"]);
      const [notice, ...others] = await noticesOf(instance, person);
      assert.deepEqual([notice?.kind, notice?.details.by?.id, others.length], ["account.reset_link", admin.id, 0]);
      assert.ok(!JSON.stringify(notice).includes(token), "the notice holds no link");
      await reset(token);
      // Who signs in with the new password finds the notice unread.
      const { headers } = await signIn(person.email, NEW_PASSWORD);
      const cookie = headers.getSetCookie()[0]?.split(";")[0] ?? assert.fail();
      assert.equal((await instance.client().withCookie(cookie).get("/api/notices")).body.unread, 1);
    });

    it("ends the person's earlier links", async () => {
      const { session, person, token: first } = await handed();
      const second = tokenOf(await session.post(pathOf(person)));
      await assertRefused(instance, person, () => reset(first), [410, "link_invalid"]);
      assert.equal((await reset(second)).status, 200);
    });

    it("a change of the password ends it", async () => {
      const { person, token } = await handed();
      const change = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
      assert.equal((await (await seed.session(person)).post("/api/account/password", change)).status, 200);
      await assertRefused(instance, person, () => reset(token), [410, "link_invalid"]);
    });

    it("a suspension of the person ends it, also after the reinstatement", async () => {
      const { session, person, token } = await handed();
      for (const change of ["suspend", "reinstate"])
        assert.equal((await session.post(`/api/admin/users/${person.id}/${change}`)).status, 200);
      await assertRefused(instance, person, () => reset(token), [410, "link_invalid"]);
    });

    it("is worth nothing once its maker is dismissed or suspended, or the person is an instance admin", async () => {
      const { session: other } = await anAdmin();
      for (const [path, body] of [
        ["", { instanceAdmin: false }],
        ["/suspend", null],
      ] as const) {
        const { admin, person, token } = await handed();
        const at = `/api/admin/users/${admin.id}${path}`;
        assert.equal((await (body === null ? other.post(at) : other.patch(at, body))).status, 200);
        await assertRefused(instance, person, () => reset(token), [410, "link_invalid"]);
      }
      const { person, token } = await handed();
      await other.patch(`/api/admin/users/${person.id}`, { instanceAdmin: true });
      await assertRefused(instance, person, () => reset(token), [410, "link_invalid"]);
    });

    it("is refused for instance admins, oneself included, for suspended, deleted and unknown people", async () => {
      const { admin, session } = await anAdmin();
      const { admin: other } = await anAdmin();
      for (const target of [admin, other])
        await assertRefused(instance, target, () => session.post(pathOf(target)), [409, "instance_admin_protected"]);
      const asleep = await personWithPassword(seed);
      await session.post(`/api/admin/users/${asleep.id}/suspend`);
      await assertRefused(instance, asleep, () => session.post(pathOf(asleep)), [409, "person_suspended"]);
      const gone = await personWithPassword(seed);
      await (await seed.session(gone)).delete("/api/account", { password: PASSWORD });
      for (const id of [gone.id, NOBODY]) assertProblem(await session.post(pathOf({ id })), 404, "not_found");
    });

    it("is refused without a recent password, to everybody else, and beyond 30 in an hour", async () => {
      const { admin, session } = await anAdmin();
      const person = await personWithPassword(seed);
      const stale = await seed.session(admin, admin.personal, REAUTHENTICATION_MS + 1000);
      const make = (by: Client) => () => by.post(pathOf(person));
      await assertRefused(instance, person, make(stale), [403, "reauthentication_required"]);
      const own = await seed.session(person);
      await assertRefused(instance, person, make(own), [403, "instance_admin_required"]);
      await assertRefused(instance, person, make(instance.client()), [401, "credentials_missing"]);
      for (let count = 0; count < 30; count++) assert.equal((await make(session)()).status, 201);
      await assertRefused(instance, person, make(session), [429, "rate_limited"]);
    });

    it("the command on the host prints one, with the base URL of the instance", async () => {
      const { admin } = await anAdmin();
      const env = {
        ...BARE_ENVIRONMENT,
        MINTMARK_DATA: join(instance.folder, "mintmark.db"),
        ...(instance.databaseUrl === null ? {} : { DATABASE_URL: instance.databaseUrl }),
        MINTMARK_BASE_URL: "https://tokens.example.com",
      };
      const args = [MINTMARK_SERVER, "password-reset", admin.email, "--json"];
      const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env });
      assert.equal(stderr, "");
      const { url, email } = JSON.parse(stdout);
      assert.equal(email, admin.email);
      const [page, token = ""] = url.split("#token=");
      assert.equal(page, "https://tokens.example.com/reset-password");
      assert.equal((await noticesOf(instance, admin)).length, 1);
      assert.equal((await reset(token)).status, 200);
    });

    it("the host makes one for everybody, instance admins included", async () => {
      const { admin } = await anAdmin();
      const { link } =
        (await createResetLinkOnHost(instance.deps, { email: admin.email.toUpperCase() })) ?? assert.fail();
      const [notice] = await noticesOf(instance, admin);
      assert.deepEqual(notice?.details.by, { kind: "system", id: "host", name: "The operator" });
      assertProblem(await reset(link.expose(), { password: "short" }), 400, "password_weak");
      assert.equal((await reset(link.expose())).status, 200);
      assert.equal((await signIn(admin.email, WRONG_PASSWORD)).status, 401);
      assert.equal((await signIn(admin.email, NEW_PASSWORD)).status, 200);
      assert.equal(await createResetLinkOnHost(instance.deps, { email: "nobody@example.com" }), null);
    });
  });
}

describe("a link to set a password that was handed over, with mail", () => {
  let stage: MailStage;
  before(async () => {
    stage = await startMailStage();
  });
  after(() => stage.close());

  it("the person gets an email when it is made and one when it is used, and no earlier mailed link works", async () => {
    const { instance, seed, mail } = stage;
    const session = await seed.session(await personWithPassword(seed, "Grace", { instanceAdmin: true }));
    const person = await personWithPassword(seed);
    await prove(stage, person);
    await instance.client().post("/api/password/forgot", { email: person.email });
    const mailed = await stage.tokenTo(person.email, "/reset-password");
    const made = await session.post(`/api/admin/users/${person.id}/reset-link`);
    const reset = (token: string) => instance.client().post(RESET, { token, password: NEW_PASSWORD });
    await assertRefused(instance, person, () => reset(mailed), [410, "link_invalid"]);
    const told = await mail.letterTo(person.email, 1);
    assert.match(told.text ?? "", /“Grace” made a link to set a new password/);
    assert.ok(!told.text?.includes(tokenOf(made)));
    assert.equal((await reset(tokenOf(made))).status, 200);
    const changed = await mail.letterTo(person.email, 2);
    assert.match(changed.text?.replaceAll(/\s+/g, " ") ?? "", /with a link that an instance admin made/);
  });
});
