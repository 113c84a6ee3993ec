// An organization's tokens at a glance, and the last minutes of the process that responds.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DAY_MS } from "@mintmark/core";
import { startInstance } from "../support/instance.ts";
import { Seed } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

describe("the overview", () => {
  const { instance, seed } = withInstance();

  async function fixture() {
    const owner = await seed.person("Ada Lovelace");
    const organization = await seed.organization(owner);
    return {
      owner,
      organization,
      session: await seed.session(owner, organization),
      path: `/api/organizations/${organization.id}/overview`,
    };
  }

  it("counts active tokens by age and says when they expire", async () => {
    const { owner, organization, session, path } = await fixture();
    const now = Date.now();
    const make = (daysAgo: number, expiresInDays: number | null) =>
      seed.token(owner, organization, {
        createdAt: now - daysAgo * DAY_MS,
        expiresAt: expiresInDays === null ? null : now + expiresInDays * DAY_MS,
      });
    await make(1, 3);
    await make(8, 3);
    await make(400, null);
    await make(100, 91);
    await make(100, -1);
    const revoked = await make(1, 3);
    await session.delete(`/api/personal-access-tokens/${revoked.id}`);
    const { body } = await session.get(path);
    assert.deepEqual(body.tokens, { live: 4, neverUsed: 4, withoutExpiry: 1, stale: 2 });
    assert.deepEqual(
      body.ages.map(({ fromDays, toDays, tokens }: Record<string, number>) => [fromDays, toDays, tokens]),
      [
        [0, 7, 1],
        [7, 30, 1],
        [30, 90, 0],
        [90, 180, 1],
        [180, 365, 0],
        [365, null, 1],
      ],
    );
    const date = new Date(now + 3 * DAY_MS).toISOString().slice(0, 10);
    assert.deepEqual(body.expiries, [{ date, tokens: 2 }]);
    assert.equal(body.days.length, 30);
    assert.equal((await session.get(`${path}?days=90`)).body.days.length, 90);
  });

  it("names the stale tokens, the longest unused first, as far as the policy lets admins see them", async () => {
    const { owner, organization, session, path } = await fixture();
    const created = (daysAgo: number) => ({ createdAt: Date.now() - daysAgo * DAY_MS });
    const old = await seed.token(owner, organization, { name: "Old", ...created(300) });
    const older = await seed.token(owner, organization, { name: "Older", ...created(91) });
    await seed.token(owner, organization, created(29));
    const recent = await seed.token(owner, organization, created(300));
    await recent.client.get("/api/whoami");
    await instance.uses.flush();
    const use = { credentialId: old.id, count: 1, lastUsedAt: created(120).createdAt, ip: null, userAgent: null };
    await instance.deps.store.transaction((tx) => tx.recordUses([use]));
    const { staleTokens } = (await session.get(path)).body;
    assert.deepEqual(
      staleTokens.map(({ name, lastUsedAt, user }: Stale) => [name, lastUsedAt === null, user.name]),
      [
        ["Old", false, "Ada Lovelace"],
        ["Older", true, "Ada Lovelace"],
      ],
    );
    assert.ok(![old, older].some(({ secret }) => JSON.stringify(staleTokens).includes(secret)));
    const { store } = instance.deps;
    const { policy } = (await store.reads.findOrganization(organization.id)) ?? assert.fail();
    await store.transaction((tx) => tx.setPolicy(organization.id, { ...policy, oversight: "audit" }));
    const { status, body } = await session.get(path);
    assert.deepEqual([status, body.staleTokens, body.tokens.stale], [200, null, 2]);
  });
});

describe("the metrics of the instance", () => {
  it("are those of the last minutes of the process that responds, for instance admins only", async () => {
    const instance = await startInstance();
    try {
      const seed = new Seed(instance);
      const admin = await seed.person("Admin", { instanceAdmin: true });
      const session = await seed.session(admin);
      const token = await seed.token(admin, admin.personal);
      for (let index = 0; index < 5; index++) await token.client.get("/forward-auth");
      await session.delete(`/api/personal-access-tokens/${token.id}`);
      await token.client.get("/forward-auth");
      // The present second is left out: this asks until it has passed.
      let body;
      do body = (await session.get("/api/admin/metrics")).body;
      while (total(body.outcomes) < 6);
      assert.deepEqual(body.outcomes, [
        { outcome: "ok", count: 5 },
        { outcome: "token_revoked", count: 1 },
      ]);
      assert.ok(body.latency.overall.p50 > 0 && body.latency.overall.p50 <= body.latency.overall.p99);
      assert.equal(body.verificationsPerSecond.length, 290);
      assert.equal(body.latency.spans.length * body.latency.spanSeconds, 290);
      assert.match(body.replica.id, /:\d+$/);
      assert.ok(Date.parse(body.replica.startedAt) <= Date.parse(body.at));

      assert.equal((await instance.client().get("/api/admin/metrics")).status, 401);
      const other = await seed.session(await seed.person());
      assert.equal((await other.get("/api/admin/metrics")).body.code, "instance_admin_required");
      const live = await seed.token(admin, admin.personal);
      assert.equal((await live.client.get("/api/admin/metrics")).body.code, "session_required");
    } finally {
      await instance.close();
    }
  });
});

interface Stale {
  readonly name: string;
  readonly lastUsedAt: string | null;
  readonly user: { readonly name: string };
}

function total(outcomes: readonly { readonly count: number }[]): number {
  return outcomes.reduce((sum, { count }) => sum + count, 0);
}
