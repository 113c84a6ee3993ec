// The event feed: of the instance for the host, and of one organization for its people. Every event in the order of its
// commit, none skipped silently, and no request that waits outlives its key, its client or the server.
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import type { AuditEventId, OrganizationId } from "@mintmark/core";
import { newId } from "../../src/secrets/generate.ts";
import { openPostgresStore } from "../../src/store/postgres/open.ts";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import type { AuditEventRecord, Store } from "../../src/store/store.ts";
import { WAITING_OF_CALLER } from "../../src/use-cases/event/waiting.ts";
import type { Client } from "../support/client.ts";
import { DEFAULT_POLICY } from "../store/default-policy.ts";
import { ENGINES, startInstance, type TestInstance } from "../support/instance.ts";
import { Seed } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

interface FeedJson {
  readonly items: readonly { readonly id: string; readonly action: string }[];
  readonly nextCursor: string;
}

function eventOf(organizationId: OrganizationId | null, overrides: Partial<AuditEventRecord> = {}): AuditEventRecord {
  return {
    id: newId("auditEvent"),
    at: Date.now(),
    organizationId,
    actor: { kind: "system", id: "test", name: "Test" },
    via: null,
    action: "organization.renamed",
    target: null,
    outcome: "ok",
    ip: null,
    userAgent: null,
    requestId: null,
    details: {},
    ...overrides,
  };
}

async function feed(client: Client, path: string, query: Readonly<Record<string, string>>): Promise<FeedJson> {
  const { status, body } = await client.get(`${path}?${new URLSearchParams(query).toString()}`);
  assert.equal(status, 200, JSON.stringify(body));
  return body as FeedJson;
}

/** Another store on the same database, like that of another process. */
function openReplica({ databaseUrl, folder }: TestInstance): Promise<Store> {
  return databaseUrl === null
    ? openSqliteStore({ file: join(folder, "mintmark.db"), defaultPolicy: DEFAULT_POLICY })
    : openPostgresStore({ url: databaseUrl, defaultPolicy: DEFAULT_POLICY });
}

const EVENTS = "/api/manage/events";
const idsOf = ({ items }: FeedJson): string[] => items.map(({ id }) => id);

