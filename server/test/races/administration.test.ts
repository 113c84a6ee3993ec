// Operations of instance admins at the same time as other people's. Each race says what may never be true afterwards.
import assert from "node:assert/strict";
import { appointOwner } from "../../src/use-cases/admin/organization.ts";
import { createService } from "../../src/use-cases/admin/service.ts";
import { revokeUserTokens } from "../../src/use-cases/admin/token.ts";
import { setInstanceAdmin } from "../../src/use-cases/admin/instance-admin.ts";
import { suspendUser } from "../../src/use-cases/admin/user.ts";
import { removeMember } from "../../src/use-cases/member/member.ts";
import { mintToken } from "../../src/use-cases/token/mint.ts";
import { AccountStage } from "../support/account-stage.ts";
import { actAs } from "../support/accounts.ts";
import { uniqueName } from "../support/instance.ts";
import type { Move } from "../support/interleave.ts";
import { assertOneWon, describeRaces, type Race } from "../support/race.ts";
import type { Person } from "../support/seed.ts";

/** A move that dismisses the person as an instance admin, made by this one. */
async function dismissal(stage: AccountStage, by: Person, person: Person): Promise<Move> {
  const actor = await actAs(stage.instance, by);
  return (store) => setInstanceAdmin(stage.on(store), actor, { id: person.id, instanceAdmin: false });
}

async function activeAdmins(stage: AccountStage): Promise<number> {
  const filter = { query: null, instanceAdmin: true, state: "active" } as const;
  return (await stage.reads.listUsers(filter, { limit: 200, after: null })).items.length;
}

const RACES: readonly Race<AccountStage>[] = [
  {
    name: "two instance admins dismissing each other: one stays",
    alone: true,
    prepare: async (stage) => {
      const [ann, bob] = await stage.twoAdmins();
      return {
        left: await dismissal(stage, ann, bob),
        right: await dismissal(stage, bob, ann),
        check: async (result) => {
          assert.equal(await activeAdmins(stage), 1);
          assertOneWon(result, "instance_admin_required");
        },
      };
    },
  },
  {
    name: "two instance admins stepping down: one stays",
    alone: true,
    prepare: async (stage) => {
      const [ann, bob] = await stage.twoAdmins();
      return {
        left: await dismissal(stage, ann, ann),
        right: await dismissal(stage, bob, bob),
        check: async (result) => {
          assert.equal(await activeAdmins(stage), 1);
          assertOneWon(result, "last_instance_admin");
        },
      };
    },
  },
  {
    name: "dismissing an instance admin against being suspended by them: one stays",
    alone: true,
    prepare: async (stage) => {
      const [ann, bob] = await stage.twoAdmins();
      const bobActs = await actAs(stage.instance, bob);
      return {
        left: await dismissal(stage, ann, bob),
        right: (store) => suspendUser(stage.on(store), bobActs, ann.id),
        check: async (result) => {
          assert.equal(await activeAdmins(stage), 1);
          assertOneWon(result, "instance_admin_required");
        },
      };
    },
  },
  {
    name: "registering a service against being dismissed: no service registered after the dismissal",
    alone: true,
    prepare: async (stage) => {
      const [ann, bob] = await stage.twoAdmins();
      const bobActs = await actAs(stage.instance, bob);
      const name = uniqueName("service");
      return {
        left: (store) => createService(stage.on(store), bobActs, { name }),
        right: await dismissal(stage, ann, bob),
        check: ({ left, right, overtaken }) => {
          assert.equal(right, "ok");
          if (overtaken === "left") assert.equal(left, "instance_admin_required");
        },
      };
    },
  },
  {
    name: "appointing a member as owner against removing them: the organization keeps an owner who is a member",
    alone: true,
    prepare: async (stage) => {
      const [admin] = await stage.twoAdmins();
      const [owner, member] = [await stage.seed.person(), await stage.seed.person()];
      const organization = await stage.seed.organization(owner);
      const membershipId = await stage.seed.member(organization, member, "member");
      const [adminActs, ownerActs] = [await actAs(stage.instance, admin), await actAs(stage.instance, owner)];
      const path = { organizationId: organization.id, membershipId };
      return {
        left: (store) => appointOwner(stage.on(store), adminActs, path),
        right: (store) => removeMember(stage.on(store), ownerActs, path),
        check: async ({ left, right, overtaken }) => {
          assert.equal(right, "ok");
          assert.equal(await stage.reads.findMembership(organization.id, member.id), null);
          if (overtaken === "left") assert.equal(left, "not_found");
          assert.equal(await stage.reads.countActiveOwners(organization.id), 1);
        },
      };
    },
  },
  {
    name: "appointing an owner against suspending their account: no owner was appointed after the suspension",
    alone: true,
    prepare: async (stage) => {
      const [ann, bob] = await stage.twoAdmins();
      const [owner, person] = [await stage.seed.person(), await stage.seed.person()];
      const organization = await stage.seed.organization(owner);
      const [annActs, bobActs] = [await actAs(stage.instance, ann), await actAs(stage.instance, bob)];
      return {
        left: (store) => appointOwner(stage.on(store), annActs, { organizationId: organization.id, userId: person.id }),
        right: (store) => suspendUser(stage.on(store), bobActs, person.id),
        check: async ({ left, right, overtaken }) => {
          assert.equal(right, "ok");
          if (overtaken === "left") assert.equal(left, "person_suspended");
          assert.equal(await stage.reads.countActiveOwners(organization.id), 1);
        },
      };
    },
  },
  {
    name: "revoking every token of a person against their mint: no token minted before the revocation is active",
    alone: true,
    prepare: async (stage) => {
      const [admin] = await stage.twoAdmins();
      const person = await stage.seed.person();
      const organization = await stage.seed.organization(await stage.seed.person());
      await stage.seed.member(organization, person, "member");
      await stage.seed.token(person, person.personal);
      const [adminActs, personActs] = [await actAs(stage.instance, admin), await actAs(stage.instance, person)];
      const token = { name: "token", expiresInDays: 7, organizationId: organization.id };
      return {
        left: (store) => mintToken(stage.on(store), personActs, token),
        right: (store) => revokeUserTokens(stage.on(store), adminActs, { id: person.id, organizationIds: null }),
        check: async ({ left, right, overtaken }) => {
          assert.deepEqual([left, right], ["ok", "ok"]);
          const live = await stage.liveTokens(person);
          // A mint that waited for the revocation makes a new token. A token that was returned before it is revoked.
          assert.ok(live <= 1);
          if (overtaken === "right") assert.equal(live, 0);
        },
      };
    },
  },
];

describeRaces("of administration", (instance) => new AccountStage(instance), RACES);
