// `Mintmark-Token-Expires`: on every response to a credential whose end is near, and on no other.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { withInstance } from "../support/with-instance.ts";

const HEADER = "mintmark-token-expires";
const DAY_MS = 86_400_000;

describe("the header of a near end", () => {
  const { instance, seed } = withInstance();

  it("comes with every response in the last 14 days, refusals included, from the API and forward-auth", async () => {
    const person = await seed.person();
    const organization = await seed.organization(person);
    const expiresAt = instance.deps.clock() + 60 * DAY_MS;
    const token = await seed.token(person, organization, { expiresAt });
    const key = await seed.apiKey(organization, person, { expiresAt });
    const calls = [
      ["GET", "/api/whoami", 200],
      ["GET", "/forward-auth", 200],
      ["GET", `/api/organizations/${organization.id}/members`, 200],
      ["GET", "/api/organizations/org_0/members", 404],
      ["GET", "/api/organizations/x/members?limit=0", 400],
      ["GET", "/api/notices", 403],
    ] as const;
    const headers = async (): Promise<(string | null)[]> => {
      const values: (string | null)[] = [];
      for (const { client } of [token, key]) {
        for (const [method, path, status] of calls) {
          const reply = await client.send(method, path);
          assert.equal(reply.status, status, path);
          values.push(reply.headers.get(HEADER));
        }
      }
      return values;
    };
    assert.deepEqual(new Set(await headers()), new Set([null]), "the expiry is far away");
    instance.advance(46 * DAY_MS - 60_000);
    assert.deepEqual(new Set(await headers()), new Set([null]), "a minute before the last 14 days");
    instance.advance(60_000);
    assert.deepEqual(new Set(await headers()), new Set([new Date(expiresAt).toISOString()]));
    assert.equal((await token.client.get("/api/whoami")).body.credential.expiresAt, new Date(expiresAt).toISOString());
    instance.advance(14 * DAY_MS);
    const refused = await token.client.get("/api/whoami");
    assert.deepEqual([refused.body.code, refused.headers.get(HEADER)], ["token_expired", null]);
    assert.equal((await token.client.get("/forward-auth")).headers.get(HEADER), null);
  });

  it("does not come with a new token of 30 days, and comes in its last quarter", async () => {
    const person = await seed.person();
    const { client } = await seed.token(person, person.personal, { expiresAt: instance.deps.clock() + 30 * DAY_MS });
    assert.equal((await client.get("/api/whoami")).headers.get(HEADER), null);
    instance.advance(22.5 * DAY_MS);
    assert.notEqual((await client.get("/api/whoami")).headers.get(HEADER), null);
  });

  it("does not come with a credential that has no expiry, with a session, or with no credential", async () => {
    const person = await seed.person();
    const endless = await seed.token(person, person.personal);
    const session = await seed.session(person);
    for (const client of [endless.client, session, instance.client()]) {
      for (const path of ["/api/session", "/api/whoami", "/forward-auth", "/api/instance"]) {
        assert.equal((await client.get(path)).headers.get(HEADER), null, path);
      }
    }
  });
});
