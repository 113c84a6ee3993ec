// Requests of two people in one organization at once. Each race says what may never be true afterwards.
import assert from "node:assert/strict";
import type { MembershipId } from "@mintmark/core";
import { hashSecret, newId, newLinkSecret } from "../../src/secrets/generate.ts";
import type { Deps, RequestOrigin, SessionActor } from "../../src/use-cases/use-case.ts";
import { createApiKey } from "../../src/use-cases/api-key.ts";
import { acceptInvitation } from "../../src/use-cases/invitation/join.ts";
import { createInvitation } from "../../src/use-cases/invitation/invite.ts";
import { changeRole, removeMember } from "../../src/use-cases/member/member.ts";
import { deleteOrganization } from "../../src/use-cases/organization.ts";
import { mintToken } from "../../src/use-cases/token/mint.ts";
import type { Store } from "../../src/store/store.ts";
import type { TestInstance } from "../support/instance.ts";
import type { Move } from "../support/interleave.ts";
import { assertOneWon, describeRaces, type Race } from "../support/race.ts";
import { type Person, Seed, type SeededOrganization } from "../support/seed.ts";

const ORIGIN: RequestOrigin = { ip: null, userAgent: null, requestId: "race" };
const ALL = { limit: 200, after: null };

/** The stage of a race: two people, and a way to act as them on the store of a move. */
class Stage {
  readonly seed: Seed;
  readonly instance: TestInstance;
  readonly ann: Person;
  readonly bob: Person;
  readonly annActs: SessionActor;
  readonly bobActs: SessionActor;

  private constructor(seed: Seed, [ann, annActs]: [Person, SessionActor], [bob, bobActs]: [Person, SessionActor]) {
    this.seed = seed;
    this.instance = seed.instance;
    this.ann = ann;
    this.bob = bob;
    this.annActs = annActs;
    this.bobActs = bobActs;
  }

  static async build(instance: TestInstance): Promise<Stage> {
    const seed = new Seed(instance);
    return new Stage(seed, await Stage.#signedIn(seed), await Stage.#signedIn(seed));
  }

  static async #signedIn(seed: Seed): Promise<[Person, SessionActor]> {
    const person = await seed.person();
    return [person, await Stage.actor(seed, person)];
  }

  static async actor(seed: Seed, person: Person): Promise<SessionActor> {
    const { store, clock } = seed.instance.deps;
    const session = {
      id: newId("session"),
      organizationId: person.personal.id,
      authenticatedAt: clock(),
      expiresAt: clock() + 86_400_000,
      handOff: null,
    };
    await store.transaction((tx) =>
      tx.insertSession({
        ...session,
        hash: hashSecret(newLinkSecret()),
        userId: person.id,
        createdAt: clock(),
        ip: null,
        userAgent: null,
      }),
    );
    const user = (await store.reads.findUser(person.id)) ?? assert.fail();
    return { kind: "session", user, session, origin: ORIGIN };
  }

  /** An organization of Ann's in which Bob has this role. */
  async organization(role: string): Promise<SeededOrganization & { readonly bob: MembershipId }> {
    const organization = await this.seed.organization(this.ann);
    return { ...organization, bob: await this.seed.member(organization, this.bob, role) };
  }

  async membershipOf(person: Person, { id }: SeededOrganization): Promise<MembershipId> {
    return (await this.reads.findMembership(id, person.id))?.id ?? assert.fail();
  }

  get reads(): Store["reads"] {
    return this.instance.deps.store.reads;
  }

  on(store: Store): Deps {
    return { ...this.instance.deps, store };
  }
}

