// What must hold however somebody joins while the way in is closed. Each race says what may never be true afterwards.
import assert from "node:assert/strict";
import { acceptInvitation } from "../../src/service/invitation/accept-invitation.ts";
import { resendInvitation } from "../../src/service/invitation/resend-invitation.ts";
import { withdrawInvitation } from "../../src/service/invitation/withdraw-invitation.ts";
import { clearDomainJoining, setDomainJoining } from "../../src/service/joining/domain-joining.ts";
import { joinByDomain } from "../../src/service/joining/join-by-domain.ts";
import { AccountStage } from "../support/account-stage.ts";
import { actAs, invite } from "../support/accounts.ts";
import { uniqueName } from "../support/instance.ts";
import { describeRaces, type Race } from "../support/race.ts";

async function invited(stage: AccountStage) {
  const owner = await stage.seed.person();
  const guest = await stage.seed.person();
  const organization = await stage.seed.organization(owner);
  const { id, token } = await invite(stage.instance, organization, owner, { email: guest.email });
  return {
    organization,
    token,
    path: { organizationId: organization.id, invitationId: id },
    ownerActs: await actAs(stage.instance, owner),
    guestActs: await actAs(stage.instance, guest),
    isMember: async () => (await stage.reads.findMembership(organization.id, guest.id)) !== null,
  };
}

async function openToDomain(stage: AccountStage) {
  const domain = `${uniqueName("acme")}.example`;
  const [owner, guest] = [await stage.seed.person(), await stage.seed.person()];
  const { store, clock } = stage.instance.deps;
  await store.transaction(async (tx) => {
    for (const { id } of [owner, guest]) {
      await tx.setUserEmail(id, `${uniqueName("p")}@${domain}`);
      await tx.verifyUserEmail(id, clock());
    }
  });
  const organization = await stage.seed.organization(owner);
  const ownerActs = await actAs(stage.instance, owner);
  await setDomainJoining(stage.instance.deps, ownerActs, { organizationId: organization.id, domain, role: "member" });
  const email = (await stage.reads.findUser(guest.id))?.email ?? "";
  const { token } = await invite(stage.instance, organization, owner, { email });
  const guestActs = await actAs(stage.instance, guest);
  return { organization, owner, guest, ownerActs, guestActs, token };
}

const RACES: readonly Race<AccountStage>[] = [
  {
    name: "accepting against withdrawing: the invitation is one or the other",
    prepare: async (stage) => {
      const { token, path, ownerActs, guestActs, isMember } = await invited(stage);
      return {
        left: (store) => acceptInvitation(stage.on(store), guestActs, token),
        right: (store) => withdrawInvitation(stage.on(store), ownerActs, path),
        check: async ({ left, right }) => {
          const isAccepted = left === "ok";
          assert.deepEqual([left, right], isAccepted ? ["ok", "already_member"] : ["invitation_invalid", "ok"]);
          assert.equal(await isMember(), isAccepted);
        },
      };
    },
  },
  {
    name: "accepting against sending again: nobody joins by a link that a new one has replaced",
    prepare: async (stage) => {
      const { token, path, ownerActs, guestActs, isMember } = await invited(stage);
      return {
        left: (store) => acceptInvitation(stage.on(store), guestActs, token),
        right: (store) => resendInvitation(stage.on(store), ownerActs, path),
        check: async ({ left, right }) => {
          const isAccepted = left === "ok";
          assert.deepEqual([left, right], isAccepted ? ["ok", "already_member"] : ["invitation_invalid", "ok"]);
          assert.equal(await isMember(), isAccepted);
        },
      };
    },
  },
  {
    name: "joining by domain against closing it: nobody joins once it is closed",
    prepare: async (stage) => {
      const { organization, ownerActs, guestActs } = await openToDomain(stage);
      return {
        left: (store) => joinByDomain(stage.on(store), guestActs, organization.id),
        right: (store) => clearDomainJoining(stage.on(store), ownerActs, organization.id),
        check: ({ left, right, overtaken }) => {
          assert.equal(right, "ok");
          if (overtaken === "left") assert.equal(left, "not_found");
        },
      };
    },
  },
  {
    name: "joining by domain against accepting an invitation: one membership",
    prepare: async (stage) => {
      const { organization, guest, guestActs, token } = await openToDomain(stage);
      return {
        left: (store) => joinByDomain(stage.on(store), guestActs, organization.id),
        right: (store) => acceptInvitation(stage.on(store), guestActs, token),
        check: async ({ left, right }) => {
          assert.deepEqual([left, right], left === "ok" ? ["ok", "invitation_invalid"] : ["already_member", "ok"]);
          assert.notEqual(await stage.reads.findMembership(organization.id, guest.id), null);
        },
      };
    },
  },
];

describeRaces("of joining", (instance) => new AccountStage(instance), RACES);
