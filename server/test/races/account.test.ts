// Two requests about accounts at once. Each race says what may never be true afterwards.
import assert from "node:assert/strict";
import { deleteAccount } from "../../src/use-cases/account/delete.ts";
import { suspendUser } from "../../src/use-cases/admin/user.ts";
import { acceptInvitation } from "../../src/use-cases/invitation/join.ts";
import { createOrganization } from "../../src/use-cases/organization.ts";
import { AccountStage } from "../support/account-stage.ts";
import { actAs, invite, PASSWORD, personWithPassword } from "../support/accounts.ts";
import type { Move } from "../support/interleave.ts";
import { assertOneWon, describeRaces, type Race } from "../support/race.ts";
import type { Person } from "../support/seed.ts";

const RACES: readonly Race<AccountStage>[] = [
  {
    name: "two owners deleting their accounts: one active owner stays",
    prepare: async (stage) => {
      const [ann, bob] = [await personWithPassword(stage.seed), await personWithPassword(stage.seed)];
      const organization = await stage.seed.organization(ann);
      await stage.seed.member(organization, bob, "owner");
      const remove = async (person: Person): Promise<Move> => {
        const actor = await actAs(stage.instance, person);
        return (store) => deleteAccount(stage.on(store), actor, PASSWORD);
      };
      return {
        left: await remove(ann),
        right: await remove(bob),
        check: async (result) => {
          assert.equal(await stage.reads.countActiveOwners(organization.id), 1);
          assertOneWon(result, "last_owner");
        },
      };
    },
  },
  {
    name: "two instance admins deleting their accounts: one stays",
    alone: true,
    prepare: async (stage) => {
      const [left, right] = await stage.twoAdmins();
      const remove = async (person: Person): Promise<Move> => {
        const actor = await actAs(stage.instance, person);
        return (store) => deleteAccount(stage.on(store), actor, PASSWORD);
      };
      return {
        left: await remove(left),
        right: await remove(right),
        check: (result) => assertOneWon(result, "last_instance_admin"),
      };
    },
  },
  {
    name: "two instance admins suspending each other: one stays",
    alone: true,
    prepare: async (stage) => {
      const [ann, bob] = await stage.twoAdmins();
      const suspend = async (by: Person, person: Person): Promise<Move> => {
        const actor = await actAs(stage.instance, by);
        return (store) => suspendUser(stage.on(store), actor, person.id);
      };
      return {
        left: await suspend(ann, bob),
        right: await suspend(bob, ann),
        check: (result) => assertOneWon(result, "instance_admin_required"),
      };
    },
  },
  {
    name: "accepting an invitation against deleting the account: no membership of a deleted user",
    prepare: async (stage) => {
      const owner = await stage.seed.person();
      const person = await personWithPassword(stage.seed);
      const organization = await stage.seed.organization(owner);
      const { token } = await invite(stage.instance, organization, owner, { email: person.email });
      const actor = await actAs(stage.instance, person);
      return {
        left: (store) => acceptInvitation(stage.on(store), actor, token),
        right: (store) => deleteAccount(stage.on(store), actor, PASSWORD),
        check: async ({ left, right, overtaken }) => {
          assert.equal(right, "ok");
          assert.equal(await stage.reads.findMembership(organization.id, person.id), null);
          if (overtaken === "left") assert.notEqual(left, "ok");
        },
      };
    },
  },
  {
    name: "founding an organization against deleting the account: no organization without an owner",
    prepare: async (stage) => {
      const person = await personWithPassword(stage.seed);
      const actor = await actAs(stage.instance, person);
      return {
        left: (store) => createOrganization(stage.on(store), actor, { name: "Founded" }),
        right: (store) => deleteAccount(stage.on(store), actor, PASSWORD),
        check: async ({ left, right }) => {
          const isDeleted = (await stage.reads.findUser(person.id))?.deletedAt !== null;
          const organizations = await stage.reads.listOrganizationsOfUser(person.id);
          assert.equal(organizations.length, isDeleted ? 0 : 2);
          assert.deepEqual([left, right].toSorted(), isDeleted ? ["ok", "session_ended"] : ["last_owner", "ok"]);
        },
      };
    },
  },
];

describeRaces("of accounts", (instance) => new AccountStage(instance), RACES);
