// A preview and the change that follows it count by the same conditions. Each round makes an organization in a random
// state, previews a change over HTTP, makes the change, and compares every count. The seed is in the name of the test.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SESSION_IDLE_MS, type TokenPolicy } from "@mintmark/core";
import { hashSecret, newId, newLinkSecret } from "../../src/secrets/generate.ts";
import { invite } from "../support/accounts.ts";
import type { Client, Reply } from "../support/client.ts";
import { ENGINES, type TestInstance } from "../support/instance.ts";
import type { Person, Seed, SeededOrganization } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

const DAY_MS = 86_400_000;
const SEEDS = Array.from({ length: 10 }, (_, index) => index + 1);

/** A generator of random numbers that repeats for a seed (mulberry32). */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed * 0x9e3779b1;
  }

  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  one<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }

  isTrue(): boolean {
    return this.below(2) === 1;
  }
}

class Round {
  readonly dice: Dice;
  readonly instance: TestInstance;
  readonly seed: Seed;

  constructor(dice: Dice, instance: TestInstance, seed: Seed) {
    this.dice = dice;
    this.instance = instance;
    this.seed = seed;
  }

  get now(): number {
    return this.instance.deps.clock();
  }

  /** Browser sessions: usable, expired, unused for long, or ended; here or elsewhere. */
  async sessions(person: Person, organization: SeededOrganization): Promise<void> {
    const { now, dice } = this;
    for (let left = dice.below(6); left > 0; left--) {
      const state = dice.one(["usable", "expired", "idle", "ended"]);
      const createdAt = state === "idle" ? now - SESSION_IDLE_MS - DAY_MS : now - DAY_MS;
      const id = newId("session");
      await this.instance.deps.store.transaction(async (tx) => {
        await tx.insertSession({
          id,
          hash: hashSecret(newLinkSecret()),
          userId: person.id,
          organizationId: dice.one([organization, organization, person.personal]).id,
          createdAt,
          authenticatedAt: createdAt,
          expiresAt: state === "expired" ? now - 1000 : now + DAY_MS,
          ip: null,
          userAgent: null,
        });
        if (state === "ended") await tx.endSession(person.id, id, now);
      });
    }
  }

  /** Tokens: active, old, expired or revoked. */
  async tokens(person: Person, organization: { readonly id: SeededOrganization["id"] }): Promise<Client[]> {
    const { now, dice } = this;
    const clients: Client[] = [];
    for (let left = dice.below(6); left > 0; left--) {
      const { client } = await this.seed.token(person, organization, {
        createdAt: now - dice.below(60) * DAY_MS - left,
        expiresAt: dice.one([null, now - 1000, now + 5 * DAY_MS, now + 400 * DAY_MS]),
        permissions: dice.one([null, null, ["members:read"], ["members:write", "tokens:create"]]),
      });
      if (dice.below(5) === 0) await client.delete("/api/personal-access-tokens/current");
      else clients.push(client);
    }
    return clients;
  }

  async keys(creator: Person, organization: SeededOrganization, revoker: Client): Promise<Client[]> {
    const { now, dice } = this;
    const clients: Client[] = [];
    for (let left = dice.below(4); left > 0; left--) {
      const expiresAt = dice.one([null, now - 1000, now + DAY_MS]);
      const { id, client } = await this.seed.apiKey(organization, creator, { expiresAt });
      if (dice.below(5) === 0) ok(await revoker.delete(`/api/organizations/${organization.id}/api-keys/${id}`));
      else clients.push(client);
    }
    return clients;
  }

  /** Invitations: pending, expired or withdrawn. */
  async invitations(person: Person, inviter: Client, organization: SeededOrganization): Promise<void> {
    const path = `/api/organizations/${organization.id}/invitations`;
    for (let left = this.dice.below(4); left > 0; left--) {
      const expiresAt = this.now + (this.dice.isTrue() ? DAY_MS : -1000);
      const { id } = await invite(this.instance, organization, person, {
        email: `${newId("user")}@example.com`,
        expiresAt,
      });
      if (this.dice.below(4) === 0) ok(await inviter.delete(`${path}/${id}`), 204);
    }
  }

  async policy(session: Client, organization: SeededOrganization, change: Partial<TokenPolicy>): Promise<void> {
    const path = `/api/organizations/${organization.id}/token-policy`;
    const { body } = ok(await session.get(path));
    ok(await session.put(path, { ...body, ...change }));
  }
}

function ok(reply: Reply, status = 200): Reply {
  assert.equal(reply.status, status, JSON.stringify(reply.body));
  return reply;
}

