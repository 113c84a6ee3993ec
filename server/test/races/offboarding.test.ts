// Offboarding and oversight by two people at once: each credential is revoked once and recorded once, and a receipt
// names exactly the credentials that were revoked.
import assert from "node:assert/strict";
import type { TokenId } from "@mintmark/core";
import { revokeApiKey } from "../../src/use-cases/api-key.ts";
import { removeMember, suspendMember } from "../../src/use-cases/member/member.ts";
import type { OffboardingReceipt } from "../../src/use-cases/member/offboarding.ts";
import { revokeOrganizationTokens } from "../../src/use-cases/token/oversight.ts";
import { mintToken } from "../../src/use-cases/token/mint.ts";
import { AccountStage } from "../support/account-stage.ts";
import { actAs } from "../support/accounts.ts";
import { describeRaces, type Race } from "../support/race.ts";

const ALL = { limit: 200, after: null };

/** An owner and a member with two tokens and a key, and a way to act as the owner and as another admin. */
async function setting(stage: AccountStage) {
  const { seed, instance } = stage;
  const [owner, admin, member] = [await seed.person(), await seed.person(), await seed.person()];
  const organization = await seed.organization(owner);
  await seed.member(organization, admin, "admin");
  const membershipId = await seed.member(organization, member, "member");
  const tokens = [await seed.token(member, organization), await seed.token(member, organization)];
  const key = await seed.apiKey(organization, member, { role: "member" });
  const organizationId = organization.id;
  return {
    organizationId,
    membershipId,
    keyId: key.id,
    tokenIds: tokens.map(({ id }) => id),
    owner: await actAs(instance, owner),
    admin: await actAs(instance, admin),
    member: await actAs(instance, member),
    /** The ids of the targets of this action's events, each event once. */
    targets: async (action: "pat.revoked" | "api_key.revoked" | "member.suspended") => {
      const { items } = await stage.reads.listAuditEvents({ organizationId, actions: [action] }, ALL);
      return items.map(({ target }) => target?.id ?? "").sort();
    },
  };
}

const RACES: readonly Race<AccountStage>[] = [
  {
    name: "suspension with a key against that key's revocation: the key is revoked once, and nobody is suspended with an outdated list",
    prepare: async (stage) => {
      const { organizationId, membershipId, keyId, owner, admin, targets } = await setting(stage);
      return {
        left: (store) =>
          suspendMember(stage.on(store), owner, { organizationId, membershipId, revokeApiKeys: [keyId] }),
        right: (store) => revokeApiKey(stage.on(store), admin, { organizationId, keyId }),
        check: async ({ left, right }) => {
          assert.equal(right, "ok");
          assert.deepEqual(await targets("api_key.revoked"), [keyId]);
          const member = await stage.reads.findMember(organizationId, membershipId, 0);
          assert.equal(member?.suspendedAt !== null, left === "ok");
          assert.ok(left === "ok" || left === "credential_not_active");
        },
      };
    },
  },
  {
    name: "bulk revocation against removal: each token is revoked once and recorded once",
    prepare: async (stage) => {
      const { organizationId, membershipId, tokenIds, owner, admin, targets } = await setting(stage);
      return {
        left: (store) =>
          revokeOrganizationTokens(stage.on(store), admin, { organizationId, ids: tokenIds.toReversed() }),
        right: (store) => removeMember(stage.on(store), owner, { organizationId, membershipId }),
        check: async ({ left, right }) => {
          assert.deepEqual([left, right], ["ok", "ok"]);
          assert.deepEqual(await targets("pat.revoked"), tokenIds.toSorted());
        },
      };
    },
  },
  {
    name: "two bulk revocations of the same tokens: neither waits for ever, each token is recorded once",
    prepare: async (stage) => {
      const { organizationId, tokenIds, owner, admin, targets } = await setting(stage);
      const ids: readonly TokenId[] = tokenIds.toReversed();
      return {
        left: (store) => revokeOrganizationTokens(stage.on(store), owner, { organizationId, ids: tokenIds }),
        right: (store) => revokeOrganizationTokens(stage.on(store), admin, { organizationId, ids }),
        check: async ({ left, right }) => {
          assert.deepEqual([left, right], ["ok", "ok"]);
          assert.deepEqual(await targets("pat.revoked"), tokenIds.toSorted());
        },
      };
    },
  },
  {
    name: "removal against mint: the receipt names every token that there was",
    prepare: async (stage) => {
      const { organizationId, membershipId, owner, member } = await setting(stage);
      let receipt: OffboardingReceipt | null = null;
      return {
        left: async (store) => {
          receipt = await removeMember(stage.on(store), owner, { organizationId, membershipId });
        },
        right: (store) => mintToken(stage.on(store), member, { name: "late", expiresInDays: 7, organizationId }),
        check: async ({ left, right }) => {
          assert.equal(left, "ok");
          const { items } = await stage.reads.listTokensOfOrganization(organizationId, ALL);
          assert.ok(items.every(({ revokedAt }) => revokedAt !== null));
          const proved = receipt?.offboarding?.tokens.map(({ id }) => id).sort();
          assert.deepEqual(proved, items.map(({ id }) => id).sort());
          assert.equal(items.length, right === "ok" ? 3 : 2);
        },
      };
    },
  },
];

describeRaces("of offboarding", (instance) => new AccountStage(instance), RACES);
