// A link from an email, presented twice at once, or while its address is given up. Here one statement decides, not a
// lock, so there is no run without locks: each round meets another step.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Secret } from "@mintmark/core";
import { updateAccount } from "../../src/use-cases/account/update.ts";
import { issueEmailLink } from "../../src/use-cases/account/email-link.ts";
import type { Deps, SessionActor } from "../../src/use-cases/use-case.ts";
import { createCalendarFeed } from "../../src/use-cases/notice/calendar.ts";
import { mintToken } from "../../src/use-cases/token/mint.ts";
import { verifyEmail } from "../../src/use-cases/account/verify-email.ts";
import { resetPassword } from "../../src/use-cases/account/password.ts";
import type { EmailLinkKind } from "../../src/store/store.ts";
import { AccountStage } from "../support/account-stage.ts";
import { actAs, PASSWORD, personWithPassword } from "../support/accounts.ts";
import { ENGINES, startInstance, type TestInstance, uniqueName } from "../support/instance.ts";
import { interleave, type LockWatch, type Meeting, type Move, watchLocks } from "../support/interleave.ts";
import type { Person } from "../support/seed.ts";

for (const engine of ENGINES) {
  describe(`races of links in emails on ${engine}`, () => {
    let instance: TestInstance;
    let stage: AccountStage;
    let locks: LockWatch;
    before(async () => {
      instance = await startInstance({ engine });
      stage = new AccountStage(instance);
      locks = await watchLocks(instance.databaseUrl);
    });
    after(async () => {
      await locks.close();
      await instance.close();
    });

    /** Pauses the first of the two at each of its steps in turn, until it has no more. */
    async function walk(
      kind: EmailLinkKind,
      prepare: (person: Person, token: string) => Promise<{ readonly first: Move; readonly second: Move }>,
      check: (meeting: Meeting, person: Person) => Promise<void>,
    ): Promise<void> {
      for (let pauseAt = 0, isThere = true; isThere; pauseAt++) {
        const person = await personWithPassword(stage.seed);
        const link: Secret = await instance.deps.store.transaction((tx) =>
          issueEmailLink(tx, kind, person, instance.deps.clock()),
        );
        const moves = await prepare(person, link.expose());
        const meeting = await interleave(instance.deps.store, locks, { ...moves, pauseAt });
        isThere = meeting.steps > pauseAt;
        await check(meeting, person);
      }
    }

    const count = async (person: Person, action: string): Promise<number> => {
      const page = { limit: 200, after: null };
      const { items } = await stage.reads.listAuditEvents({ concerning: person.id }, page);
      return items.filter((event) => event.action === action).length;
    };

    const endings = ({ first, second }: Meeting): readonly string[] => [first, second].sort();

    it("verifying twice: one proof, and the other response says that the link was used", () =>
      walk(
        "verify_email",
        async (person, token) => {
          const actor = await actAs(instance, person);
          const verify: Move = (store) => verifyEmail(stage.on(store), actor, token);
          return { first: verify, second: verify };
        },
        async (meeting, person) => {
          assert.deepEqual(endings(meeting), ["link_invalid", "ok"]);
          assert.equal(await count(person, "user.email_verified"), 1);
        },
      ));

    it("resetting twice: one new password, and the other link no longer works", () =>
      walk(
        "reset_password",
        async (_person, token) => {
          const reset = (password: string): Move => {
            const origin = stage.newOrigin();
            return (store) => resetPassword(stage.on(store), { token, password }, origin);
          };
          return { first: reset("the first new password"), second: reset("the second new password") };
        },
        async (meeting, person) => {
          assert.deepEqual(endings(meeting), ["link_invalid", "ok"]);
          assert.equal(await count(person, "user.password_reset"), 1);
        },
      ));

    for (const [what, make] of [
      ["minting", (deps: Deps, actor: SessionActor) => mintToken(deps, actor, { name: "late", expiresInDays: 7 })],
      ["making a feed", (deps: Deps, actor: SessionActor) => createCalendarFeed(deps, actor)],
    ] as const) {
      it(`${what} while a reset proves the address for the first time: nothing made before the proof outlives it`, () =>
        walk(
          "reset_password",
          async (person, token) => {
            const actor = await actAs(instance, person);
            const origin = stage.newOrigin();
            return {
              first: (store) => make(stage.on(store), actor),
              second: (store) => resetPassword(stage.on(store), { token, password: "a new password" }, origin),
            };
          },
          async ({ first, second }, person) => {
            assert.equal(second, "ok");
            assert.ok(first === "ok" || first === "session_ended", first);
            assert.equal(await stage.liveTokens(person), 0);
            assert.equal(await stage.reads.findCalendarFeed(person.id), null);
          },
        ));
    }

    it("verifying while the address is given up: no other address is proved by it", () =>
      walk(
        "verify_email",
        async (person, token) => {
          const actor = await actAs(instance, person);
          const change = { email: `${uniqueName("moved")}@example.com`, password: PASSWORD };
          return {
            first: (store) => verifyEmail(stage.on(store), actor, token),
            second: (store) => updateAccount(stage.on(store), actor, change),
          };
        },
        async ({ second }, person) => {
          assert.equal(second, "ok");
          assert.equal((await stage.reads.findUser(person.id))?.emailVerifiedAt, null);
        },
      ));

    it("resetting while the address is given up: the link to it sets no password afterwards", () =>
      walk(
        "reset_password",
        async (person, token) => {
          const actor = await actAs(instance, person);
          const change = { email: `${uniqueName("moved")}@example.com`, password: PASSWORD };
          const origin = stage.newOrigin();
          return {
            first: (store) => resetPassword(stage.on(store), { token, password: "another new password" }, origin),
            second: (store) => updateAccount(stage.on(store), actor, change),
          };
        },
        async ({ first, second, overtaken }) => {
          if (overtaken) assert.deepEqual([first, second], ["link_invalid", "ok"]);
          else assert.ok(first === "ok" || second === "ok");
        },
      ));
  });
}