for (const engine of ENGINES) {
  describe(`a preview counts what the change does, on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });

    for (const number of SEEDS) {
      it(`removing, suspending and leaving, seed ${number}`, async () => {
        const round = new Round(new Dice(number), instance, seed);
        const { dice } = round;
        const owner = await seed.person();
        const organization = await seed.organization(owner);
        const person = await seed.person();
        const membership = await seed.member(organization, person, "admin");
        const session = await seed.session(owner, organization);
        const theirs = await seed.session(person, organization);
        await round.sessions(person, organization);
        await round.tokens(person, organization);
        await round.tokens(person, person.personal);
        await round.keys(person, organization, session);
        await round.keys(owner, organization, session);
        await round.invitations(person, theirs, organization);
        await round.policy(session, organization, { revokeOnSuspend: dice.isTrue() });
        const change = dice.one(["remove", "suspend", "leave"]);
        const caller = change === "leave" ? theirs : session;
        const mode = change === "suspend" ? "suspend" : "remove";

        const path = `/api/organizations/${organization.id}/members/${membership}`;
        const { body: preview } = ok(await caller.get(`${path}/offboarding?mode=${mode}`));
        assert.equal(preview.refusedBy, null);
        const revokeApiKeys = preview.apiKeys.items
          .filter(() => dice.below(3) === 0)
          .map(({ id }: { id: string }) => id);
        const { body } =
          mode === "suspend"
            ? ok(await caller.post(`${path}/suspend`, { revokeApiKeys }))
            : ok(await caller.delete(path, { revokeApiKeys }));
        const { offboarding } = mode === "suspend" ? body.receipt : body;

        const { tokens, apiKeys, invitations, sessions } = preview;
        assert.deepEqual(
          {
            tokens: [offboarding.tokenCount, offboarding.pausedTokens],
            apiKeys: [offboarding.apiKeys.length, offboarding.apiKeysLeft.count],
            ofMember: offboarding.apiKeysLeft.countOfMember,
            invitations: [offboarding.invitations.length, offboarding.pausedInvitations],
            sessions: offboarding.movedSessions,
          },
          {
            tokens: tokens.effect === "revoked" ? [tokens.count, 0] : [0, tokens.count],
            apiKeys: [revokeApiKeys.length, apiKeys.count - revokeApiKeys.length],
            ofMember:
              apiKeys.countOfMember -
              apiKeys.items.filter(
                ({ id, createdByMember }: { id: string; createdByMember: boolean }) =>
                  createdByMember && revokeApiKeys.includes(id),
              ).length,
            invitations: invitations.effect === "withdrawn" ? [invitations.count, 0] : [0, invitations.count],
            sessions,
          },
        );
      });

      it(`a change of policy, seed ${number}`, async () => {
        const round = new Round(new Dice(number), instance, seed);
        const { dice } = round;
        const owner = await seed.person();
        const organization = await seed.organization(owner);
        const member = await seed.person();
        await seed.member(organization, member, "admin");
        const session = await seed.session(owner, organization);
        const clients = {
          tokens: [...(await round.tokens(owner, organization)), ...(await round.tokens(member, organization))],
          apiKeys: [
            ...(await round.keys(owner, organization, session)),
            ...(await round.keys(member, organization, session)),
          ],
        };
        await round.policy(session, organization, { maxLifetimeDays: dice.one([null, 30]) });
        const before = { tokens: await seen(clients.tokens), apiKeys: await seen(clients.apiKeys) };
        await instance.uses.flush();

        const path = `/api/organizations/${organization.id}/token-policy`;
        const next = {
          ...ok(await session.get(path)).body,
          maxLifetimeDays: dice.one([null, 20]),
          allowNoExpiry: dice.isTrue(),
          ceiling: dice.one([{ kind: "role" }, { kind: "read-only" }, { kind: "list", permissions: ["members:read"] }]),
          networks: dice.one([null, null, ["203.0.113.0/24"], ["127.0.0.0/8", "::1/128"]]),
        };
        const { counts } = ok(await session.post(`${path}/preview`, { policy: next })).body;
        ok(await session.put(path, next));
        const after = { tokens: await seen(clients.tokens), apiKeys: await seen(clients.apiKeys) };
        for (const kind of ["tokens", "apiKeys"] as const) {
          const { live, stop, narrow, resume } = counts[kind];
          assert.deepEqual({ live, stop, narrow, resume }, countChanges(before[kind], after[kind]), kind);
        }
      });

      it(`what an instance admin does to an account, seed ${number}`, async () => {
        const round = new Round(new Dice(number), instance, seed);
        const admin = await seed.session(await seed.person("Root", { instanceAdmin: true }));
        const organization = await seed.organization(await seed.person());
        const person = await seed.person();
        await seed.member(organization, person, "member");
        await round.sessions(person, organization);
        await round.tokens(person, organization);
        await round.tokens(person, person.personal);
        const path = `/api/admin/users/${person.id}`;

        const { body: shown } = ok(await admin.get(path));
        const ends = round.dice.isTrue();
        if (ends) assert.equal(ok(await admin.post(`${path}/end-sessions`)).body.endedSessions, shown.sessionCount);
        const revocable = shown.memberships.map((entry: { unrevokedTokenCount: number }) => entry.unrevokedTokenCount);
        const revoked = ok(await admin.post(`${path}/revoke-tokens`, {})).body;
        assert.equal(
          revoked.revokedTokens,
          revocable.reduce((sum: number, count: number) => sum + count, 0),
        );
        ok(await admin.post(`${path}/suspend`));
        const { body: log } = ok(await admin.get(`/api/admin/audit-events?action=user.suspended`));
        const event = log.items.find(({ target }: { target: { id: string } }) => target.id === person.id);
        assert.equal(event.details.endedSessions, ends ? 0 : shown.sessionCount);
      });
    }
  });
}

/** The permissions of each credential, or `null` where it is refused. */
async function seen(clients: readonly Client[]): Promise<(readonly string[] | null)[]> {
  const replies = await Promise.all(clients.map((client) => client.get("/api/whoami")));
  return replies.map(({ status, body }) => (status === 200 ? body.permissions : null));
}

function countChanges(
  before: readonly (readonly string[] | null)[],
  after: readonly (readonly string[] | null)[],
): Record<"live" | "stop" | "narrow" | "resume", number> {
  const counts = { live: 0, stop: 0, narrow: 0, resume: 0 };
  for (const [index, had] of before.entries()) {
    const has = after[index] ?? null;
    if (had !== null) counts.live++;
    if (had !== null && has === null) counts.stop++;
    if (had === null && has !== null) counts.resume++;
    if (had !== null && has !== null && has.length < had.length) counts.narrow++;
  }
  return counts;
}
