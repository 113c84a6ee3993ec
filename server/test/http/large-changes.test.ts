// Changes that end more than one transaction records: the authority ends before the response, by one row; tombstones,
// events and notices follow in steps. The tests run the steps by hand, so that they can look before each of them.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { AuditAction, AuditEventId, MembershipId, OrganizationId, TokenId } from "@mintmark/core";
import { prefixOf } from "@mintmark/core";
import { hashSecret, newId, newSecret } from "../../src/secrets/generate.ts";
import { ENDED_AT_ONCE } from "../../src/use-cases/token/revoke.ts";
import type { AuditEventRecord } from "../../src/store/store.ts";
import { PASSWORD, personWithPassword } from "../support/accounts.ts";
import type { Client, Reply } from "../support/client.ts";
import { ENGINES, startInstance, type TestInstance } from "../support/instance.ts";
import { noticesOf } from "../support/notices.ts";
import { type Person, Seed, type SeededOrganization } from "../support/seed.ts";

const TOKENS = 2 * ENDED_AT_ONCE + 30;

interface Setting {
  readonly organization: SeededOrganization;
  readonly owner: Person;
  readonly member: Person;
  readonly membershipId: MembershipId;
  /** An instance admin in the browser, and an owner. */
  readonly admin: Client;
  readonly session: Client;
  readonly tokens: readonly { readonly id: TokenId; readonly secret: string }[];
}

interface LargeChange {
  readonly name: string;
  /** The code of the refusal, before and after the tombstone exists. */
  readonly code: string;
  /** The event that causes the tombstones. */
  readonly cause: AuditAction;
  /** Whether the member stays and can mint again. */
  readonly goesOn: boolean;
  readonly isOwnDoing?: boolean;
  readonly make: (setting: Setting, seed: Seed) => Promise<Reply>;
}

const CHANGES: readonly LargeChange[] = [
  {
    name: "deleting an organization",
    code: "organization_deleted",
    cause: "organization.deleted",
    goesOn: false,
    make: ({ session, organization: { id, name } }) => session.delete(`/api/organizations/${id}`, { name }),
  },
  {
    name: "removing a member",
    code: "member_removed",
    cause: "member.removed",
    goesOn: false,
    make: ({ session, organization, membershipId }) =>
      session.delete(`/api/organizations/${organization.id}/members/${membershipId}`),
  },
  {
    name: "suspending a member where the policy revokes",
    code: "token_revoked",
    cause: "member.suspended",
    goesOn: false,
    make: async ({ session, organization, membershipId }) => {
      const path = `/api/organizations/${organization.id}`;
      const policy = (await session.get(`${path}/token-policy`)).body;
      await session.put(`${path}/token-policy`, { ...policy, revokeOnSuspend: true });
      return session.post(`${path}/members/${membershipId}/suspend`);
    },
  },
  {
    name: "suspending an account where the policy revokes",
    code: "token_revoked",
    cause: "user.suspended",
    goesOn: false,
    make: async ({ admin, session, organization, member }) => {
      const path = `/api/organizations/${organization.id}/token-policy`;
      const policy = (await session.get(path)).body;
      await session.put(path, { ...policy, revokeOnSuspend: true });
      return admin.post(`/api/admin/users/${member.id}/suspend`);
    },
  },
  {
    name: "revoking all tokens of a person",
    code: "token_revoked",
    cause: "user.tokens_revoked",
    goesOn: true,
    make: ({ admin, member }) => admin.post(`/api/admin/users/${member.id}/revoke-tokens`),
  },
  {
    name: "changing the password and revoking all tokens",
    code: "token_revoked",
    cause: "user.password_changed",
    goesOn: true,
    isOwnDoing: true,
    make: async ({ member }, seed) =>
      (await seed.session(member)).post("/api/account/password", {
        currentPassword: PASSWORD,
        newPassword: "a quite different passphrase",
        revokeTokens: true,
      }),
  },
  {
    name: "deleting an account",
    code: "user_deleted",
    cause: "user.deleted",
    goesOn: false,
    isOwnDoing: true,
    make: async ({ member }, seed) => (await seed.session(member)).delete("/api/account", { password: PASSWORD }),
  },
];

