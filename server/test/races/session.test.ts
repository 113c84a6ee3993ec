// Two requests about sessions, and about the tokens that they mint, at once. Each race says what may never be true
// afterwards.
import assert from "node:assert/strict";
import { defaultPolicy } from "@mintmark/core";
import { changePassword } from "../../src/use-cases/account/password.ts";
import { suspendUser } from "../../src/use-cases/admin/user.ts";
import { removeMember } from "../../src/use-cases/member/member.ts";
import { signIn } from "../../src/use-cases/session/sign-in.ts";
import { switchOrganization } from "../../src/use-cases/session/session.ts";
import { mintToken } from "../../src/use-cases/token/mint.ts";
import { AccountStage } from "../support/account-stage.ts";
import { actAs, PASSWORD, personWithPassword } from "../support/accounts.ts";
import { describeRaces, type Race } from "../support/race.ts";

const NEW_PASSWORD = "tr0ubador & three";

const RACES: readonly Race<AccountStage>[] = [
  {
    name: "minting against a new password that revokes tokens: no active token",
    prepare: async (stage) => {
      const person = await personWithPassword(stage.seed);
      const [own, stolen] = [await actAs(stage.instance, person), await actAs(stage.instance, person)];
      const change = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD, revokeTokens: true };
      return {
        left: (store) => mintToken(stage.on(store), stolen, { name: "token", expiresInDays: 7 }),
        right: (store) => changePassword(stage.on(store), own, change),
        check: async ({ left, right, overtaken }) => {
          assert.equal(right, "ok");
          assert.equal(await stage.liveTokens(person), 0);
          if (overtaken === "left") assert.equal(left, "session_ended");
        },
      };
    },
  },
  {
    name: "signing in with the old password against a new one: no session but the one that changed it",
    prepare: async (stage) => {
      const person = await personWithPassword(stage.seed);
      const own = await actAs(stage.instance, person);
      const change = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
      return {
        left: (store) => signIn(stage.on(store), { email: person.email, password: PASSWORD }, stage.newOrigin()),
        right: (store) => changePassword(stage.on(store), own, change),
        check: async ({ right, left, overtaken }) => {
          assert.equal(right, "ok");
          assert.equal(await stage.liveSessions(person), 1);
          if (overtaken === "left") assert.equal(left, "sign_in_failed");
        },
      };
    },
  },
  {
    name: "signing in against suspension: no session of a suspended user",
    alone: true,
    prepare: async (stage) => {
      const [admin] = await stage.twoAdmins();
      const person = await personWithPassword(stage.seed);
      const actor = await actAs(stage.instance, admin);
      return {
        left: (store) => signIn(stage.on(store), { email: person.email, password: PASSWORD }, stage.newOrigin()),
        right: (store) => suspendUser(stage.on(store), actor, person.id),
        check: async ({ right, left, overtaken }) => {
          assert.equal(right, "ok");
          assert.equal(await stage.liveSessions(person), 0);
          if (overtaken === "left") assert.equal(left, "sign_in_failed");
        },
      };
    },
  },
  {
    name: "minting against a suspension that revokes tokens: no active token",
    alone: true,
    prepare: async (stage) => {
      const [admin] = await stage.twoAdmins();
      const person = await personWithPassword(stage.seed);
      const policy = { ...defaultPolicy(stage.instance.deps.catalogue.roles.keys()), revokeOnSuspend: true };
      await stage.instance.deps.store.transaction((tx) => tx.setPolicy(person.personal.id, policy));
      const [actor, adminActs] = [await actAs(stage.instance, person), await actAs(stage.instance, admin)];
      return {
        left: (store) => mintToken(stage.on(store), actor, { name: "token", expiresInDays: 7 }),
        right: (store) => suspendUser(stage.on(store), adminActs, person.id),
        check: async ({ left, right, overtaken }) => {
          assert.equal(right, "ok");
          assert.equal(await stage.liveTokens(person), 0);
          if (overtaken === "left") assert.equal(left, "session_ended");
        },
      };
    },
  },
  {
    name: "switching to an organization against removal from it: no session stays there",
    prepare: async (stage) => {
      const owner = await stage.seed.person();
      const person = await stage.seed.person();
      const organization = await stage.seed.organization(owner);
      const membershipId = await stage.seed.member(organization, person, "member");
      const [actor, ownerActs] = [await actAs(stage.instance, person), await actAs(stage.instance, owner)];
      const removal = { organizationId: organization.id, membershipId };
      return {
        left: (store) => switchOrganization(stage.on(store), actor, organization.id),
        right: (store) => removeMember(stage.on(store), ownerActs, removal),
        check: async ({ left, right, overtaken }) => {
          assert.equal(right, "ok");
          const [session] = await stage.reads.listSessions(person.id, 0);
          assert.equal(session?.organizationId, person.personal.id);
          if (overtaken === "left") assert.equal(left, "not_found");
        },
      };
    },
  },
  {
    name: "signing in to an organization against removal from it: no session begins there",
    prepare: async (stage) => {
      const owner = await stage.seed.person();
      const person = await personWithPassword(stage.seed);
      const organization = await stage.seed.organization(owner);
      const membershipId = await stage.seed.member(organization, person, "member");
      const ownerActs = await actAs(stage.instance, owner);
      const removal = { organizationId: organization.id, membershipId };
      return {
        left: (store) => signIn(stage.on(store), { email: person.email, password: PASSWORD }, stage.newOrigin()),
        right: (store) => removeMember(stage.on(store), ownerActs, removal),
        check: async ({ left, right }) => {
          assert.deepEqual([left, right], ["ok", "ok"]);
          const [session] = await stage.reads.listSessions(person.id, 0);
          assert.equal(session?.organizationId, person.personal.id);
        },
      };
    },
  },
];

describeRaces("of sessions", (instance) => new AccountStage(instance), RACES);
