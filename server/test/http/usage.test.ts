// The history of use of credentials, for callers that may see them: by day, by address, by route, and never in text
// that a request contained.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DAY_MS, type TokenPolicy } from "@mintmark/core";
import { forgetOldUses, USE_HISTORY_DAYS } from "../../src/use-cases/usage/usage.ts";
import type { Client, Reply } from "../support/client.ts";
import { startInstance } from "../support/instance.ts";
import { assertRefused } from "../support/organization-state.ts";
import { Seed } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

const UNKNOWN = "none_00000000000000000000000000000000";

describe("the history of use", () => {
  const { instance, seed } = withInstance({ env: { MINTMARK_TRUSTED_PROXIES: "127.0.0.1/32" } });

  async function fixture() {
    const owner = await seed.person();
    const organization = await seed.organization(owner);
    const token = await seed.token(owner, organization);
    const session = await seed.session(owner, organization);
    return { owner, organization, token, session, mine: `/api/personal-access-tokens/${token.id}/usage` };
  }

  /** Asks as a proxy would, for a client at this address that asked for this. */
  const ask = (client: Client, ip: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> =>
    client.with({ "X-Forwarded-For": ip, ...headers }).get("/forward-auth");

  const usageOf = async (client: Client, path: string): Promise<Usage> => {
    await instance.uses.flush();
    const { status, body } = await client.get(path);
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };

  it("distinguishes uses by day, by address and by route, whichever transport counted them", async () => {
    const { owner, token, session, mine } = await fixture();
    const service = await seed.service(owner);
    const before = Date.now();
    await ask(token.client, "203.0.113.1", { "X-Forwarded-Method": "GET", "X-Forwarded-Uri": "/robots/17?limit=3" });
    await ask(token.client, "203.0.113.1", { "X-Original-Method": "DELETE", "X-Original-URI": "/robots/18" });
    await ask(token.client, "203.0.113.2", {
      "X-Forwarded-Method": "get",
      "X-Original-URL": "https://x.test/robots/9",
    });
    await ask(token.client, "203.0.113.3");
    const verify = { token: token.secret, ip: "203.0.113.1", method: "GET", path: "/robots/abc-123" };
    assert.equal((await service.client.post("/api/verify", verify)).body.active, true);
    await token.client.with({ "X-Forwarded-For": "203.0.113.2" }).get("/api/whoami");
    const usage = await usageOf(session, mine);
    assert.deepEqual(
      usage.routes.map(({ route, uses }) => [route, uses]),
      [
        ["GET /robots/:id", 3],
        ["DELETE /robots/:id", 1],
        ["mintmark whoami", 1],
      ],
    );
    assert.equal(usage.otherRoutes, 1);
    assert.deepEqual(
      usage.addresses.map(({ address, uses }) => [address, uses]),
      [
        ["203.0.113.1", 3],
        ["203.0.113.2", 2],
        ["203.0.113.3", 1],
      ],
    );
    assert.equal(usage.otherAddresses, 0);
    assert.equal(usage.days.length, 30);
    assert.deepEqual(usage.days.at(-1), { date: new Date().toISOString().slice(0, 10), uses: 6, denied: 0 });
    assert.equal(usage.useCount, 6);
    for (const at of [usage.firstUsedAt, usage.lastUsedAt]) assert.ok(Date.parse(at ?? "") >= before - 1);
  });

  it("counts a refusal of the full secret for its day, and never as a use", async () => {
    const { token, session, mine, organization } = await fixture();
    await session.delete(`/api/personal-access-tokens/${token.id}`);
    for (let index = 0; index < 3; index++) assert.equal((await ask(token.client, "203.0.113.1")).status, 401);
    const usage = await usageOf(session, mine);
    assert.deepEqual([usage.days.at(-1)?.uses, usage.days.at(-1)?.denied], [0, 3]);
    assert.deepEqual([usage.addresses, usage.routes, usage.firstUsedAt], [[], [], null]);
    const { body } = await session.get(`/api/organizations/${organization.id}/overview`);
    assert.deepEqual(body.days.at(-1).denied, [{ code: "token_revoked", count: 3 }]);
  });

  it("returns 90 days on request, with earlier days in their place, and refuses any other number of days", async () => {
    const { token, session, mine } = await fixture();
    const day = Math.floor(Date.now() / DAY_MS);
    await instance.deps.store.transaction((tx) =>
      tx.recordUseHistory({
        days: [day - 89, day - 90].map((one) => ({ credentialId: token.id, day: one, uses: 4, denied: 1 })),
        facets: [],
        outcomes: [],
      }),
    );
    const usage = await usageOf(session, `${mine}?days=90`);
    assert.equal(usage.days.length, 90);
    assert.equal(usage.days[0]?.uses, 4);
    assert.equal((await session.get(`${mine}?days=31`)).status, 400);
    assert.equal((await session.get(`${mine}?from=1`)).body.code, "field_unknown");
  });

  it("is shown to the owner, to the token itself and to the owner's other tokens, and to nobody else", async () => {
    const { owner, organization, token, mine } = await fixture();
    const sibling = await seed.token(owner, organization, { permissions: ["organization:read"] });
    const elsewhere = await seed.token(owner, owner.personal);
    const admin = await seed.person();
    await seed.member(organization, admin, "admin");
    for (const client of [token.client, sibling.client]) assert.equal((await client.get(mine)).status, 200);
    assert.equal((await token.client.get("/api/personal-access-tokens/current/usage")).body.id, token.id);
    const strangers = [
      await seed.session(admin, organization),
      elsewhere.client,
      await seed.session(await seed.person()),
    ];
    const unknown = (await sibling.client.get(`/api/personal-access-tokens/${UNKNOWN}/usage`)).body;
    for (const client of strangers) {
      const { status, body } = await client.get(mine);
      assert.deepEqual([status, { ...body, requestId: unknown.requestId }], [404, unknown]);
    }
    assert.equal((await instance.client().get(mine)).body.code, "credentials_missing");
    const key = await seed.apiKey(organization, owner);
    assert.equal((await key.client.get(mine)).body.code, "personal_credential_required");
  });

  it("is returned for a whole list, without other people's tokens", async () => {
    const { owner, token, session } = await fixture();
    const other = await seed.token(owner, owner.personal);
    const foreign = (await fixture()).token;
    for (const one of [token, token, other, foreign]) await ask(one.client, "203.0.113.1");
    await instance.uses.flush();
    const list = async (client: Client, ids: readonly string[]): Promise<readonly (readonly [string, number])[]> => {
      const { status, body } = await client.get(`/api/personal-access-tokens/usage?ids=${ids.join(",")}`);
      assert.equal(status, 200, JSON.stringify(body));
      return body.items.map(({ id, uses }: { id: string; uses: number[] }) => {
        assert.equal(uses.length, 30);
        return [id, uses.at(-1)];
      });
    };
    const ids = [token.id, other.id, foreign.id, UNKNOWN];
    assert.deepEqual(
      new Map(await list(session, ids)),
      new Map([
        [token.id as string, 2],
        [other.id as string, 1],
      ]),
    );
    // The token's own request is a use that is not written yet.
    assert.deepEqual(await list(token.client, ids), [[token.id, 2]]);
    assert.deepEqual(await list(session, []), []);
    const tooMany = Array.from({ length: 101 }, () => "x").join(",");
    assert.equal((await session.get(`/api/personal-access-tokens/usage?ids=${tooMany}`)).status, 400);
  });

  describe("of an organization's credentials", () => {
    async function organizationFixture(oversight: TokenPolicy["oversight"] = "list") {
      const base = await fixture();
      const { owner, organization } = base;
      const { store } = instance.deps;
      const { policy } = (await store.reads.findOrganization(organization.id)) ?? assert.fail();
      await store.transaction((tx) => tx.setPolicy(organization.id, { ...policy, oversight }));
      const [admin, member] = [await seed.person(), await seed.person()];
      await seed.member(organization, admin, "admin");
      await seed.member(organization, member, "member");
      const key = await seed.apiKey(organization, owner);
      const path = `/api/organizations/${organization.id}`;
      return {
        ...base,
        key,
        path,
        admin: await seed.session(admin, organization),
        member: await seed.session(member, organization),
        tokenUsage: `${path}/personal-access-tokens/${base.token.id}/usage`,
        tokenUses: `${path}/personal-access-tokens/usage?ids=${base.token.id},${UNKNOWN}`,
        keyUsage: `${path}/api-keys/${key.id}/usage`,
        keyUses: `${path}/api-keys/usage?ids=${key.id},${base.token.id}`,
      };
    }

    it("is shown by permission: to admins, and to tokens and keys that hold it", async () => {
      const { owner, organization, token, key, admin, tokenUsage, tokenUses, keyUsage, keyUses } =
        await organizationFixture();
      await ask(token.client, "203.0.113.9");
      await ask(instance.client().withApiKey(key.secret), "203.0.113.8");
      const reader = await seed.token(owner, organization, { permissions: ["tokens:read", "api-keys:read"] });
      const readingKey = await seed.apiKey(organization, owner);
      for (const client of [admin, reader.client, readingKey.client]) {
        assert.deepEqual((await usageOf(client, tokenUsage)).addresses[0]?.address, "203.0.113.9");
        assert.deepEqual((await usageOf(client, keyUsage)).addresses[0]?.address, "203.0.113.8");
        const uses = async (path: string) => (await client.get(path)).body.items;
        assert.deepEqual(
          (await uses(tokenUses)).map((item: Used) => [item.id, item.uses.at(-1)]),
          [[token.id, 1]],
        );
        assert.deepEqual(
          (await uses(keyUses)).map((item: Used) => [item.id, item.uses.at(-1)]),
          [[key.id, 1]],
        );
      }
    });

    it("is refused to members, to narrowed tokens, and where the policy hides members' tokens", async () => {
      const { owner, organization, member, path, tokenUsage, tokenUses, keyUsage, keyUses } =
        await organizationFixture();
      const narrowed = await seed.token(owner, organization, { permissions: ["organization:read"] });
      for (const client of [member, narrowed.client]) {
        for (const address of [tokenUsage, tokenUses, keyUsage, keyUses, `${path}/overview`]) {
          await assertRefused(instance, organization.id, () => client.get(address), [403, "permission_denied"]);
        }
      }
      const hidden = await organizationFixture("audit");
      for (const address of [hidden.tokenUsage, hidden.tokenUses]) {
        await assertRefused(instance, hidden.organization.id, () => hidden.admin.get(address), [
          403,
          "policy_oversight",
        ]);
      }
      assert.equal((await hidden.admin.get(hidden.keyUsage)).status, 200);
    });

    it("does not exist for another organization, and has nothing about another's credentials", async () => {
      const { token, key, tokenUsage, tokenUses, keyUsage, keyUses, path } = await organizationFixture();
      const other = await organizationFixture();
      const notFound = (await other.admin.get(`/api/organizations/${UNKNOWN}/overview`)).body;
      for (const client of [other.admin, other.token.client, other.key.client]) {
        for (const address of [tokenUsage, tokenUses, keyUsage, keyUses, `${path}/overview`]) {
          const { status, body } = await client.get(address);
          assert.deepEqual([status, { ...body, requestId: notFound.requestId }], [404, notFound]);
        }
      }
      const paths = [
        `${other.path}/personal-access-tokens/${token.id}/usage`,
        `${other.path}/api-keys/${key.id}/usage`,
      ];
      for (const address of paths) assert.equal((await other.admin.get(address)).body.code, "not_found");
      const { body } = await other.admin.get(`${other.path}/personal-access-tokens/usage?ids=${token.id}`);
      assert.deepEqual(body.items, []);
    });
  });

  it("is not shown to anonymous callers or services", async () => {
    const { owner, organization } = await fixture();
    const service = await seed.service(owner);
    const path = `/api/organizations/${organization.id}`;
    for (const address of [
      `${path}/overview`,
      `${path}/api-keys/usage?ids=x`,
      "/api/personal-access-tokens/usage?ids=x",
    ]) {
      assert.equal((await instance.client().get(address)).body.code, "credentials_missing");
      assert.equal((await service.client.get(address)).status, 403);
    }
  });

  it("is deleted after its retention by a chore, and nothing else with it", async () => {
    const { token, session, mine } = await fixture();
    const day = Math.floor(Date.now() / DAY_MS);
    const use = (age: number) => ({ credentialId: token.id, day: day - age, uses: 1, denied: 0 });
    await instance.deps.store.transaction((tx) =>
      tx.recordUseHistory({
        days: [...Array.from({ length: 600 }, (_, index) => use(USE_HISTORY_DAYS + 1 + index)), use(1)],
        facets: [],
        outcomes: [],
      }),
    );
    await forgetOldUses(instance.deps);
    const left = await instance.deps.store.reads.listUseDays([token.id], 0);
    assert.deepEqual(
      left.map((one) => one.day),
      [day - 1],
    );
    assert.equal((await usageOf(session, mine)).days.at(-2)?.uses, 1);
  });
});

describe("the history of use of two replicas", () => {
  it("is the sum of both, also when both write at once", async () => {
    const one = await startInstance({ engine: "postgres" });
    const two = await startInstance({ env: { DATABASE_URL: one.databaseUrl ?? "" } });
    try {
      const seed = new Seed(one);
      const owner = await seed.person();
      const organization = await seed.organization(owner);
      const tokens = [];
      for (let index = 0; index < 30; index++) tokens.push(await seed.token(owner, organization));
      const rounds = 4;
      for (let round = 0; round < rounds; round++) {
        for (const replica of [one, two]) {
          const order = replica === one ? tokens : tokens.toReversed();
          await Promise.all(
            order.map(({ secret }) =>
              replica.client().withBearer(secret).with({ "X-Forwarded-Uri": "/robots" }).get("/forward-auth"),
            ),
          );
        }
        await Promise.all([one.uses.flush(), two.uses.flush()]);
      }
      const session = await seed.session(owner, organization);
      const ids = tokens.map(({ id }) => id).join(",");
      const { body } = await session.get(`/api/personal-access-tokens/usage?ids=${ids}`);
      assert.deepEqual(
        body.items.map(({ uses }: Used) => uses.at(-1)),
        tokens.map(() => 2 * rounds),
      );
      const usage: Usage = (await session.get(`/api/personal-access-tokens/${tokens[0]?.id}/usage`)).body;
      assert.deepEqual([usage.routes[0]?.route, usage.routes[0]?.uses], ["ANY /robots", 2 * rounds]);
      const overview = (await session.get(`/api/organizations/${organization.id}/overview`)).body;
      assert.equal(overview.days.at(-1).uses, 2 * rounds * tokens.length);
    } finally {
      await two.close();
      await one.close();
    }
  });
});

interface Used {
  readonly id: string;
  readonly uses: readonly number[];
}

interface Usage {
  readonly firstUsedAt: string | null;
  readonly lastUsedAt: string | null;
  readonly useCount: number;
  readonly days: readonly { readonly date: string; readonly uses: number; readonly denied: number }[];
  readonly addresses: readonly { readonly address: string; readonly uses: number }[];
  readonly otherAddresses: number;
  readonly routes: readonly { readonly route: string; readonly uses: number }[];
  readonly otherRoutes: number;
}
