// Two requests at once exceed no bound: of two that would each be the last, one is refused. A bound never refuses
// signing in, but it leaves no more sessions than are allowed.
import assert from "node:assert/strict";
import { createService } from "../../src/use-cases/admin/service.ts";
import { createApiKey } from "../../src/use-cases/api-key.ts";
import { acceptInvitation } from "../../src/use-cases/invitation/join.ts";
import { createInvitation } from "../../src/use-cases/invitation/invite.ts";
import { createOrganization } from "../../src/use-cases/organization.ts";
import { signIn } from "../../src/use-cases/session/sign-in.ts";
import { mintToken } from "../../src/use-cases/token/mint.ts";
import { AccountStage } from "../support/account-stage.ts";
import { actAs, invite, PASSWORD, personWithPassword } from "../support/accounts.ts";
import { uniqueName } from "../support/instance.ts";
import { assertOneWon, describeRaces, type Race, type Result } from "../support/race.ts";

const oneWon = (result: Result): void => assertOneWon(result, "limit_reached");
const newAddress = (): string => `${uniqueName("guest")}@example.com`;

const RACES: readonly Race<AccountStage>[] = [
  {
    name: "two foundings: one organization",
    prepare: async (stage) => {
      const actor = await actAs(stage.instance, await stage.seed.person());
      const found = { name: uniqueName("org") };
      return {
        left: (store) => createOrganization(stage.on(store), actor, found),
        right: (store) => createOrganization(stage.on(store), actor, found),
        check: oneWon,
      };
    },
  },
  {
    name: "founding against accepting: one organization",
    prepare: async (stage) => {
      const [owner, guest] = [await stage.seed.person(), await stage.seed.person()];
      const actor = await actAs(stage.instance, guest);
      const { token } = await invite(stage.instance, await stage.seed.organization(owner), owner, {
        email: guest.email,
      });
      return {
        left: (store) => createOrganization(stage.on(store), actor, { name: uniqueName("org") }),
        right: (store) => acceptInvitation(stage.on(store), actor, token),
        check: oneWon,
      };
    },
  },
  {
    name: "two people accepting: an organization gets no more members than it may have",
    prepare: async (stage) => {
      const owner = await stage.seed.person();
      const organization = await stage.seed.organization(owner);
      const guest = async () => {
        const person = await stage.seed.person();
        const { token } = await invite(stage.instance, organization, owner, { email: person.email });
        return { actor: await actAs(stage.instance, person), token };
      };
      const [one, other] = [await guest(), await guest()];
      return {
        left: (store) => acceptInvitation(stage.on(store), one.actor, one.token),
        right: (store) => acceptInvitation(stage.on(store), other.actor, other.token),
        check: oneWon,
      };
    },
  },
  {
    name: "two mintings: one token of a membership",
    prepare: async (stage) => {
      const actor = await actAs(stage.instance, await stage.seed.person());
      const mint = { name: "token", expiresInDays: 7 };
      return {
        left: (store) => mintToken(stage.on(store), actor, mint),
        right: (store) => mintToken(stage.on(store), actor, mint),
        check: oneWon,
      };
    },
  },
  {
    name: "two invitations: one of an organization",
    prepare: async (stage) => {
      const owner = await stage.seed.person();
      const actor = await actAs(stage.instance, owner);
      const { id: organizationId } = await stage.seed.organization(owner);
      const guests = { organizationId, role: "member" };
      return {
        left: (store) => createInvitation(stage.on(store), actor, { ...guests, email: newAddress() }),
        right: (store) => createInvitation(stage.on(store), actor, { ...guests, email: newAddress() }),
        check: oneWon,
      };
    },
  },
  {
    name: "two API keys: one of an organization",
    prepare: async (stage) => {
      const owner = await stage.seed.person();
      const actor = await actAs(stage.instance, owner);
      const { id: organizationId } = await stage.seed.organization(owner);
      const key = { organizationId, name: "key", role: "member", expiresInDays: 7 };
      return {
        left: (store) => createApiKey(stage.on(store), actor, key),
        right: (store) => createApiKey(stage.on(store), actor, key),
        check: oneWon,
      };
    },
  },
  {
    name: "two services: one of the instance",
    alone: true,
    prepare: async (stage) => {
      const [admin] = await stage.twoAdmins();
      const actor = await actAs(stage.instance, admin);
      const { store, clock } = stage.instance.deps;
      const { items } = await store.reads.listServices({ limit: 200, after: null });
      await store.transaction(async (tx) => {
        for (const { id } of items) await tx.revokeService(id, clock(), admin.id);
      });
      return {
        left: (on) => createService(stage.on(on), actor, { name: uniqueName("service") }),
        right: (on) => createService(stage.on(on), actor, { name: uniqueName("service") }),
        check: oneWon,
      };
    },
  },
  {
    name: "two sign-ins: one session of a person",
    prepare: async (stage) => {
      const { email, id, ...person } = await personWithPassword(stage.seed);
      const attempt = { email, password: PASSWORD };
      return {
        left: (store) => signIn(stage.on(store), attempt, stage.newOrigin()),
        right: (store) => signIn(stage.on(store), attempt, stage.newOrigin()),
        check: async ({ left, right }) => {
          assert.deepEqual([left, right], ["ok", "ok"]);
          assert.equal(await stage.liveSessions({ email, id, ...person }), 1);
        },
      };
    },
  },
];

describeRaces("at bounds", (instance) => new AccountStage(instance), RACES, {
  MINTMARK_ORGANIZATION_LIMIT: "1",
  MINTMARK_MEMBER_LIMIT: "2",
  MINTMARK_TOKEN_LIMIT: "1",
  MINTMARK_INVITATION_LIMIT: "1",
  MINTMARK_API_KEY_LIMIT: "1",
  MINTMARK_SERVICE_LIMIT: "1",
  MINTMARK_SESSION_LIMIT: "1",
});