const RACES: readonly Race<Stage>[] = [
  {
    name: "mint against removal: no active token of an ended membership",
    rounds: 100,
    prepare: async (stage) => {
      const { id, bob } = await stage.organization("member");
      return {
        left: (store) =>
          mintToken(stage.on(store), stage.bobActs, { name: "token", expiresInDays: 7, organizationId: id }),
        right: (store) => removeMember(stage.on(store), stage.annActs, { organizationId: id, membershipId: bob }),
        check: async ({ left, right, overtaken }) => {
          assert.equal(right, "ok");
          const { items } = await stage.reads.listTokensOfOrganization(id, ALL);
          assert.ok(items.every(({ revokedAt }) => revokedAt !== null));
          assert.equal(items.length, left === "ok" ? 1 : 0);
          if (overtaken === "left") assert.equal(left, "not_found");
        },
      };
    },
  },
  {
    name: "mint against deletion of the organization: no active token of it",
    prepare: async (stage) => {
      const { id, name } = await stage.organization("member");
      return {
        left: (store) =>
          mintToken(stage.on(store), stage.bobActs, { name: "token", expiresInDays: 7, organizationId: id }),
        right: (store) => deleteOrganization(stage.on(store), stage.annActs, { id, name }),
        check: async ({ left, right, overtaken }) => {
          assert.equal(right, "ok");
          const { items } = await stage.reads.listTokensOfOrganization(id, ALL);
          assert.ok(items.every(({ revokedAt }) => revokedAt !== null));
          if (overtaken === "left") assert.equal(left, "not_found");
        },
      };
    },
  },
  {
    name: "two owners leaving: one active owner stays",
    rounds: 100,
    prepare: async (stage) => {
      const organization = await stage.organization("owner");
      const organizationId = organization.id;
      const ann = await stage.membershipOf(stage.ann, organization);
      return {
        left: (store) => removeMember(stage.on(store), stage.annActs, { organizationId, membershipId: ann }),
        right: (store) =>
          removeMember(stage.on(store), stage.bobActs, { organizationId, membershipId: organization.bob }),
        check: async (result) => {
          assert.equal(await stage.reads.countActiveOwners(organizationId), 1);
          assertOneWon(result, "last_owner");
        },
      };
    },
  },
  {
    name: "two owners demoting each other: one active owner stays",
    prepare: async (stage) => {
      const organization = await stage.organization("owner");
      const demotion = { organizationId: organization.id, role: "member" };
      const ann = await stage.membershipOf(stage.ann, organization);
      return {
        left: (store) => changeRole(stage.on(store), stage.annActs, { ...demotion, membershipId: organization.bob }),
        right: (store) => changeRole(stage.on(store), stage.bobActs, { ...demotion, membershipId: ann }),
        check: async (result) => {
          assert.equal(await stage.reads.countActiveOwners(organization.id), 1);
          assertOneWon(result, "permission_denied");
        },
      };
    },
  },
  {
    name: "double accept: one membership",
    rounds: 100,
    prepare: async (stage) => {
      const organization = await stage.seed.organization(stage.ann);
      // A new person each time: one person can be in a limited number of organizations.
      const guest = await stage.seed.person();
      const guestActs = await Stage.actor(stage.seed, guest);
      const issued = await createInvitation(stage.instance.deps, stage.annActs, {
        organizationId: organization.id,
        email: guest.email,
        role: "member",
      });
      const token = issued.link.expose();
      const accept: Move = (store) => acceptInvitation(stage.on(store), guestActs, token);
      return {
        left: accept,
        right: accept,
        check: async (result) => {
          const { items } = await stage.reads.listMembers(organization.id, { query: null, now: 0 }, ALL);
          assert.equal(items.filter(({ userId }) => userId === guest.id).length, 1);
          const joined = { organizationId: organization.id, actions: ["member.joined"] } as const;
          assert.equal((await stage.reads.listAuditEvents(joined, ALL)).items.length, 1);
          assertOneWon(result, "invitation_invalid");
        },
      };
    },
  },
  {
    name: "key created while its creator is demoted: no key beyond the creator's role",
    rounds: 100,
    prepare: async (stage) => {
      const { id: organizationId, bob } = await stage.organization("admin");
      return {
        left: (store) => createApiKey(stage.on(store), stage.bobActs, { organizationId, name: "key", role: "admin" }),
        right: (store) =>
          changeRole(stage.on(store), stage.annActs, { organizationId, membershipId: bob, role: "viewer" }),
        check: async ({ left, right, overtaken }) => {
          assert.equal(right, "ok");
          const { items } = await stage.reads.listApiKeys(organizationId, ALL);
          assert.equal(items.length, left === "ok" ? 1 : 0);
          // An active key was there before the response to the demotion.
          if (overtaken === "left") assert.equal(left, "permission_denied");
        },
      };
    },
  },
  {
    name: "role change against mint of listed permissions: no permission beyond the role at that moment",
    prepare: async (stage) => {
      const { id: organizationId, bob } = await stage.organization("admin");
      const input = { name: "token", expiresInDays: 7, permissions: ["members:write"], organizationId };
      return {
        left: (store) => mintToken(stage.on(store), stage.bobActs, input),
        right: (store) =>
          changeRole(stage.on(store), stage.annActs, { organizationId, membershipId: bob, role: "viewer" }),
        check: async ({ left, right, overtaken }) => {
          assert.equal(right, "ok");
          const { items } = await stage.reads.listTokensOfOrganization(organizationId, ALL);
          assert.equal(items.length, left === "ok" ? 1 : 0);
          if (overtaken === "left") assert.equal(left, "permission_exceeds_role");
        },
      };
    },
  },
  {
    name: "delete against invite: no open invitation of a deleted organization",
    rounds: 100,
    prepare: async (stage) => {
      const { id, name } = await stage.organization("admin");
      return {
        left: (store) =>
          createInvitation(stage.on(store), stage.bobActs, {
            organizationId: id,
            email: "guest@example.com",
            role: "member",
          }),
        right: (store) => deleteOrganization(stage.on(store), stage.annActs, { id, name }),
        check: async ({ left, right, overtaken }) => {
          assert.equal(right, "ok");
          assert.deepEqual((await stage.reads.listInvitations(id, ALL)).items, []);
          if (overtaken === "left") assert.equal(left, "not_found");
        },
      };
    },
  },
];

describeRaces("in an organization", (instance) => Stage.build(instance), RACES);
