// An instance admin lists and revokes personal access tokens across organizations.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { assertProblem, assertRefused } from "../support/accounts.ts";
import type { Client } from "../support/client.ts";
import { uniqueName } from "../support/instance.ts";
import { changesIn } from "../support/organization-state.ts";
import type { Person } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

const DAY_MS = 86_400_000;
const BASE = "/api/admin/personal-access-tokens";

describe("an instance admin and everybody's tokens", () => {
  const { instance, seed } = withInstance();
  let admin: Person;
  let session: Client;
  before(async () => {
    admin = await seed.person("Admin", { instanceAdmin: true });
    session = await seed.session(admin);
  });

  async function fixture() {
    const [owner, person] = [await seed.person(), await seed.person(uniqueName("holder"))];
    const organization = await seed.organization(owner);
    await seed.member(organization, person, "member");
    const now = instance.deps.clock();
    const tokens = {
      used: await seed.token(person, organization, { name: uniqueName("used") }),
      stale: await seed.token(person, organization, { createdAt: now - 91 * DAY_MS }),
      expired: await seed.token(person, person.personal, { expiresAt: now - 1 }),
      revoked: await seed.token(person, person.personal),
      owners: await seed.token(owner, organization),
    };
    await tokens.used.client.get("/api/whoami");
    await instance.uses.flush();
    await session.delete(`${BASE}/${tokens.revoked.id}`);
    return { owner, person, organization, tokens };
  }

  const list = async (query: Readonly<Record<string, string>>) => {
    const { status, body } = await session.get(`${BASE}?${new URLSearchParams(query).toString()}`);
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };
  const idsOf = (items: readonly { readonly id: string }[]): Set<string> => new Set(items.map(({ id }) => id));

  it("lists them across organizations: by person, organization, state, use and text; never a secret", async () => {
    const { person, organization, tokens } = await fixture();
    const { used, stale, expired, revoked, owners } = tokens;
    const cases: readonly [Readonly<Record<string, string>>, readonly { readonly id: string }[]][] = [
      [{ user: person.id }, [used, stale, expired, revoked]],
      [{ organization: organization.id }, [used, stale, owners]],
      [{ user: person.id, organization: organization.id }, [used, stale]],
      [{ user: person.id, state: "live" }, [used, stale]],
      [{ user: person.id, state: "expired" }, [expired]],
      [{ user: person.id, state: "revoked" }, [revoked]],
      [{ user: person.id, state: "suspended" }, []],
      [{ user: person.id, stale: "true" }, [stale]],
      [{ user: person.id, neverUsed: "true" }, [stale, expired, revoked]],
      [{ query: person.name.toUpperCase() }, [used, stale, expired, revoked]],
      [{ user: person.id, query: "used-" }, [used]],
    ];
    for (const [query, expected] of cases) {
      assert.deepEqual(idsOf((await list(query)).items), idsOf(expected), JSON.stringify(query));
    }
    const body = await list({ user: person.id });
    for (const { secret } of Object.values(tokens)) assert.ok(!JSON.stringify(body).includes(secret.slice(10)));
    const first = await list({ user: person.id, limit: "3" });
    const rest = await list({ user: person.id, limit: "3", cursor: first.nextCursor });
    assert.deepEqual(idsOf([...first.items, ...rest.items]), idsOf(body.items));
    assert.equal(rest.nextCursor, null);

    await session.post(`/api/admin/users/${person.id}/suspend`);
    assert.deepEqual(idsOf((await list({ user: person.id, state: "suspended" })).items), idsOf([used, stale]));
    assertProblem(await session.get(`${BASE}?cursor=x`), 400, "cursor_invalid");
    for (const query of ["state=active", "stale=1", "limit=0"]) {
      assertProblem(await session.get(`${BASE}?${query}`), 400, "field_invalid");
    }
    assert.deepEqual((await list({ organization: "org_none" })).items, []);
  });

  it("revokes one at once; its organization's audit log and its owner's notice say who did it", async () => {
    const { person, organization, tokens } = await fixture();
    const revoked = await session.delete(`${BASE}/${tokens.used.id}`);
    assert.deepEqual([revoked.status, revoked.body.revoked], [200, true]);
    assertProblem(await tokens.used.client.get("/api/whoami"), 401, "token_revoked");
    const again = await session.delete(`${BASE}/${tokens.used.id}`);
    assert.deepEqual([again.status, again.body], [200, revoked.body], "the first receipt is returned");
    const [event] = await changesIn(instance, organization.id);
    assert.deepEqual([event?.action, event?.actor.id, event?.details["reason"]], ["pat.revoked", admin.id, "admin"]);
    const seen = await (await seed.session(person)).get(`/api/personal-access-tokens/${tokens.used.id}`);
    assert.deepEqual([seen.body.revokedBy.name, seen.body.revokedReason], [admin.name, "admin"]);
    assertProblem(await session.delete(`${BASE}/pat_none`), 404, "not_found");
  });

  it("revokes many in one transaction, or none when one is unknown", async () => {
    const { person, tokens } = await fixture();
    const revoke = (ids: unknown) => session.post(`${BASE}/revoke`, { ids });
    const ids = [tokens.used.id, tokens.stale.id, tokens.revoked.id];
    await assertRefused(instance, person, () => revoke([...ids, "pat_none"]), [404, "not_found"]);
    assert.equal((await tokens.used.client.get("/api/whoami")).status, 200);
    const { status, body } = await revoke([...ids, tokens.used.id]);
    assert.deepEqual([status, body.revokedTokens, body.auditEventIds.length, body.receipt.revoked], [200, 2, 2, true]);
    assertProblem(await tokens.used.client.get("/api/whoami"), 401, "token_revoked");
    assertProblem(await tokens.stale.client.get("/api/whoami"), 401, "token_revoked");
    assert.equal((await tokens.owners.client.get("/api/whoami")).status, 200);
    const many = Array.from({ length: 201 }, (_, index) => `pat_${index}`);
    for (const wrong of [[], many, "all", [1]]) {
      await assertRefused(instance, person, () => revoke(wrong), [400, "field_invalid"]);
    }
  });

  it("are refused to everybody else, and nothing changes", async () => {
    const { owner, person, organization, tokens } = await fixture();
    const actors: readonly (readonly [Client, number, string])[] = [
      [instance.client(), 401, "credentials_missing"],
      [await seed.session(owner, organization), 403, "instance_admin_required"],
      [await seed.session(person), 403, "instance_admin_required"],
      [(await seed.token(admin, admin.personal)).client, 403, "session_required"],
      [(await seed.apiKey(organization, owner)).client, 403, "session_required"],
      [(await seed.service(admin)).client, 403, "session_required"],
    ];
    for (const [client, status, code] of actors) {
      const sends = [
        () => client.get(BASE),
        () => client.delete(`${BASE}/${tokens.used.id}`),
        () => client.post(`${BASE}/revoke`, { ids: [tokens.used.id] }),
      ];
      for (const send of sends) await assertRefused(instance, person, send, [status, code]);
    }
  });
});
