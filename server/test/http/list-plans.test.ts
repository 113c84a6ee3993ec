// Lists walk an index: no page of any list, under any filter and in any order, reads a whole table or sorts
// one. The cost of a list then depends on the page, and not on the size of the table.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Client } from "../support/client.ts";
import { ENGINES, startInstance, type TestInstance } from "../support/instance.ts";
import { listOperations, listRequests, type ListWorld } from "../support/list-requests.ts";
import { type QueryPlans, watchPlans } from "../support/query-plans.ts";
import { Seed } from "../support/seed.ts";

for (const engine of ENGINES) {
  describe(`lists walk an index on ${engine}`, () => {
    let instance: TestInstance;
    let plans: QueryPlans;
    let session: Client;
    let host: Client;
    let world: ListWorld;

    before(async () => {
      instance = await startInstance({ engine });
      const seed = new Seed(instance);
      const owner = await seed.person("owner", { instanceAdmin: true });
      const organization = await seed.organization(owner, "Acme", "acme");
      const member = await seed.person("member", { externalId: "mia" });
      const membership = await seed.member(organization, member, "member");
      const tokens = [await seed.token(owner, organization), await seed.token(owner, organization)];
      await seed.apiKey(organization, owner);
      await seed.service(owner);
      session = await seed.session(owner, organization);
      host = (await seed.managementKey()).client;
      // This change gives the audit logs more than one page of one event.
      for (const name of ["One", "Two"]) await session.patch(`/api/organizations/${organization.id}`, { name });
      const { body } = await session.post("/api/admin/webhooks", { url: "https://hooks.invalid" });
      for (let count = 0; count < 2; count++) await session.post(`/api/admin/webhooks/${body.webhook.id}/test`);
      world = {
        webhook: body.webhook.id,
        organization: organization.id,
        externalId: "acme",
        user: owner.id,
        membership,
        token: tokens[0]?.id ?? "",
        query: "own",
        from: "2020-01-01T00:00:00Z",
        to: "2030-01-01T00:00:00Z",
      };
      // The plans of deliveries, which go on in the background, would be taken for those of lists.
      await instance.webhooks.stop();
      plans = await watchPlans(instance);
    });
    after(async () => {
      await plans.close();
      await instance.close();
    });

    for (const { operationId } of listOperations()) {
      it(`${operationId}: alone, with each filter, in each order, and on a later page`, async () => {
        const faults: string[] = [];
        for (const { path, filter, isByHost } of listRequests(world).filter(
          (request) => request.operationId === operationId,
        )) {
          const caller = isByHost ? host : session;
          const page = path.includes("?") ? `${path}&limit=1` : `${path}?limit=1`;
          const found = await plans.faultsOf(async () => {
            const { status, body } = await caller.get(page);
            assert.equal(status, 200, `${page}: ${JSON.stringify(body)}`);
            if (body.nextCursor === null) return;
            assert.equal((await caller.get(`${page}&cursor=${body.nextCursor}`)).status, 200);
          });
          faults.push(...found.map((fault) => `${filter}: ${fault}`));
        }
        assert.deepEqual(faults, []);
      });
    }

    it("would notice a list that does not", async () => {
      const { reads } = instance.deps.store;
      assert.deepEqual(await plans.faultsOf(() => reads.findUserByEmail("nobody@example.com")), []);
      const faults = await plans.faultsOf(() => scanEverything(instance));
      assert.ok(faults.length > 0);
    });
  });
}

/** Reads all users in an order that no index has. */
async function scanEverything(instance: TestInstance): Promise<void> {
  const statement = "select name, suspended_by from users order by suspended_by, name";
  if (instance.databaseUrl === null) {
    const { DatabaseSync } = await import("node:sqlite");
    const database = new DatabaseSync(`${instance.folder}/mintmark.db`);
    database.prepare(statement).all();
    database.close();
    return;
  }
  const { Client: Postgres } = await import("pg");
  const client = new Postgres({ connectionString: instance.databaseUrl });
  await client.connect();
  await client.query(statement);
  await client.end();
}