for (const engine of ENGINES) {
  describe(`large changes on ${engine}`, () => {
    let instance: TestInstance;
    let seed: Seed;
    before(async () => {
      instance = await startInstance({ engine, followUpsByHand: true });
      seed = new Seed(instance);
    });
    after(() => instance.close());

    const prepare = async (): Promise<Setting> => {
      const owner = await seed.person();
      const member = await personWithPassword(seed);
      const organization = await seed.organization(owner);
      const membershipId = await seed.member(organization, member, "member");
      return {
        organization,
        owner,
        member,
        membershipId,
        admin: await seed.session(await seed.person(undefined, { instanceAdmin: true })),
        session: await seed.session(owner, organization),
        tokens: await addTokens(instance, member, { organizationId: organization.id, membershipId }),
      };
    };
    const whoami = (secret: string): Promise<Reply> => instance.client().withBearer(secret).get("/api/whoami");
    const unrevoked = ({ organization }: Setting): Promise<number> =>
      instance.deps.store.reads.countUnrevokedTokens({ kind: "organization", id: organization.id }, 10 * TOKENS);

    for (const change of CHANGES) {
      it(`${change.name}: every token is refused when the response arrives, and recorded once, also after a restart`, async () => {
        const setting = await prepare();
        const [stranger, strangers] = await someoneElse(seed);
        const answer = await change.make(setting, seed);
        assert.equal(answer.status, 200, JSON.stringify(answer.body));
        assert.equal(await unrevoked(setting), TOKENS, "no tombstone is written yet");
        for (const { secret } of setting.tokens) await assertRefused(whoami(secret), change.code);
        assert.deepEqual(await revokedEvents(instance, setting), []);
        const shown = await listed(instance, setting);
        assert.equal(shown.filter(({ revokedAt }) => revokedAt !== null).length, TOKENS);

        if (change.goesOn) {
          const young = await (
            await seed.session(setting.member)
          ).post("/api/personal-access-tokens", {
            name: "young",
            organizationId: setting.organization.id,
          });
          assert.equal(young.status, 201);
          assert.equal((await whoami(young.body.secret)).status, 200);
        }

        let before = await unrevoked(setting);
        let steps = 0;
        for (; await instance.followUps.step(); steps++) {
          const left = await unrevoked(setting);
          assert.ok(before - left <= ENDED_AT_ONCE, "a step leaves a bounded number of tombstones");
          before = left;
          // Another person's change happens between any two steps.
          const minted = await stranger.post("/api/personal-access-tokens", { name: "between", ...strangers });
          assert.equal(minted.status, 201, JSON.stringify(minted.body));
          if (steps === 1) {
            instance = await instance.restart();
            seed = new Seed(instance);
          }
        }
        assert.ok(steps > 2);

        const events = await revokedEvents(instance, setting);
        assert.deepEqual(targetsOf(events), setting.tokens.map(({ id }) => id).sort(), "one event for each token");
        const [cause] = await eventsOf(instance, setting, change.cause);
        assert.ok(cause !== undefined);
        assert.equal(cause.details["revokedTokens"], TOKENS);
        for (const { details, actor } of events) {
          assert.equal(details["because"], cause.id);
          assert.deepEqual(actor, cause.actor);
        }
        for (const { secret } of setting.tokens.slice(0, 3)) await assertRefused(whoami(secret), change.code);
        assert.deepEqual(await listed(instance, setting), shown, "the list does not change");
        assert.equal(await unrevoked(setting), change.goesOn ? 1 : 0);
        const told = (await noticesOf(instance, setting.member)).filter(({ kind }) => kind === "token.revoked");
        assert.deepEqual(
          told.map(({ details }) => details.tokenCount),
          change.isOwnDoing === true ? [] : [TOKENS],
        );
      });
    }

    it("a member's removal returns how many tokens ended, and its complete receipt names each", async () => {
      const setting = await prepare();
      const { session, organization, membershipId, tokens } = setting;
      const path = `/api/organizations/${organization.id}`;
      const { body } = await session.delete(`${path}/members/${membershipId}`);
      assert.equal(body.offboarding.tokenCount, TOKENS);
      assert.equal(body.offboarding.complete, false);
      assert.deepEqual(body.offboarding.tokens, []);
      const receipt = async () =>
        (await session.get(`${path}/offboarding-receipts/${body.offboarding.auditEventId}`)).body;
      assert.deepEqual(await receipt(), body.offboarding);
      await instance.followUps.step();
      await instance.followUps.step();
      const partly = await receipt();
      assert.deepEqual([partly.tokens.length, partly.complete], [ENDED_AT_ONCE, false]);
      while (await instance.followUps.step());
      const whole = await receipt();
      assert.equal(whole.complete, true);
      assert.deepEqual(whole.tokens.map(({ id }: { id: string }) => id).sort(), tokens.map(({ id }) => id).sort());
    });

    it("a member who is suspended where the policy revokes, and reinstated at once, gets no token back", async () => {
      const setting = await prepare();
      const change = CHANGES.find(({ cause }) => cause === "member.suspended");
      await change?.make(setting, seed);
      const path = `/api/organizations/${setting.organization.id}/members/${setting.membershipId}`;
      assert.equal((await setting.session.post(`${path}/reinstate`)).status, 200);
      for (const { secret } of setting.tokens) await assertRefused(whoami(secret), "token_revoked");
      while (await instance.followUps.step());
      for (const { secret } of setting.tokens) await assertRefused(whoami(secret), "token_revoked");
    });

    it("a change of policy is in force when the response arrives, and each affected person is notified once, later", async () => {
      const setting = await prepare();
      const { session, organization, member, tokens } = setting;
      const other = await seed.person();
      await seed.member(organization, other, "member");
      const untouched = await seed.person();
      await seed.member(organization, untouched, "admin");
      await seed.token(other, organization);
      const path = `/api/organizations/${organization.id}/token-policy`;
      const policy = (await session.get(path)).body;
      const answer = await session.put(path, { ...policy, allowNoExpiry: false, mintableBy: ["owner", "admin"] });
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      for (const { secret } of tokens) await assertRefused(whoami(secret), "policy_no_expiry");
      const told = async (person: Person) =>
        (await noticesOf(instance, person)).filter(({ kind }) => kind === "policy.changed");
      assert.deepEqual(await told(member), []);
      let steps = 0;
      for (; await instance.followUps.step(); steps++) {
        if (steps !== 0) continue;
        instance = await instance.restart();
        seed = new Seed(instance);
      }
      assert.ok(steps > 2);
      const [notice, ...others] = await told(member);
      assert.deepEqual(others, []);
      assert.deepEqual([notice?.details.stopped, notice?.details.cannotMint], [TOKENS, true]);
      assert.deepEqual(
        (await told(other)).map(({ details }) => details.stopped),
        [1],
      );
      assert.deepEqual(await told(untouched), []);
    });
  });
}

