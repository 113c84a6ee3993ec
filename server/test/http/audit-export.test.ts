// The audit log as a file: complete, filtered, inert in a spreadsheet, recorded itself, and never held whole.
import assert from "node:assert/strict";
import { type IncomingMessage, request } from "node:http";
import { describe, it } from "node:test";
import { newId } from "../../src/secrets/generate.ts";
import type { AuditEventRecord } from "../../src/store/store.ts";
import { ENGINES, type TestInstance } from "../support/instance.ts";
import { assertRefused, changesIn } from "../support/organization-state.ts";
import { withInstance } from "../support/with-instance.ts";

for (const engine of ENGINES) {
  describe(`the export of an audit log on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });

    /** An organization with this many events, the last of them now. */
    async function fixture(count: number, content: Partial<AuditEventRecord> = {}) {
      const owner = await seed.person();
      const organization = await seed.organization(owner);
      const now = instance.deps.clock();
      const events = Array.from({ length: count }, (_, index): AuditEventRecord => ({
        id: newId("auditEvent"),
        at: now - count + index,
        organizationId: organization.id,
        actor: { kind: "user", id: owner.id, name: owner.name },
        via: null,
        action: index % 2 === 0 ? "pat.used" : "organization.renamed",
        target: { kind: "organization", id: organization.id, name: organization.name },
        outcome: "ok",
        ip: "127.0.0.1",
        userAgent: "test",
        requestId: null,
        details: {},
        ...content,
      }));
      await instance.deps.store.transaction((tx) => tx.insertAuditEvents(events));
      const session = await seed.session(owner, organization);
      const path = `/api/organizations/${organization.id}/audit-events/export`;
      return { owner, organization, session, path, events };
    }

    it("has every event once as a line of JSON, newest first, over many pages of the store", async () => {
      const { session, path, events } = await fixture(450);
      const { status, headers, body } = await session.get(path);
      assert.equal(status, 200);
      assert.equal(headers.get("content-type"), "application/x-ndjson; charset=utf-8");
      assert.match(
        headers.get("content-disposition") ?? "",
        /^attachment; filename="audit-events-\d{4}-\d\d-\d\d\.ndjson"$/,
      );
      const lines = String(body)
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as { id: string });
      assert.deepEqual(
        lines.map(({ id }) => id),
        events.map(({ id }) => id).toReversed(),
      );
      const shown = (await session.get(path.replace("/export", "?limit=2&action=organization.renamed"))).body.items[0];
      assert.deepEqual(
        lines.find(({ id }) => id === shown.id),
        shown,
        "a line is the event as the API shows it",
      );
    });

    it("takes the filters of the log, and is recorded in the log", async () => {
      const { organization, session, path, owner } = await fixture(4);
      const { body } = await session.get(`${path}?action=pat.&actor=${owner.id}`);
      assert.equal(String(body).trimEnd().split("\n").length, 2);
      const [event] = await changesIn(instance, organization.id);
      assert.deepEqual([event?.action, event?.actor.id], ["audit.exported", owner.id]);
      const filter = event?.details["filter"] as { readonly actor: string; readonly actions: readonly string[] };
      assert.deepEqual(
        [event?.details["format"], filter.actor, filter.actions.includes("pat.used")],
        ["ndjson", owner.id, true],
      );
    });

    it("is a table in which no spreadsheet finds a formula", async () => {
      const evil = `=HYPERLINK("https://evil.example","x")`;
      const { session, path } = await fixture(1, {
        actor: { kind: "user", id: "usr_1", name: evil },
        userAgent: "@SUM(1)",
        details: { before: { name: "+1" } },
      });
      const { headers, body } = await session.get(`${path}?format=csv`);
      assert.equal(headers.get("content-type"), "text/csv; charset=utf-8");
      const [head, row = "", end] = String(body).split("\r\n");
      assert.ok(head?.startsWith("id,at,action,outcome,actor_kind,actor_id,actor_name,via_kind"));
      assert.equal(end, "");
      assert.ok(row.includes(`"'=HYPERLINK(""https://evil.example"",""x"")"`), row);
      assert.ok(row.includes(",'@SUM(1),"), row);
      assert.ok(!/(^|,)"?[=+@-]/.test(row), row);
    });

    it("is a file even if it has no events", async () => {
      const { session, path } = await fixture(0);
      assert.equal(
        String((await session.get(`${path}?from=2999-01-01T00:00:00Z&format=csv`)).body).split("\r\n").length,
        2,
      );
      const empty = await session.get(`${path}?from=2999-01-01T00:00:00Z`);
      assert.deepEqual([empty.status, empty.body], [200, null]);
    });

    it("needs audit:export in the role and in the token, and refuses unknown filters and formats", async () => {
      const { owner, organization, path, session } = await fixture(1);
      const allowed = await seed.token(owner, organization, { permissions: ["audit:export"] });
      assert.equal((await allowed.client.get(path)).status, 200);
      const narrowed = await seed.token(owner, organization, { permissions: ["audit:read"] });
      await assertRefused(instance, organization.id, () => narrowed.client.get(path), [403, "permission_denied"]);
      const viewer = await seed.person();
      await seed.member(organization, viewer, "viewer");
      const watching = await seed.session(viewer, organization);
      await assertRefused(instance, organization.id, () => watching.get(path), [403, "permission_denied"]);
      await assertRefused(instance, organization.id, () => session.get(`${path}?format=xml`), [400, "field_invalid"]);
      await assertRefused(instance, organization.id, () => session.get(`${path}?action=pat.exploded`), [
        400,
        "field_invalid",
      ]);
    });

    it("reads the next page only when the client has received the previous ones", async () => {
      const { session, path } = await fixture(6000, {
        userAgent: "x".repeat(300),
        details: { padding: "y".repeat(2000) },
      });
      const reads = countReads(instance);
      const url = new URL(instance.url + path);
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        request(url, { headers: { ...session.headers } }, resolve)
          .on("error", reject)
          .end();
      });
      // Nothing is read from the response: the sockets fill up, and the server has to stop reading its log.
      await reads.quiet();
      const stopped = reads.count();
      assert.ok(stopped < 25, `${stopped} pages of 30 were read for a client that took none`);
      let bytes = 0;
      for await (const chunk of response) bytes += (chunk as Buffer).length;
      reads.restore();
      assert.ok(bytes > 6000 * 2000);
      assert.ok(reads.count() >= 30);
    });
  });
}

/** Counts the pages of the log that are read from now on. */
function countReads(instance: TestInstance): {
  readonly count: () => number;
  readonly quiet: () => Promise<void>;
  readonly restore: () => void;
} {
  const reads = instance.deps.store.reads as {
    listAuditEvents: TestInstance["deps"]["store"]["reads"]["listAuditEvents"];
  };
  const original = reads.listAuditEvents;
  let count = 0;
  reads.listAuditEvents = (filter, page) => {
    count++;
    return original.call(reads, filter, page);
  };
  return {
    count: () => count,
    // If a thousand turns of the event loop bring no further read, none comes by itself.
    quiet: async () => {
      for (let turns = 0, before = count; turns < 1000; turns++) {
        await new Promise((resolve) => setImmediate(resolve));
        if (count !== before) [turns, before] = [0, count];
      }
    },
    restore: () => void (reads.listAuditEvents = original),
  };
}
