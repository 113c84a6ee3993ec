// The first proof of an address ends everything made in the account before, by every way of proof: an account that an
// attacker opened with a victim's address keeps nothing of the attacker's once the victim has it.
import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { before, describe, it } from "node:test";
import type { UserId } from "@mintmark/core";
import { hashSecret, newId } from "../../src/secrets/generate.ts";
import { issueEmailLink } from "../../src/use-cases/account/email-link.ts";
import type { Store } from "../../src/store/store.ts";
import { assertProblem, assertRefused, browserOf, invite, PASSWORD } from "../support/accounts.ts";
import type { Client, Reply } from "../support/client.ts";
import { ENGINES, uniqueName } from "../support/instance.ts";
import type { Seed } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

const VERIFY = "/api/email/verify";
const RESET = "/api/password/reset";
const ACCEPT = "/api/invitations/accept";
const NEW_PASSWORD = "a fresh horse for the battery";

for (const engine of ENGINES) {
  describe(`the first proof of an address on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine, env: { MINTMARK_SIGN_UP: "open" } });
    let store: Store;
    before(async () => {
      store = instance.deps.store;
    });

    const linkFor = async (kind: "verify_email" | "reset_password", id: UserId): Promise<string> => {
      const user = await store.reads.findUser(id);
      assert.ok(user !== null);
      return (await store.transaction((tx) => issueEmailLink(tx, kind, user, instance.deps.clock()))).expose();
    };

    interface Account {
      readonly id: UserId;
      readonly email: string;
      readonly browser: Client;
    }

    async function opened(): Promise<Account> {
      const email = `${uniqueName("victim")}@example.com`;
      const reply = await instance.client().post("/api/sign-up", { name: "Victim", email, password: PASSWORD });
      assert.equal(reply.status, 201, JSON.stringify(reply.body));
      return { id: reply.body.user.id, email, browser: browserOf(instance, reply) };
    }

    /** Everything in an account that can outlive its password, and the result of using it. */
    async function furnish({ id, email, browser }: Account) {
      const made = (reply: Reply): Reply => {
        assert.ok(reply.status < 300, JSON.stringify(reply.body));
        return reply;
      };
      const organization = made(await browser.post("/api/organizations", { name: "Squat" })).body;
      const at = `/api/organizations/${organization.id}`;
      const token = made(await browser.post("/api/personal-access-tokens", { name: "Mine" })).body;
      const inOther = made(
        await browser.post("/api/personal-access-tokens", { name: "There", organizationId: organization.id }),
      );
      const key = made(await browser.post(`${at}/api-keys`, { name: "Key", role: "admin" })).body;
      const invitation = made(
        await browser.post(`${at}/invitations`, { email: "friend@example.com", role: "owner" }),
      ).body;
      const feed = made(await browser.post("/api/account/calendar-feed")).body;
      await store.transaction((tx) =>
        tx.setDomainJoining({
          organizationId: organization.id,
          domain: `${uniqueName("d")}.example`,
          role: "member",
          setAt: 1,
          setBy: id,
        }),
      );
      const service = await seed.service({ id } as Parameters<Seed["service"]>[0]);
      const other = browserOf(instance, await instance.client().post("/api/sign-in", { email, password: PASSWORD }));
      const device = (await instance.client().sendForm("/oauth2/device_authorization", { client_id: "mintmark-cli" }))
        .body;
      const claimed = made(await other.post("/api/device/claim", { userCode: device.user_code })).body;
      const grant = { id: claimed.id, name: "Device", expiresInDays: 7, organizationId: organization.id };
      made(await other.post("/api/device/approve", grant));
      const poll = () =>
        instance.client().sendForm("/oauth2/token", {
          grant_type: "urn:ietf:params:oauth:grant-type:device_code",
          device_code: device.device_code,
          client_id: "mintmark-cli",
        });
      const bearer = (secret: string) => instance.client().withBearer(secret);
      const verify = (client: Client) => client.post("/api/verify", { token: token.secret });
      return {
        organizationId: organization.id,
        token: token.secret as string,
        answers: async () => ({
          token: (await bearer(token.secret).get("/api/whoami")).status,
          tokenThere: (await bearer(inOther.body.secret).get("/api/whoami")).status,
          key: (await instance.client().withApiKey(key.secret).get("/api/whoami")).status,
          service: (await verify(service.client)).status,
          feed: (await instance.client().get(new URL(feed.url).pathname)).status,
          invitation: (
            await instance.client().post("/api/invitations/preview", { token: new URL(invitation.url).hash.slice(7) })
          ).status,
          domain: (await store.reads.findDomainJoining(organization.id)) === null ? 410 : 200,
          otherSession: (await other.get("/api/session")).status,
        }),
        poll,
      };
    }

    const ALIVE = {
      token: 200,
      tokenThere: 200,
      key: 200,
      service: 200,
      feed: 200,
      invitation: 200,
      domain: 200,
      otherSession: 200,
    };
    const ENDED = {
      token: 401,
      tokenThere: 401,
      key: 401,
      // A service belongs to the instance, so it stays active.
      service: 200,
      feed: 404,
      invitation: 410,
      domain: 410,
      otherSession: 401,
    };
    const COUNTS = {
      tokens: 2,
      apiKeys: 1,
      invitations: 1,
      domainJoinings: 1,
      deviceLogins: 1,
      calendarFeeds: 1,
    };

    async function mailedInvitation({ email }: Account): Promise<string> {
      const owner = await seed.person();
      const organization = await seed.organization(owner);
      const { id, token } = await invite(instance, organization, owner, { email });
      const mailed = hash("sha256", token, "hex");
      const link = { hash: hashSecret(mailed), invitationId: id, emailId: newId("email"), createdAt: 0 };
      await store.transaction((tx) => tx.insertMailedLink(link));
      return mailed;
    }

    const PROOFS: readonly {
      readonly name: string;
      readonly prove: (account: Account) => Promise<Reply>;
      /** Whether the session that proves the address stays active. */
      readonly goesOn: boolean;
    }[] = [
      {
        name: "a new password by the link in an email, without the box ticked",
        prove: async ({ id }) => {
          const token = await linkFor("reset_password", id);
          return instance.client().post(RESET, { token, password: NEW_PASSWORD });
        },
        goesOn: false,
      },
      {
        name: "the link in the email that confirms it",
        prove: async ({ id, browser }) => browser.post(VERIFY, { token: await linkFor("verify_email", id) }),
        goesOn: true,
      },
      {
        name: "the link in an invitation's email",
        prove: async (account) => account.browser.post(ACCEPT, { token: await mailedInvitation(account) }),
        goesOn: true,
      },
    ];

    for (const { name, prove, goesOn } of PROOFS) {
      it(`ends everything that was made before: by ${name}`, async () => {
        const account = await opened();
        const { answers, poll, token, organizationId } = await furnish(account);
        assert.deepEqual(await answers(), ALIVE);
        const proved = await prove(account);
        assert.equal(proved.status, 200, JSON.stringify(proved.body));
        assert.deepEqual(await answers(), ENDED);
        assert.equal((await account.browser.get("/api/session")).status, goesOn ? 200 : 401);
        assert.equal((await poll()).body.error, "access_denied");
        assert.equal(
          (await instance.client().withBearer(token).get("/forward-auth")).headers.get("x-mintmark-email"),
          null,
        );
        const { sessions, ...ended } = proved.body.ended;
        assert.deepEqual(ended, COUNTS);
        assert.equal(sessions, goesOn ? 1 : 0);
        const page = { limit: 200, after: null };
        const { items } = await store.reads.listAuditEvents({ concerning: account.id }, page);
        const proof = items.find(({ action }) => action === "user.email_verified");
        assert.equal(proof?.details["revokedTokens"], 2);
        const because = items.filter(({ details }) => details["because"] === proof?.id).map(({ action }) => action);
        const session = goesOn ? ["session.ended"] : [];
        assert.deepEqual(
          because.toSorted(),
          [
            "api_key.revoked",
            "calendar_feed.revoked",
            "device.denied",
            "invitation.withdrawn",
            "organization.joining_changed",
            "pat.revoked",
            "pat.revoked",
            ...session,
          ].toSorted(),
        );
        const left = await store.reads.listAuditEvents({ organizationId }, page);
        assert.ok(left.items.some(({ action }) => action === "invitation.withdrawn"));
      });
    }

    it("ends an earlier link to change the account's address, also for a person who signs in afterwards", async () => {
      for (const { prove, goesOn } of PROOFS) {
        const account = await opened();
        const link = await store.transaction((tx) =>
          issueEmailLink(
            tx,
            "verify_email",
            { id: account.id, email: `${uniqueName("m")}@example.com` },
            instance.deps.clock(),
          ),
        );
        assert.equal((await prove(account)).status, 200);
        const password = goesOn ? PASSWORD : NEW_PASSWORD;
        const signedIn = await instance.client().post("/api/sign-in", { email: account.email, password });
        const attempt = () => browserOf(instance, signedIn).post(VERIFY, { token: link.expose() });
        await assertRefused(instance, account, attempt, [410, "link_invalid"]);
        assert.equal((await store.reads.findUser(account.id))?.email, account.email);
      }
    });

    it("leaves the earlier password without effect after a reset", async () => {
      const account = await opened();
      const token = await linkFor("reset_password", account.id);
      assert.equal((await instance.client().post(RESET, { token, password: NEW_PASSWORD })).status, 200);
      const signIn = (password: string) => instance.client().post("/api/sign-in", { email: account.email, password });
      assertProblem(await signIn(PASSWORD), 401, "sign_in_failed");
      assert.equal((await signIn(NEW_PASSWORD)).status, 200);
    });

    it("needs a recent password in the session that proves the address, so that nobody proves it for an attacker", async () => {
      const account = await opened();
      const token = await linkFor("verify_email", account.id);
      const mailed = await mailedInvitation(account);
      const [session] = await store.reads.listSessions(account.id, 0);
      assert.ok(session !== undefined);
      await store.transaction((tx) =>
        tx.setSessionAuthenticated(session.id, instance.deps.clock() - 15 * 60_000 - 1000),
      );
      const refusal = [403, "reauthentication_required"] as const;
      await assertRefused(instance, account, () => account.browser.post(VERIFY, { token }), refusal);
      await assertRefused(instance, account, () => account.browser.post(ACCEPT, { token: mailed }), refusal);
      assert.equal((await account.browser.post("/api/session/reauthenticate", { password: PASSWORD })).status, 200);
      assert.equal((await account.browser.post(VERIFY, { token })).status, 200);
    });

    it("keeps everything that was made under a proved address, when the same person confirms the next address", async () => {
      const account = await opened();
      await account.browser.post(VERIFY, { token: await linkFor("verify_email", account.id) });
      const { answers, poll } = await furnish(account);
      const change = { email: `${uniqueName("next")}@example.com`, password: PASSWORD };
      assert.equal((await account.browser.patch("/api/account", change)).body.confirmingEnds, false);
      const proved = await account.browser.post(VERIFY, { token: await linkFor("verify_email", account.id) });
      assert.deepEqual([proved.body.emailVerified, proved.body.ended], [true, null]);
      assert.deepEqual(await answers(), ALIVE);
      assert.equal((await poll()).status, 200);
    });

    it("ends it for a reset by the owner of a next address, who has shown nothing but the mailbox", async () => {
      const account = await opened();
      await account.browser.post(VERIFY, { token: await linkFor("verify_email", account.id) });
      const { answers } = await furnish(account);
      const change = { email: `${uniqueName("taken")}@example.com`, password: PASSWORD };
      assert.equal((await account.browser.patch("/api/account", change)).status, 200);
      const token = await linkFor("reset_password", account.id);
      const reset = await instance.client().post(RESET, { token, password: NEW_PASSWORD });
      assert.equal(reset.body.ended.tokens, 2);
      assert.deepEqual(await answers(), ENDED);
    });

    it("ends nothing the second time", async () => {
      const account = await opened();
      const [first, second] = [await linkFor("verify_email", account.id), await linkFor("reset_password", account.id)];
      assert.equal((await account.browser.post(VERIFY, { token: first })).status, 200);
      assertProblem(
        await instance.client().post(RESET, { token: second, password: NEW_PASSWORD }),
        410,
        "link_invalid",
      );
      const { answers } = await furnish(account);
      const token = await linkFor("reset_password", account.id);
      const reset = await instance.client().post(RESET, { token, password: NEW_PASSWORD });
      assert.deepEqual([reset.body.ended, reset.body.revokedTokens], [null, 0]);
      assert.deepEqual(await answers(), { ...ALIVE, otherSession: 401 });
    });
  });
}
