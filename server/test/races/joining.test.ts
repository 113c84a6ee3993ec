// A person joins at the moment when joining is made impossible. Each race says what may never be true afterwards.
import assert from "node:assert/strict";
import type { MembershipId } from "@mintmark/core";
import { acceptInvitation } from "../../src/use-cases/invitation/join.ts";
import { createInvitation, resendInvitation, withdrawInvitation } from "../../src/use-cases/invitation/invite.ts";
import { suspendUser } from "../../src/use-cases/admin/user.ts";
import { changeRole } from "../../src/use-cases/member/member.ts";
import { revokeToken } from "../../src/use-cases/token/revoke.ts";
import { clearDomainJoining, joinByDomain, setDomainJoining } from "../../src/use-cases/invitation/domain.ts";
import { AccountStage } from "../support/account-stage.ts";
import { actAs, invite } from "../support/accounts.ts";
import { uniqueName } from "../support/instance.ts";
import type { Ending } from "../support/interleave.ts";
import { describeRaces, type Race, type Result } from "../support/race.ts";

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

/** An invitation to be an owner, by one of two owners, and the moves of the other. */
async function invitedByOneOfTwo(stage: AccountStage) {
  const { seed, instance } = stage;
  const [owner, granter, guest] = [await seed.person(), await seed.person(), await seed.person()];
  const organization = await seed.organization(owner);
  const membershipId = await seed.member(organization, granter, "owner");
  const { token } = await invite(instance, organization, granter, { email: guest.email, role: "owner" });
  return {
    organizationId: organization.id,
    membershipId,
    granter,
    token,
    ownerActs: await actAs(instance, owner),
    granterActs: await actAs(instance, granter),
    guestActs: await actAs(instance, guest),
    isMember: async () => (await stage.reads.findMembership(organization.id, guest.id)) !== null,
  };
}

/** If the issuer lost the authority first, the invitation is refused. A person who was accepted first stays. */
function assertJudged({ left, right, overtaken }: Result, isMember: boolean, refusal: Ending): void {
  assert.equal(right, "ok");
  if (overtaken === "left") assert.equal(left, refusal);
  assert.ok(left === "ok" || left === refusal, left);
  assert.equal(isMember, left === "ok");
}

const RACES: readonly Race<AccountStage>[] = [
  {
    name: "accepting against the issuer's demotion: an owner is made by an owner",
    prepare: async (stage) => {
      const { organizationId, membershipId, token, ownerActs, guestActs, isMember } = await invitedByOneOfTwo(stage);
      return {
        left: (store) => acceptInvitation(stage.on(store), guestActs, token),
        right: (store) => changeRole(stage.on(store), ownerActs, { organizationId, membershipId, role: "admin" }),
        check: async (result) => assertJudged(result, await isMember(), "invitation_invalid"),
      };
    },
  },
  {
    name: "accepting against the suspension of the issuer's account: nothing is accepted after it",
    prepare: async (stage) => {
      const { granter, token, guestActs, isMember } = await invitedByOneOfTwo(stage);
      const admin = await actAs(stage.instance, await stage.seed.person(undefined, { instanceAdmin: true }));
      return {
        left: (store) => acceptInvitation(stage.on(store), guestActs, token),
        right: (store) => suspendUser(stage.on(store), admin, granter.id),
        check: async (result) => assertJudged(result, await isMember(), "invitation_invalid"),
      };
    },
  },
  {
    name: "accepting against the revocation of the token that invited: nothing is accepted after it",
    prepare: async (stage) => {
      const { owner, organization, ownerActs } = await openToDomain(stage);
      const guest = await stage.seed.person();
      const { id, secret } = await stage.seed.token(owner, organization);
      const verified = await stage.instance.verifier.verify(secret, { ip: null, userAgent: null });
      assert.ok(verified.ok);
      const actor = { kind: "credential", principal: verified.principal, origin: ownerActs.origin } as const;
      const input = { organizationId: organization.id, email: guest.email, role: "member", mail: false };
      const { link } = await createInvitation(stage.instance.deps, actor, input);
      const guestActs = await actAs(stage.instance, guest);
      return {
        left: (store) => acceptInvitation(stage.on(store), guestActs, link.expose()),
        right: (store) => revokeToken(stage.on(store), ownerActs, id),
        check: async (result) => {
          const isMember = (await stage.reads.findMembership(organization.id, guest.id)) !== null;
          assertJudged(result, isMember, "invitation_invalid");
        },
      };
    },
  },
  {
    name: "joining by domain against the demotion of the person who opened it: nobody joins after it",
    prepare: async (stage) => {
      const { organization, owner, guest, guestActs } = await openToDomain(stage);
      const other = await stage.seed.person();
      await stage.seed.member(organization, other, "owner");
      const otherActs = await actAs(stage.instance, other);
      const membershipId = (await stage.reads.findMembership(organization.id, owner.id))?.id as MembershipId;
      const demotion = { organizationId: organization.id, membershipId, role: "member" };
      return {
        left: (store) => joinByDomain(stage.on(store), guestActs, organization.id),
        right: (store) => changeRole(stage.on(store), otherActs, demotion),
        check: async (result) => {
          const isMember = (await stage.reads.findMembership(organization.id, guest.id)) !== null;
          assertJudged(result, isMember, "not_found");
        },
      };
    },
  },
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
