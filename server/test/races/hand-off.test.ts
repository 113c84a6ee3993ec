// Requests in the session of a hand-off against its end. Each race says what may never be true afterwards.
import assert from "node:assert/strict";
import { revokeManagementKeyOnHost } from "../../src/use-cases/admin/management-key.ts";
import { endHandOff } from "../../src/use-cases/hand-off/create.ts";
import { mintToken } from "../../src/use-cases/token/mint.ts";
import type { ManagementActor, SessionActor } from "../../src/use-cases/use-case.ts";
import type { Store } from "../../src/store/store.ts";
import { AccountStage } from "../support/account-stage.ts";
import { actAs, originAt } from "../support/accounts.ts";
import { uniqueName } from "../support/instance.ts";
import { describeRaces, type Race } from "../support/race.ts";

/** Mints in the session of a hand-off while `end` ends it: whatever was minted was there before the end returned. */
function mintingAgainst(
  name: string,
  end: (stage: AccountStage, store: Store, host: ManagementActor, session: SessionActor) => Promise<unknown>,
): Race<AccountStage> {
  return {
    name: `minting against ${name}: no token after it`,
    prepare: async (stage) => {
      const { seed, reads, instance } = stage;
      const person = await seed.person();
      const organization = await seed.organization(person);
      const made = await seed.managementKey({ source: uniqueName("source") });
      const key = (await reads.findManagementKey(made.id)) ?? assert.fail();
      const host: ManagementActor = { kind: "management-key", key, origin: originAt(null) };
      const { id } = await seed.handedOff(person, organization, { madeBy: made.id });
      const [session] = await reads.listSessions(person.id, instance.deps.clock());
      const actor: SessionActor = { ...(await actAs(instance, person)), session: session ?? assert.fail() };
      assert.equal(session?.handOff?.id, id);
      let after = 0;
      return {
        left: (store) => mintToken(stage.on(store), actor, { name: "late", expiresInDays: 7 }),
        right: async (store) => {
          await end(stage, store, host, actor);
          after = await stage.liveTokens(person);
        },
        check: async ({ left, right, overtaken }) => {
          assert.equal(right, "ok");
          assert.equal(await stage.liveTokens(person), after);
          if (overtaken === "left") assert.equal(left, after === 0 ? "session_ended" : "ok");
        },
      };
    },
  };
}

describeRaces("of hand-offs", (instance) => new AccountStage(instance), [
  mintingAgainst("the end of its hand-off", (stage, store, host, { session }) =>
    endHandOff(stage.on(store), host, session.handOff?.id ?? assert.fail()),
  ),
  mintingAgainst("the revocation of its management key", (stage, store, { key }) =>
    revokeManagementKeyOnHost(stage.on(store), key.id),
  ),
]);
