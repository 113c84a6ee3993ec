// Two people open accounts at once. Each race says what may never be true afterwards.
import assert from "node:assert/strict";
import { signUp } from "../../src/use-cases/invitation/join.ts";
import { setUpInstance, startSetup } from "../../src/use-cases/admin/set-up.ts";
import { AccountStage } from "../support/account-stage.ts";
import { invite, PASSWORD } from "../support/accounts.ts";
import { uniqueName } from "../support/instance.ts";
import type { Move } from "../support/interleave.ts";
import { assertOneWon, describeRaces, type Race } from "../support/race.ts";

const ALL = { limit: 200, after: null };

const RACES: readonly Race<AccountStage>[] = [
  {
    name: "two set-ups: one first account",
    rounds: 100,
    alone: true,
    prepare: async (stage) => {
      await stage.forgetSetUp();
      const code = (await startSetup(stage.instance.deps))?.expose() ?? "";
      const mark = uniqueName("admin");
      const setUp = (email: string): Move => {
        const input = { code, name: mark, email: `${email}-${mark}@example.com`, password: PASSWORD };
        return (store) => setUpInstance(stage.on(store), input, stage.newOrigin());
      };
      return {
        left: setUp("left"),
        right: setUp("right"),
        check: async (result) => {
          assert.equal((await stage.reads.listUsers({ query: mark }, ALL)).items.length, 1);
          assertOneWon(result, "setup_done");
        },
      };
    },
  },
  {
    name: "two sign-ups with one invitation: one account, one membership",
    prepare: async (stage) => {
      const owner = await stage.seed.person();
      const organization = await stage.seed.organization(owner);
      const email = `${uniqueName("invited")}@example.com`;
      const { token } = await invite(stage.instance, organization, owner, { email });
      const input = { name: "Invited", email, password: PASSWORD, invitation: token };
      const join: Move = (store) => signUp(stage.on(store), input, stage.newOrigin());
      return {
        left: join,
        right: join,
        check: async (result) => {
          const { items } = await stage.reads.listMembers(organization.id, { query: email, now: 0 }, ALL);
          assert.equal(items.length, 1);
          // Either refusal is right: the link was used, or the address has an account.
          const isTaken = [result.left, result.right].includes("email_taken");
          assertOneWon(result, isTaken ? "email_taken" : "invitation_invalid");
        },
      };
    },
  },
];

describeRaces("of new accounts", (instance) => new AccountStage(instance), RACES);
