// Logging in from a device that polls (RFC 8628): the device gets what a person approves, once. Every
// other way to get it is refused with the standard's codes and recorded in the audit log.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { actionsOf, assertProblem } from "../support/accounts.ts";
import type { Client } from "../support/client.ts";
import {
  approve,
  approvedDevice,
  assertOAuthError,
  claim,
  poll,
  requestDevice,
  type RequestedDevice,
} from "../support/device-login.ts";
import { ENGINES, startInstance, type TestInstance } from "../support/instance.ts";
import { type Person, Seed, type SeededOrganization } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

const ALL = { limit: 200, after: null };
const MINUTE_MS = 60_000;

for (const engine of ENGINES) {
  describe(`device login on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });
    let ada: Person;
    let acme: SeededOrganization;
    let session: Client;

    before(async () => {
      ada = await seed.person("Ada");
      acme = await seed.organization(ada);
      session = await seed.session(ada, acme);
    });

    async function tokensOf({ id }: Person): Promise<readonly string[]> {
      return (await instance.deps.store.reads.listTokensOfUser(id, null, ALL)).items.map((token) => token.id);
    }
    /** Why attempts were refused, newest first, by the audit log of the person. */
    async function refusalsOf({ id }: Person): Promise<readonly unknown[]> {
      const filter = { concerning: id, actions: ["device.refused"] } as const;
      const { items } = await instance.deps.store.reads.listAuditEvents(filter, ALL);
      return items.map(({ details, outcome }) =>
        [details["reason"], outcome, details["code"]].filter(Boolean).join(" "),
      );
    }
    /** A member of an organization of Ada's. */
    async function member(role = "member"): Promise<{ person: Person; session: Client; membershipId: string }> {
      const person = await seed.person();
      const membershipId = await seed.member(acme, person, role);
      return { person, session: await seed.session(person, acme), membershipId };
    }

    it("gives the device what the person chose, and stores no code", async () => {
      const grace = await member("admin");
      const reply = await instance
        .client()
        .with({ "User-Agent": "Terminal/1" })
        .sendForm("/oauth2/device_authorization", {
          client_id: "x",
          device_name: "\u202e  lap\u0007top\u200b \u{e0041}",
          scope: "everything",
          nonsense: "ignored",
        });
      const { device_code: deviceCode, user_code: userCode, ...rest } = reply.body;
      assert.match(userCode, /^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
      assert.match(deviceCode, /^[0-9a-f]{64}$/);
      assert.deepEqual(rest, { verification_uri: `${instance.url}/device`, expires_in: 600, interval: 5 });
      assert.equal(reply.headers.get("cache-control"), "no-store");
      assertOAuthError(await poll(instance, { deviceCode }), "authorization_pending");

      const typed = ` ${userCode.toLowerCase().replace("-", " ")}`;
      const claimed = await grace.session.post("/api/device/claim", { userCode: typed });
      const { id, requestedAt, expiresAt, ...shown } = claimed.body;
      assert.deepEqual(shown, {
        deviceName: "laptop",
        ip: "127.0.0.1",
        userAgent: "Terminal/1",
        isSameNetwork: true,
      });
      assert.equal(Date.parse(expiresAt) - Date.parse(requestedAt), 10 * MINUTE_MS);
      assert.equal((await grace.session.post("/api/device/claim", { userCode })).body.id, id, "the same session again");
      const approval = await approve(grace.session, id, acme, { name: "Grace's", permissions: ["members:read"] });
      assert.deepEqual([approval.status, approval.body], [200, { returnTo: null }]);
      assert.deepEqual(await tokensOf(grace.person), [], "an approval makes no token");

      const { status, body, headers } = await poll(instance, { deviceCode });
      assert.equal(status, 200);
      assert.equal(headers.get("cache-control"), "no-store");
      const { access_token: secret, expires_in: seconds, ...issued } = body;
      assert.deepEqual(issued, { token_type: "Bearer", scope: "members:read" });
      assert.ok(seconds > 7 * 86_400 - 60 && seconds <= 7 * 86_400);
      const who = (await instance.client().withBearer(secret).get("/api/whoami")).body;
      assert.deepEqual(
        [who.credential.name, who.organization.id, who.user.id, who.permissions],
        ["Grace's", acme.id, grace.person.id, ["members:read"]],
      );
      const actions = (await actionsOf(instance, grace.person)).filter((action) => !action.startsWith("pat.used"));
      assert.deepEqual(actions, ["device.redeemed", "pat.created", "device.approved", "device.requested"]);
      assertNowhere([deviceCode, secret, userCode, userCode.replace("-", "")]);
    });

    /** None of the texts is in the log, and on SQLite none in the database's files. */
    function assertNowhere(texts: readonly string[]): void {
      const files = engine === "sqlite" ? readdirSync(instance.folder) : [];
      const all = [...instance.log, ...files.map((file) => readFileSync(join(instance.folder, file), "latin1"))].join();
      for (const text of texts) assert.ok(!all.includes(text), "a code was stored");
    }

    it("belongs to the session that opened it first", async () => {
      const [grace, mallory] = [await member(), await member()];
      const device = await requestDevice(instance);
      const id = await claim(grace.session, device);
      const another = await seed.session(grace.person, acme);
      for (const stranger of [mallory.session, another]) {
        assertProblem(
          await stranger.post("/api/device/claim", { userCode: device.userCode }),
          409,
          "device_login_claimed",
        );
        assertProblem(await approve(stranger, id, acme), 404, "not_found");
        assertProblem(await stranger.post("/api/device/deny", { id }), 404, "not_found");
      }
      assertProblem(await approve(session, "dvc_none", acme), 404, "not_found");
      assertOAuthError(await poll(instance, device), "authorization_pending");
      assert.deepEqual(await refusalsOf(mallory.person), ["other_session denied"], "once a minute");
      assert.deepEqual(await refusalsOf(grace.person), ["other_session denied"], "the person's audit log has it");
      assert.equal((await approve(grace.session, id, acme)).status, 200);
      assert.equal((await poll(instance, device)).status, 200);
      assert.deepEqual(await tokensOf(mallory.person), []);
    });

    it("cannot be approved by another site, a token, or nobody", async () => {
      const grace = await member();
      const device = await requestDevice(instance);
      const id = await claim(grace.session, device);
      const crossSite = grace.session.with({ "Sec-Fetch-Site": "cross-site" });
      assertProblem(await approve(crossSite, id, acme), 403, "cross_site_request");
      const { client } = await seed.token(grace.person, acme);
      assertProblem(await approve(client, id, acme), 403, "session_required");
      assertProblem(await approve(instance.client(), id, acme), 401, "credentials_missing");
      assertOAuthError(await poll(instance, device), "authorization_pending");
    });

    it("refuses every code of a session after five wrong ones", async () => {
      const mallory = await member();
      const device = await requestDevice(instance);
      for (const userCode of ["BBBB-BBBB", "", "AAAA-AAAA", "BCDFGHJ", "💥"])
        assertProblem(await mallory.session.post("/api/device/claim", { userCode }), 404, "device_code_unknown");
      const limited = await mallory.session.post("/api/device/claim", { userCode: device.userCode });
      assertProblem(limited, 429, "rate_limited");
      assert.ok(Number(limited.headers.get("retry-after")) > 3500);
      // Another session of the same person has five more tries; the person has fifteen.
      for (let index = 0; index < 2; index++) {
        const other = await seed.session(mallory.person, acme);
        for (let guess = 0; guess < 5; guess++) await other.post("/api/device/claim", { userCode: "BBBB-BBBB" });
      }
      const last = await seed.session(mallory.person, acme);
      assertProblem(await last.post("/api/device/claim", { userCode: device.userCode }), 429, "rate_limited");
      assert.equal((await refusalsOf(mallory.person)).length, 15);
      assertOAuthError(await poll(instance, device), "authorization_pending");
      // Other people's wrong codes do not delay a person who types the right one.
      await claim(session, device);
    });

    it("is denied for good", async () => {
      const grace = await member();
      const device = await requestDevice(instance);
      const id = await claim(grace.session, device);
      assert.deepEqual((await grace.session.post("/api/device/deny", { id })).body, { returnTo: null });
      for (let index = 0; index < 2; index++) assertOAuthError(await poll(instance, device), "access_denied");
      assertProblem(await approve(grace.session, id, acme), 410, "device_login_over");
      assertProblem(
        await grace.session.post("/api/device/claim", { userCode: device.userCode }),
        410,
        "device_login_over",
      );
      assert.deepEqual(await actionsOf(instance, grace.person), ["device.denied", "device.requested"]);
      assert.deepEqual(await tokensOf(grace.person), []);
    });

    it("slows down a device that asks too often, by five seconds more each time", async () => {
      const device = await requestDevice(instance);
      const next = async (afterMs: number, error: string): Promise<void> => {
        instance.advance(afterMs);
        assertOAuthError(await poll(instance, device), error);
      };
      await next(0, "authorization_pending");
      await next(5_000, "authorization_pending");
      await next(4_000, "slow_down");
      await next(6_000, "slow_down");
      await next(15_000, "authorization_pending");
      const filter = { actions: ["device.refused"] } as const;
      const tooFast = async () =>
        (await instance.deps.store.reads.listAuditEvents(filter, ALL)).items.filter(
          ({ details }) => details["reason"] === "polled_too_fast",
        ).length;
      assert.equal(await tooFast(), 0, "nobody's log is filled before somebody opens the login");
      const id = await claim(session, device);
      for (let index = 0; index < 2; index++) await next(0, "slow_down");
      assert.equal(await tooFast(), 1);
      await approve(session, id, acme);
      assert.equal((await poll(instance, device)).status, 200, "an approved login is not delayed");
    });

    it("is redeemed once: using the code again revokes the token that it gave", async () => {
      const grace = await member();
      const device = await approvedDevice(instance, grace.session, acme);
      const { access_token: secret } = (await poll(instance, device)).body;
      const token = instance.client().withBearer(secret);
      assert.equal((await token.get("/api/whoami")).status, 200);
      for (let index = 0; index < 2; index++) assertOAuthError(await poll(instance, device), "invalid_grant");
      assertProblem(await token.get("/api/whoami"), 401, "token_revoked");
      assert.equal((await tokensOf(grace.person)).length, 1);
      assert.deepEqual(await refusalsOf(grace.person), ["replayed denied"]);
      assert.ok((await actionsOf(instance, grace.person)).includes("pat.revoked"));
    });

    it("mints for one of several polls at once", async () => {
      const grace = await member();
      const device = await approvedDevice(instance, grace.session, acme);
      const replies = await Promise.all(Array.from({ length: 5 }, () => poll(instance, device)));
      assert.equal(replies.filter(({ status }) => status === 200).length, 1);
      for (const reply of replies) if (reply.status !== 200) assertOAuthError(reply, "invalid_grant");
      assert.equal((await tokensOf(grace.person)).length, 1);
    });

    it("expires after ten minutes, whether it was approved or not", async () => {
      const grace = await member();
      const [asked, approved] = [await requestDevice(instance), await approvedDevice(instance, grace.session, acme)];
      instance.advance(10 * MINUTE_MS);
      for (const device of [asked, approved]) assertOAuthError(await poll(instance, device), "expired_token");
      const { userCode } = asked;
      assertProblem(await grace.session.post("/api/device/claim", { userCode }), 410, "device_login_over");
      assert.deepEqual(await tokensOf(grace.person), []);
      await instance.deps.store.transaction((tx) => tx.forgetDeviceLogins(instance.deps.clock() + 1, 500));
      assertOAuthError(await poll(instance, asked), "invalid_grant");
    });

    /** Changes to the person between approval and poll, and the code of each in the audit log. */
    const TURNS: Readonly<Record<string, (who: Awaited<ReturnType<typeof member>>) => Promise<unknown>>> = {
      session_ended: ({ session: own }) => own.post("/api/sign-out"),
      not_found: async ({ membershipId }) => session.delete(`/api/organizations/${acme.id}/members/${membershipId}`),
      permission_denied: ({ membershipId }) =>
        session.post(`/api/organizations/${acme.id}/members/${membershipId}/suspend`),
      permission_exceeds_role: ({ membershipId }) =>
        session.patch(`/api/organizations/${acme.id}/members/${membershipId}`, { role: "viewer" }),
      policy_lifetime: () => setPolicy({ maxLifetimeDays: 1 }),
      policy_mint: () => setPolicy({ mintableBy: ["owner"] }),
    };
    async function setPolicy(change: object): Promise<void> {
      session = await seed.session(ada, acme);
      const path = `/api/organizations/${acme.id}/token-policy`;
      const { body: policy } = await session.get(path);
      assert.equal((await session.put(path, { ...policy, ...change })).status, 200);
    }

    for (const [code, turn] of Object.entries(TURNS)) {
      it(`gives nothing if the approval no longer holds: ${code}`, async () => {
        const who = await member();
        const permissions = code === "permission_exceeds_role" ? { permissions: ["policy:read"] } : {};
        const device: RequestedDevice = await approvedDevice(instance, who.session, acme, permissions);
        const { body } = await session.get(`/api/organizations/${acme.id}/token-policy`);
        await turn(who);
        for (let index = 0; index < 2; index++) assertOAuthError(await poll(instance, device), "access_denied");
        await setPolicy(body);
        assertOAuthError(await poll(instance, device), "access_denied");
        assert.deepEqual(await tokensOf(who.person), []);
        assert.deepEqual(await refusalsOf(who.person), [`grant_void denied ${code}`]);
      });
    }

    it("gives nothing to a person who left and joined again", async () => {
      const who = await member();
      const device = await approvedDevice(instance, who.session, acme);
      await session.delete(`/api/organizations/${acme.id}/members/${who.membershipId}`);
      await seed.member(acme, who.person, "member");
      assertOAuthError(await poll(instance, device), "access_denied");
      assert.deepEqual(await tokensOf(who.person), []);
    });

    it("follows the rules of minting when it is approved", async () => {
      const grace = await member();
      const stale = await seed.session(grace.person, acme, 16 * MINUTE_MS);
      const id = await claim(stale, await requestDevice(instance));
      const refused = async (token: object, status: number, code: string): Promise<void> =>
        assertProblem(await approve(stale, id, acme, token), status, code);
      await refused({ expiresInDays: null }, 403, "reauthentication_required");
      await refused({ permissions: [] }, 400, "permissions_empty");
      await refused({ permissions: ["organization:delete"] }, 403, "permission_exceeds_role");
      await refused({ name: "\u202e" }, 400, "name_invalid");
      assertProblem(await approve(stale, id, await seed.organization(await seed.person())), 404, "not_found");
      assert.equal((await approve(stale, id, acme)).status, 200, "a refusal leaves it open");
    });
  });
}

describe("the addresses of OAuth", () => {
  let instance: TestInstance;
  before(async () => {
    instance = await startInstance({ env: { MINTMARK_MINT_LIMIT: "2" } });
  });
  after(() => instance.close());

  it("count an approval as one minting", async () => {
    const seed = new Seed(instance);
    const ada = await seed.person();
    const session = await seed.session(ada);
    for (let index = 0; index < 2; index++) {
      const device = await approvedDevice(instance, session, ada.personal);
      assert.equal((await poll(instance, device)).status, 200);
    }
    const id = await claim(session, await requestDevice(instance));
    assertProblem(await approve(session, id, ada.personal), 429, "rate_limited");
    instance.advance(11 * MINUTE_MS);
  });

  it("respond with errors in the form of RFC 6749", async () => {
    const client = instance.client();
    const token = (fields: Record<string, string>): ReturnType<Client["sendForm"]> =>
      client.sendForm("/oauth2/token", fields);
    assertOAuthError(await token({}), "invalid_request");
    assertOAuthError(await token({ grant_type: "password" }), "unsupported_grant_type");
    assertOAuthError(await token({ grant_type: "authorization_code", code: "x" }), "invalid_request");
    const deviceCode = { grant_type: "urn:ietf:params:oauth:grant-type:device_code" };
    assertOAuthError(await token(deviceCode), "invalid_request");
    assertOAuthError(await token({ ...deviceCode, device_code: "x".repeat(201) }), "invalid_request");
    assertOAuthError(await token({ ...deviceCode, device_code: "f".repeat(64) }), "invalid_grant");
    assertOAuthError(await client.post("/oauth2/token", {}), "invalid_request");
    const twice = await fetch(`${instance.url}/oauth2/token`, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: "grant_type=a&grant_type=b",
    });
    const { error } = (await twice.json()) as { readonly error: string };
    assert.deepEqual([twice.status, error], [400, "invalid_request"]);
  });
});
