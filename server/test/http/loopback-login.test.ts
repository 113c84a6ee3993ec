// Logging in from a command on the browser's own machine: the code that the browser carries is valid once, for a
// minute, for the command that began it, and leads nowhere but to this machine.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { actionsOf, assertProblem } from "../support/accounts.ts";
import type { Client } from "../support/client.ts";
import {
  approve,
  assertOAuthError,
  exchangeCode,
  handedCode,
  openLoopback,
  REDIRECT_URI,
} from "../support/device-login.ts";
import { ENGINES } from "../support/instance.ts";
import type { Person, SeededOrganization } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

const ALL = { limit: 200, after: null };

for (const engine of ENGINES) {
  describe(`login by loopback on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });
    let ada: Person;
    let acme: SeededOrganization;
    let session: Client;

    before(async () => {
      ada = await seed.person("Ada");
      acme = await seed.organization(ada);
      session = await seed.session(ada, acme);
    });

    async function liveTokens(person: Person): Promise<number> {
      const { items } = await instance.deps.store.reads.listTokensOfUser(person.id, null, ALL);
      return items.filter(({ revokedAt }) => revokedAt === null).length;
    }
    async function newcomer(): Promise<{ person: Person; session: Client }> {
      const person = await seed.person();
      await seed.member(acme, person, "member");
      return { person, session: await seed.session(person, acme) };
    }

    it("mints the token at the exchange, as it was approved on the page", async () => {
      const grace = await newcomer();
      const { body: login } = await openLoopback(grace.session, { deviceName: "lap\u202etop" });
      assert.equal(login.deviceName, "laptop");
      const { body } = await approve(grace.session, login.id, acme, { permissions: ["members:read"] });
      assert.match(body.returnTo, /^http:\/\/127\.0\.0\.1:4711\/callback\?code=[0-9a-f]{64}$/);
      assert.equal(await liveTokens(grace.person), 0);
      const code = new URL(body.returnTo).searchParams.get("code") ?? "";
      const reply = await exchangeCode(instance, code);
      assert.equal(reply.status, 200);
      assert.equal(reply.body.scope, "members:read");
      const who = await instance.client().withBearer(reply.body.access_token).get("/api/whoami");
      assert.deepEqual(who.body.permissions, ["members:read"]);
      const actions = (await actionsOf(instance, grace.person)).filter((action) => action.startsWith("device."));
      assert.deepEqual(actions, ["device.redeemed", "device.approved", "device.requested"]);
      assert.ok(!instance.log.join().includes(code));
    });

    it("leads nowhere but to a port of this machine", async () => {
      const elsewhere = [
        "https://127.0.0.1:4711/callback",
        "http://localhost:4711/callback",
        "http://127.0.0.1/callback",
        "http://127.0.0.1:0/callback",
        "http://127.0.0.1:65536/callback",
        "http://127.0.0.1:4711/callback?x=1",
        "http://127.0.0.1:4711/other",
        "http://127.0.0.1:4711@evil.example/callback",
        "http://evil.example:4711/callback",
        "http://127.0.0.2:4711/callback",
        "javascript:alert(1)",
        "",
      ];
      for (const redirectUri of elsewhere)
        assertProblem(await openLoopback(session, { redirectUri }), 400, "field_invalid");
      assertProblem(await openLoopback(session, { codeChallenge: "short" }), 400, "field_invalid");
      assert.equal((await openLoopback(session, { redirectUri: "http://[::1]:4711/callback" })).status, 200);
      assert.equal((await openLoopback(session, { redirectUri: "http://127.0.0.1:65535/callback" })).status, 200);
    });

    it("gives nothing to a caller with only the code, and the code is used up", async () => {
      for (const fields of [{ code_verifier: "x".repeat(43) }, { redirect_uri: "http://127.0.0.1:1/callback" }]) {
        const grace = await newcomer();
        const code = await handedCode(grace.session, acme);
        assertOAuthError(await exchangeCode(instance, code, fields), "invalid_grant");
        assertOAuthError(await exchangeCode(instance, code), "invalid_grant");
        assert.equal(await liveTokens(grace.person), 0);
        const [event] = (
          await instance.deps.store.reads.listAuditEvents(
            { concerning: grace.person.id, actions: ["device.refused"] },
            ALL,
          )
        ).items;
        assert.deepEqual([event?.outcome, event?.details], ["denied", { reason: "wrong_verifier" }]);
      }
    });

    it("exchanges a code once; using it again revokes the token, but not without its verifier", async () => {
      const grace = await newcomer();
      const code = await handedCode(grace.session, acme);
      const replies = await Promise.all([exchangeCode(instance, code), exchangeCode(instance, code)]);
      assert.deepEqual(
        replies.map(({ status }) => status).toSorted((one, other) => one - other),
        [200, 400],
      );
      assert.equal(await liveTokens(grace.person), 0, "two parties had the code");

      const other = await handedCode(grace.session, acme);
      assert.equal((await exchangeCode(instance, other)).status, 200);
      assertOAuthError(await exchangeCode(instance, other, { code_verifier: "y".repeat(43) }), "invalid_grant");
      assert.equal(await liveTokens(grace.person), 1);
      assertOAuthError(await exchangeCode(instance, other), "invalid_grant");
      assert.equal(await liveTokens(grace.person), 0);
    });

    it("is valid for a minute", async () => {
      const grace = await newcomer();
      const code = await handedCode(grace.session, acme);
      instance.advance(60_000);
      assertOAuthError(await exchangeCode(instance, code), "invalid_grant");
      assert.equal(await liveTokens(grace.person), 0);
    });

    it("gives nothing when the session that approved has ended since", async () => {
      const grace = await newcomer();
      const code = await handedCode(grace.session, acme);
      await grace.session.post("/api/sign-out");
      assertOAuthError(await exchangeCode(instance, code), "invalid_grant");
      assert.equal(await liveTokens(grace.person), 0);
    });

    it("reports a denial to the command, and then ends", async () => {
      const grace = await newcomer();
      const { body: login } = await openLoopback(grace.session);
      const other = await seed.session(grace.person, acme);
      assertProblem(await approve(other, login.id, acme), 404, "not_found");
      const { body } = await grace.session.post("/api/device/deny", { id: login.id });
      assert.deepEqual(body, { returnTo: `${REDIRECT_URI}?error=access_denied` });
      assertProblem(await approve(grace.session, login.id, acme), 410, "device_login_over");
    });
  });
}