for (const engine of ENGINES) {
  describe(`the event feed on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });

    const insert = async (...events: AuditEventRecord[]): Promise<AuditEventId[]> => {
      await instance.deps.store.transaction((tx) => tx.insertAuditEvents(events));
      return events.map(({ id }) => id);
    };

    it("gives the host each event once, in the order of the commits, page by page", async () => {
      const { client } = await seed.managementKey();
      const { nextCursor } = await feed(client, EVENTS, { after: "now" });
      const { id: organizationId } = await seed.organization(await seed.person());
      const [first] = await insert(eventOf(null, { at: Date.now() + 60_000 }));
      const [second, third] = await insert(eventOf(organizationId, { at: 1 }), eventOf(null));
      const one = await feed(client, EVENTS, { after: nextCursor, limit: "2" });
      assert.deepEqual(idsOf(one), [first, second]);
      const two = await feed(client, EVENTS, { after: one.nextCursor, limit: "2" });
      assert.deepEqual(idsOf(two), [third]);
      assert.deepEqual(await feed(client, EVENTS, { after: two.nextCursor }), {
        items: [],
        nextCursor: two.nextCursor,
      });
      const all = await feed(client, EVENTS, { after: "start", limit: "200" });
      assert.deepEqual(idsOf(all).slice(-3), [first, second, third]);
    });

    it("passes over events that a filter excludes, and moves its cursor beyond them", async () => {
      const { client } = await seed.managementKey();
      const { nextCursor } = await feed(client, EVENTS, { after: "now" });
      const others = Array.from({ length: 250 }, () => eventOf(null));
      const [wanted] = [...(await insert(eventOf(null, { action: "pat.revoked" }))), ...(await insert(...others))];
      const page = await feed(client, EVENTS, { after: nextCursor, action: "pat." });
      assert.deepEqual(idsOf(page), [wanted]);
      assert.deepEqual(await feed(client, EVENTS, { after: page.nextCursor }), {
        items: [],
        nextCursor: page.nextCursor,
      });
    });

    it("wakes a request that waits at the commit of an event, here and on another replica", async () => {
      const { client } = await seed.managementKey();
      const { nextCursor } = await feed(client, EVENTS, { after: "now" });
      const waiting = feed(client, EVENTS, { after: nextCursor, wait: "25" });
      const [first] = await insert(eventOf(null));
      const page = await waiting;
      assert.deepEqual(idsOf(page), [first]);
      const again = feed(client, EVENTS, { after: page.nextCursor, wait: "25" });
      const elsewhere = eventOf(null);
      const replica = await openReplica(instance);
      await replica.transaction((tx) => tx.insertAuditEvents([elsewhere]));
      await replica.close();
      assert.deepEqual(idsOf(await again), [elsewhere.id]);
    });

    it("responds with no events after the time that the request wants to wait", async () => {
      const { client } = await seed.managementKey();
      const { nextCursor } = await feed(client, EVENTS, { after: "now" });
      const query = { after: nextCursor, wait: "1", action: "service.revoked" };
      assert.deepEqual((await feed(client, EVENTS, query)).items, []);
    });

    it("refuses a request whose key is revoked while it waits, and more requests than may wait", async () => {
      const { client, id } = await seed.managementKey();
      const { nextCursor } = await feed(client, EVENTS, { after: "now" });
      const path = `${EVENTS}?after=${nextCursor}&wait=25&action=service.revoked`;
      const waiting = Array.from({ length: WAITING_OF_CALLER + 1 }, () => client.get(path));
      const refused = await Promise.race(waiting);
      assert.deepEqual([refused.status, refused.body.code], [429, "rate_limited"]);
      const by = { kind: "system", id: "test", name: "Test" } as const;
      await instance.deps.store.transaction(async (tx) => {
        await tx.revokeManagementKey(id, { at: instance.deps.clock(), by, reason: "leaked" });
        await tx.insertAuditEvents([eventOf(null, { action: "service.revoked" })]);
      });
      const codes = (await Promise.all(waiting)).map(({ body }) => body.code as string);
      const revoked = Array.from({ length: WAITING_OF_CALLER }, () => "token_revoked");
      assert.deepEqual(codes.toSorted(), ["rate_limited", ...revoked]);
    });

    it("gives a member with audit:read the events of their organization alone", async () => {
      const owner = await seed.person();
      const organization = await seed.organization(owner);
      const other = await seed.organization(owner);
      const session = await seed.session(owner, organization);
      const path = `/api/organizations/${organization.id}/audit-events`;
      const { nextCursor } = await feed(session, path, { after: "now" });
      const [first, , third] = await insert(
        eventOf(organization.id, { at: 5 }),
        eventOf(other.id),
        eventOf(organization.id, { at: 3, outcome: "denied" }),
        eventOf(null),
      );
      const page = await feed(session, path, { after: nextCursor });
      assert.deepEqual(idsOf(page), [first, third]);
      assert.deepEqual(idsOf(await feed(session, path, { after: nextCursor, outcome: "denied" })), [third]);
      const refusals = [
        [`after=${page.nextCursor}`, `/api/organizations/${other.id}/audit-events`, "cursor_invalid"],
        ["after=made-up", path, "cursor_invalid"],
        [`after=start&from=2026-01-01T00:00:00Z`, path, "field_invalid"],
      ] as const;
      for (const [query, at, code] of refusals) {
        const { status, body } = await session.get(`${at}?${query}`);
        assert.deepEqual([status, body.code], [400, code]);
      }
    });

    it("tells a client whose unread events were deleted, and no other", async () => {
      const owner = await seed.person();
      const { id: organizationId } = await seed.organization(owner);
      const session = await seed.session(owner, { id: organizationId });
      const path = `/api/organizations/${organizationId}/audit-events`;
      const { client } = await seed.managementKey();
      await insert(eventOf(organizationId, { at: 10 }));
      const behind = await feed(session, path, { after: "start", limit: "1" });
      const behindHost = await feed(client, EVENTS, { after: "now" });
      const [, kept] = await insert(eventOf(organizationId, { at: 11 }), eventOf(organizationId, { at: 20 }));
      const current = await feed(session, path, { after: "now" });
      await instance.deps.store.transaction((tx) => tx.pruneAuditEvents(organizationId, 12, 9));
      for (const [reader, at, cursor] of [
        [session, path, behind.nextCursor],
        [client, EVENTS, behindHost.nextCursor],
      ] as const) {
        const { status, body } = await reader.get(`${at}?after=${cursor}`);
        assert.deepEqual([status, body.code], [410, "cursor_expired"]);
      }
      assert.deepEqual(idsOf(await feed(session, path, { after: "start" })), [kept]);
      assert.deepEqual((await feed(session, path, { after: current.nextCursor })).items, []);
    });
  });
}

it("a database that went back in time refuses the cursors of events that it does not have", async () => {
  const instance = await startInstance();
  try {
    const { client } = await new Seed(instance).managementKey();
    const insert = (): Promise<void> => instance.deps.store.transaction((tx) => tx.insertAuditEvents([eventOf(null)]));
    await insert();
    const one = await feed(client, EVENTS, { after: "start" });
    await insert();
    const two = await feed(client, EVENTS, { after: one.nextCursor });
    const database = new DatabaseSync(join(instance.folder, "mintmark.db"));
    const newest = "(select max(seq) from event_numbers)";
    database.exec(`delete from audit_events where id = (select event_id from event_numbers where seq = ${newest});
      delete from event_numbers where seq = ${newest}; update event_clock set seq = seq - 1`);
    database.close();
    const codeOf = async (cursor: string): Promise<unknown> =>
      (await client.get(`${EVENTS}?after=${cursor}`)).body.code;
    assert.equal(await codeOf(two.nextCursor), "cursor_expired");
    assert.equal(await codeOf(one.nextCursor), undefined);
    await insert();
    // Another event has the number now.
    assert.equal(await codeOf(two.nextCursor), "cursor_expired");
  } finally {
    await instance.close();
  }
});

it("at the shutdown, requests that wait get an empty response", async () => {
  const instance = await startInstance();
  const { client } = await new Seed(instance).managementKey();
  const { nextCursor } = await feed(client, EVENTS, { after: "now" });
  const waiting = feed(client, EVENTS, { after: nextCursor, wait: "25" });
  await feed(client, EVENTS, { after: nextCursor });
  const startedAt = performance.now();
  await instance.close();
  assert.deepEqual(await waiting, { items: [], nextCursor });
  assert.ok(performance.now() - startedAt < 10_000);
});
