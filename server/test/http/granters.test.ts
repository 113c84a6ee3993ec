// A grant is redeemed with the authority that its granter has then: every way to grant, against every way to lose
// the authority.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assertProblem, PASSWORD, personWithPassword } from "../support/accounts.ts";
import type { Client, Reply } from "../support/client.ts";
import { ENGINES, uniqueName } from "../support/instance.ts";
import { actionsIn, assertRefused } from "../support/organization-state.ts";
import type { Person, SeededOrganization } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

const PREVIEW = "/api/invitations/preview";
const ACCEPT = "/api/invitations/accept";
const JOINABLE = "/api/account/joinable-organizations";
const VOID = [410, "invitation_invalid"] as const;
const DAY_MS = 86_400_000;

const tokenOf = (reply: Reply): string => new URL(reply.body.url as string).hash.slice("#token=".length);

/** An organization with two owners: one grants, and the other takes the authority away. */
interface Setting {
  readonly organization: SeededOrganization;
  readonly path: string;
  readonly granter: Person;
  readonly granterPath: string;
  readonly granterActs: Client;
  readonly owner: Client;
}

for (const engine of ENGINES) {
  describe(`granters on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine, env: { MINTMARK_SIGN_UP: "invite" } });

    async function setting(role = "owner"): Promise<Setting> {
      const [owner, granter] = [await seed.person(), await personWithPassword(seed)];
      const organization = await seed.organization(owner);
      const path = `/api/organizations/${organization.id}`;
      const membershipId = await seed.member(organization, granter, role);
      return {
        organization,
        path,
        granter,
        granterPath: `${path}/members/${membershipId}`,
        granterActs: await seed.session(granter, organization),
        owner: await seed.session(owner, organization),
      };
    }

    async function instanceAdmin(): Promise<Client> {
      return seed.session(await seed.person(uniqueName("admin"), { instanceAdmin: true }));
    }

    interface Loss {
      readonly name: string;
      readonly role?: string;
      readonly invited?: string;
      /** The credential that issues the invitation; the granter's browser by default. */
      readonly through?: (setting: Setting) => Promise<Client>;
      readonly lose: (setting: Setting) => Promise<Reply | void>;
      /** Gives the authority back, where that is possible. */
      readonly regain?: (setting: Setting) => Promise<Reply>;
      /** Whether the loss withdraws the invitation instead. */
      readonly withdraws?: true;
    }

    let secretHolder: { client: Client; id: string };
    const throughToken = async ({ granter, organization }: Setting): Promise<Client> => {
      secretHolder = await seed.token(granter, organization, { expiresAt: instance.deps.clock() + DAY_MS });
      return secretHolder.client;
    };
    const throughKey = async ({ granter, organization }: Setting): Promise<Client> => {
      secretHolder = await seed.apiKey(organization, granter);
      return secretHolder.client;
    };
    const setPolicy = async ({ owner, path }: Setting, change: object): Promise<Reply> => {
      const { body } = await owner.get(`${path}/token-policy`);
      return owner.put(`${path}/token-policy`, { ...body, ...change });
    };
    const changeRole =
      (role: string) =>
      ({ owner, granterPath }: Setting): Promise<Reply> =>
        owner.patch(granterPath, { role });
    const onUser =
      (deed: string) =>
      async ({ granter }: Setting): Promise<Reply> =>
        (await instanceAdmin()).post(`/api/admin/users/${granter.id}/${deed}`);
    const suspend = ({ owner, granterPath }: Setting): Promise<Reply> => owner.post(`${granterPath}/suspend`);
    const reinstate = ({ owner, granterPath }: Setting): Promise<Reply> => owner.post(`${granterPath}/reinstate`);

    const LOSSES: readonly Loss[] = [
      { name: "an owner who was demoted", lose: changeRole("admin"), regain: changeRole("owner") },
      { name: "an admin who was demoted", role: "admin", invited: "admin", lose: changeRole("member") },
      { name: "an admin whose role no longer invites", role: "admin", invited: "viewer", lose: changeRole("viewer") },
      { name: "a member who was suspended", lose: suspend, regain: reinstate },
      { name: "a person whose account was suspended", lose: onUser("suspend"), regain: onUser("reinstate") },
      {
        name: "a member who was removed",
        lose: ({ owner, granterPath }) => owner.delete(granterPath),
        withdraws: true,
      },
      {
        name: "a member who left",
        lose: ({ granterActs, granterPath }) => granterActs.delete(granterPath),
        withdraws: true,
      },
      {
        name: "a person who deleted their account",
        lose: ({ granterActs }) => granterActs.delete("/api/account", { password: PASSWORD }),
        withdraws: true,
      },
      {
        name: "a member who is suspended where the policy revokes",
        lose: async (at) => {
          await setPolicy(at, { revokeOnSuspend: true });
          return suspend(at);
        },
        withdraws: true,
      },
      {
        name: "a token that was revoked",
        through: throughToken,
        lose: ({ granterActs }) => granterActs.delete(`/api/personal-access-tokens/${secretHolder.id}`),
      },
      { name: "a token whose owner was demoted", through: throughToken, lose: changeRole("admin") },
      { name: "a token under a narrowed ceiling", through: throughToken, lose: (at) => setPolicy(at, READ_ONLY) },
      {
        name: "an API key that was revoked",
        invited: "admin",
        through: throughKey,
        lose: ({ owner, path }) => owner.delete(`${path}/api-keys/${secretHolder.id}`),
      },
      {
        name: "a key under a narrowed ceiling",
        invited: "admin",
        through: throughKey,
        lose: (at) => setPolicy(at, READ_ONLY),
      },
    ];
    const READ_ONLY = { ceiling: { kind: "read-only" } };

    for (const { name, role, invited = "owner", through, lose, regain, withdraws } of LOSSES) {
      it(`an invitation of ${name} has no effect`, async () => {
        const at = await setting(role);
        const { organization, path, owner } = at;
        const issuer = (await through?.(at)) ?? at.granterActs;
        const guest = await seed.person();
        const [browser, outsider] = [await seed.session(guest), instance.client()];
        const newcomer = `${uniqueName("new")}@example.com`;
        const made: Reply[] = [];
        for (const email of [guest.email, newcomer]) {
          made.push(await issuer.post(`${path}/invitations`, { email, role: invited }));
        }
        const [token, newcomerToken] = made.map(tokenOf) as [string, string];
        assert.equal((await outsider.post(PREVIEW, { token })).status, 200);

        const lost = await lose(at);
        assert.ok(lost === undefined || lost.status < 300, JSON.stringify(lost?.body));
        await assertRefused(instance, organization.id, () => outsider.post(PREVIEW, { token }), VOID);
        await assertRefused(instance, organization.id, () => browser.post(ACCEPT, { token }), VOID);
        const signUp = { name: "New", email: newcomer, password: PASSWORD, invitation: newcomerToken };
        await assertRefused(instance, organization.id, () => outsider.post("/api/sign-up", signUp), VOID);
        assert.equal(await instance.deps.store.reads.findUserByEmail(newcomer), null);

        const { items } = (await owner.get(`${path}/invitations`)).body;
        const states = items.map(({ state }: { state: string }) => state);
        assert.deepEqual(states, withdraws === true ? [] : ["void", "void"]);
        if (regain !== undefined) {
          assert.equal((await regain(at)).status, 200);
          assert.equal((await browser.post(ACCEPT, { token })).body.organization?.role, invited);
        }
      });
    }

    it("an invitation of a token that has expired has no effect", async () => {
      const at = await setting();
      const guest = await seed.person();
      const issuer = await throughToken(at);
      const token = tokenOf(await issuer.post(`${at.path}/invitations`, { email: guest.email, role: "viewer" }));
      instance.advance(DAY_MS);
      try {
        const browser = await seed.session(guest);
        await assertRefused(instance, at.organization.id, () => browser.post(ACCEPT, { token }), VOID);
      } finally {
        instance.advance(-DAY_MS);
      }
    });

    it("a void invitation can be sent again by somebody with the authority, and then depends on them", async () => {
      const at = await setting();
      const { owner, path, granterPath, organization } = at;
      const guest = await seed.person();
      const made = await at.granterActs.post(`${path}/invitations`, { email: guest.email, role: "owner" });
      assert.equal((await owner.patch(granterPath, { role: "admin" })).status, 200);
      const resend = (by: Client) => by.post(`${path}/invitations/${made.body.id}/resend`);
      await assertRefused(instance, organization.id, () => resend(at.granterActs), [403, "role_exceeds_caller"]);
      const again = await resend(owner);
      const ownerId = (await owner.get("/api/session")).body.user.id;
      assert.deepEqual([again.status, again.body.state, again.body.invitedBy.id], [200, "open", ownerId]);
      assert.equal((await (await seed.session(guest)).post(ACCEPT, { token: tokenOf(again) })).status, 200);
    });

    it("a void invitation does not prevent another one to its address", async () => {
      const { owner, path, granterPath, granterActs, organization } = await setting();
      const invite = (by: Client) => by.post(`${path}/invitations`, { email: "again@example.com", role: "admin" });
      assert.equal((await invite(granterActs)).status, 201);
      assert.equal((await invite(owner)).body.code, "already_invited");
      await owner.patch(granterPath, { role: "viewer" });
      assert.equal((await invite(owner)).status, 201);
      assert.ok((await actionsIn(instance, organization.id)).includes("invitation.withdrawn"));
    });

    it("suspending a member says before and after that their invitations rest", async () => {
      const at = await setting("admin");
      const { owner, path, granterPath, granterActs } = at;
      const made = await granterActs.post(`${path}/invitations`, { email: "rests@example.com", role: "viewer" });
      const preview = await owner.get(`${granterPath}/offboarding?mode=suspend`);
      const { effect, count, items } = preview.body.invitations;
      assert.deepEqual([effect, count, items[0].id], ["paused", 1, made.body.id]);
      const { body } = await suspend(at);
      const { pausedInvitations, invitations } = body.receipt.offboarding;
      assert.deepEqual([pausedInvitations, invitations], [1, []]);
      const receipt = `${path}/offboarding-receipts/${body.receipt.offboarding.auditEventId}`;
      assert.equal((await owner.get(receipt)).body.pausedInvitations, 1);
    });

    it("nobody joins by domain after the person who opened it lost the authority, until somebody opens it again", async () => {
      const at = await setting();
      const { owner, organization, path, granterPath, granterActs } = at;
      const domain = `${uniqueName("acme")}.example`;
      const guest = await seed.person();
      const ownerId = (await owner.get("/api/session")).body.user.id;
      await instance.deps.store.transaction(async (tx) => {
        for (const id of [at.granter.id, guest.id, ownerId]) {
          await tx.setUserEmail(id, `${uniqueName("p")}@${domain}`);
          await tx.verifyUserEmail(id, instance.deps.clock());
        }
      });
      const browser = await seed.session(guest);
      const open = (by: Client) => by.put(`${path}/domain-joining`, { domain, role: "admin" });
      assert.equal((await open(granterActs)).status, 200);
      const offered = async () => (await browser.get(JOINABLE)).body.items.length;
      assert.equal(await offered(), 1);
      for (const [lose, regain] of [
        [changeRole("member"), changeRole("owner")],
        [suspend, reinstate],
        [onUser("suspend"), onUser("reinstate")],
      ] as const) {
        assert.equal((await lose(at)).status, 200);
        await assertRefused(instance, organization.id, () => browser.post(`${path}/join`), [404, "not_found"]);
        assert.equal(await offered(), 0);
        assert.equal((await owner.get(`${path}/domain-joining`)).body.joining.open, false);
        assert.equal((await regain(at)).status, 200);
        assert.equal(await offered(), 1);
      }
      assert.equal((await owner.delete(granterPath)).status, 200);
      assert.equal(await offered(), 0);
      assert.equal((await open(owner)).body.open, true);
      assert.equal((await browser.post(`${path}/join`)).body.organization.role, "admin");
    });

    it("a calendar feed shows no key of an organization where its reader may not see keys any more", async () => {
      const at = await setting("admin");
      await seed.apiKey(at.organization, at.granter, { name: "Pipeline", expiresAt: instance.deps.clock() + DAY_MS });
      const made = await at.granterActs.post("/api/account/calendar-feed");
      const read = async () => (await instance.client().get(new URL(made.body.url).pathname)).body as string;
      assert.match(await read(), /Pipeline/);
      for (const [lose, regain] of [
        [changeRole("member"), changeRole("admin")],
        [suspend, reinstate],
      ] as const) {
        await lose(at);
        assert.doesNotMatch(await read(), /Pipeline/);
        await regain(at);
      }
      await onUser("suspend")(at);
      assertProblem(await instance.client().get(new URL(made.body.url).pathname), 404, "not_found");
    });
  });
}
