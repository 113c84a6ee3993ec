// Two requests about one login from a terminal at once.
import assert from "node:assert/strict";
import type { OrganizationId } from "@mintmark/core";
import { approveLogin, claimLogin, denyLogin } from "../../src/use-cases/device/decide.ts";
import { redeemDeviceCode } from "../../src/use-cases/device/redeem.ts";
import { requestLogin } from "../../src/use-cases/device/login.ts";
import { removeMember } from "../../src/use-cases/member/member.ts";
import type { SessionActor } from "../../src/use-cases/use-case.ts";
import { signOut } from "../../src/use-cases/session/end.ts";
import { AccountStage } from "../support/account-stage.ts";
import { actAs } from "../support/accounts.ts";
import { assertOneWon, describeRaces, type Race } from "../support/race.ts";

interface Opened {
  readonly actor: SessionActor;
  readonly deviceCode: string;
  readonly approval: Parameters<typeof approveLogin>[2];
}

/** A login that the person has opened, with what they would approve. */
async function open(stage: AccountStage, actor: SessionActor, organizationId: OrganizationId): Promise<Opened> {
  const { deps } = stage.instance;
  const { deviceCode, userCode } = await requestLogin(deps, {}, stage.newOrigin());
  const { id } = await claimLogin(deps, actor, userCode.expose());
  const approval = { id, name: "terminal", expiresInDays: 7, organizationId };
  return { actor, deviceCode: deviceCode.expose(), approval };
}

async function member(stage: AccountStage) {
  const [owner, person] = [await stage.seed.person(), await stage.seed.person()];
  const organization = await stage.seed.organization(owner);
  const membershipId = await stage.seed.member(organization, person, "member");
  return { owner, person, organization, membershipId, actor: await actAs(stage.instance, person) };
}

const RACES: readonly Race<AccountStage>[] = [
  {
    name: "approving against denying a login: one of them holds",
    prepare: async (stage) => {
      const { actor, organization } = await member(stage);
      const { approval } = await open(stage, actor, organization.id);
      return {
        left: (store) => approveLogin(stage.on(store), actor, approval),
        right: (store) => denyLogin(stage.on(store), actor, approval.id),
        check: (result) => assertOneWon(result, "device_login_over"),
      };
    },
  },
  {
    name: "redeeming a login against removal from its organization: no active token",
    prepare: async (stage) => {
      const { actor, organization, owner, person, membershipId } = await member(stage);
      const { approval, deviceCode } = await open(stage, actor, organization.id);
      await approveLogin(stage.instance.deps, actor, approval);
      const ownerActs = await actAs(stage.instance, owner);
      return {
        left: (store) => redeemDeviceCode(stage.on(store), deviceCode, stage.newOrigin()),
        right: (store) => removeMember(stage.on(store), ownerActs, { organizationId: organization.id, membershipId }),
        check: async ({ left, right, overtaken }) => {
          assert.equal(right, "ok");
          assert.equal(await stage.liveTokens(person), 0);
          if (overtaken === "left") assert.equal(left, "access_denied");
        },
      };
    },
  },
  {
    name: "redeeming a login against the end of the session that approved it: no token after the session has ended",
    prepare: async (stage) => {
      const { actor, organization, person } = await member(stage);
      const { approval, deviceCode } = await open(stage, actor, organization.id);
      await approveLogin(stage.instance.deps, actor, approval);
      return {
        left: (store) => redeemDeviceCode(stage.on(store), deviceCode, stage.newOrigin()),
        right: (store) => signOut(stage.on(store), actor),
        check: async ({ left, right, overtaken }) => {
          assert.equal(right, "ok");
          assert.equal(await stage.liveTokens(person), left === "ok" ? 1 : 0);
          if (overtaken === "left") assert.equal(left, "access_denied");
        },
      };
    },
  },
];

describeRaces("of logins from a terminal", (instance) => new AccountStage(instance), RACES);