/** Many tokens of one membership, made in one transaction. */
async function addTokens(
  instance: TestInstance,
  { id: userId }: Person,
  of: { readonly organizationId: OrganizationId; readonly membershipId: MembershipId },
) {
  const tokens = Array.from({ length: TOKENS }, (_, index) => ({
    id: newId("token"),
    secret: newSecret("mm", "pat"),
    name: `token ${index}`,
  }));
  const createdAt = instance.deps.clock();
  await instance.deps.store.transaction(async (tx) => {
    for (const { id, secret, name } of tokens) {
      await tx.insertToken({
        id,
        name,
        hash: hashSecret(secret),
        prefix: prefixOf(secret),
        userId,
        ...of,
        permissions: null,
        createdAt,
        expiresAt: null,
        replaces: null,
      });
    }
  });
  return tokens.map(({ id, secret }) => ({ id, secret: secret.expose() }));
}

/** Somebody whom the change does not concern, and where they mint. */
async function someoneElse(seed: Seed): Promise<[Client, { readonly organizationId: OrganizationId }]> {
  const stranger = await seed.person();
  return [await seed.session(stranger), { organizationId: stranger.personal.id }];
}

async function assertRefused(reply: Promise<Reply>, code: string): Promise<void> {
  const { status, body } = await reply;
  assert.deepEqual([status, body.code], [401, code]);
}

async function eventsOf(
  { deps: { store } }: TestInstance,
  { organization, member }: Setting,
  action: AuditAction,
): Promise<readonly AuditEventRecord[]> {
  const found = new Map<AuditEventId, AuditEventRecord>();
  for (const filter of [{ organizationId: organization.id }, { concerning: member.id }]) {
    let after = null;
    do {
      const page: Awaited<ReturnType<typeof store.reads.listAuditEvents>> = await store.reads.listAuditEvents(
        { ...filter, actions: [action] },
        { limit: 200, after },
      );
      for (const event of page.items) found.set(event.id, event);
      after = page.next;
    } while (after !== null);
  }
  return [...found.values()];
}

function revokedEvents(instance: TestInstance, setting: Setting): Promise<readonly AuditEventRecord[]> {
  return eventsOf(instance, setting, "pat.revoked");
}

function targetsOf(events: readonly AuditEventRecord[]): readonly string[] {
  return events.map(({ target }) => target?.id ?? "").sort();
}

/** The end of each of the tokens, as a list shows it. */
async function listed(
  { deps: { store } }: TestInstance,
  { tokens }: Setting,
): Promise<readonly { readonly revokedAt: number | null }[]> {
  const found = await store.reads.listTokensById(tokens.map(({ id }) => id));
  return found
    .map(({ id, revokedAt, revokedReason, revokedBy }) => ({ id, revokedAt, revokedReason, revokedBy }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}
