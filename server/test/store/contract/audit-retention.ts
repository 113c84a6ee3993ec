import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { NO_RETENTION_SETTING, type OrganizationId } from "@mintmark/core";
import type { AuditEventRecord, Store } from "../../../src/store/store.ts";
import { ALL, idsOf } from "./paging.ts";
import { addOrganization, newEvent, newId, present, T0 } from "./samples.ts";
import { type OpenStore, withStore } from "./under-test.ts";

export function describeAuditRetention(store: () => Store, open: OpenStore): void {
  describe("audit retention", { concurrency: true }, () => {
    test("a retention is read as it was set, and is none before", async () => {
      const { id } = await addOrganization(store());
      assert.deepEqual(await store().reads.findAuditRetention(id), NO_RETENTION_SETTING);
      assert.deepEqual(await store().reads.findAuditRetention(newId("organization")), NO_RETENTION_SETTING);
      const retention = { days: 90, effectiveAt: T0, untilThen: 365 };
      await store().transaction((tx) => tx.setAuditRetention(id, retention));
      assert.deepEqual(await store().reads.findAuditRetention(id), retention);
      const cleared = { days: null, effectiveAt: T0 + 1, untilThen: null };
      await store().transaction((tx) => tx.setAuditRetention(id, cleared));
      assert.deepEqual(await store().reads.findAuditRetention(id), cleared);
    });

    test("organizations are listed in the order of their ids, all or those with a retention, also deleted ones", async () => {
      await withStore(open, async (alone) => {
        const made = [await addOrganization(alone), await addOrganization(alone), await addOrganization(alone)];
        const ids = idsOf(made).sort() as OrganizationId[];
        const retention = { days: null, effectiveAt: T0, untilThen: 90 };
        await alone.transaction(async (tx) => {
          await tx.setAuditRetention(present(ids[2]), retention);
          await tx.deleteOrganization(present(ids[0]), T0, "nobody");
        });
        const walk = async (which: "all" | "set", after: OrganizationId | null, limit: number): Promise<string[]> =>
          idsOf(await alone.reads.listAuditRetentions(which, after, limit));
        assert.deepEqual(await walk("all", null, 2), ids.slice(0, 2));
        assert.deepEqual(await walk("all", present(ids[1]), 2), ids.slice(2));
        assert.deepEqual(await walk("set", null, 9), ids.slice(2));
        const [set] = await alone.reads.listAuditRetentions("set", null, 9);
        assert.deepEqual(set, { id: ids[2], name: "Analytical Engines", retention });
      });
    });

    test("the oldest events of the organization are removed first, none from the instant on, and no other organization's", async () => {
      const { id: organizationId } = await addOrganization(store());
      const { id: other } = await addOrganization(store());
      const event = (ms: number): AuditEventRecord => newEvent({ organizationId, at: T0 + ms });
      const [second, third] = [event(2), event(3)];
      const pruned = newEvent({ organizationId, at: T0 - 1, action: "audit.pruned" });
      const elsewhere = newEvent({ organizationId: other, at: T0 });
      await insert(store(), [event(0), event(1), second, third, pruned, elsewhere]);
      const prune = (limit: number): Promise<number> =>
        store().transaction((tx) => tx.pruneAuditEvents(organizationId, T0 + 3, limit));
      assert.equal(await prune(2), 2);
      assert.deepEqual(await idsIn(store(), organizationId), idsOf([third, second, pruned]));
      assert.equal(await prune(9), 1);
      assert.equal(await prune(9), 0);
      assert.deepEqual(await idsIn(store(), organizationId), idsOf([third, pruned]));
      assert.deepEqual(await idsIn(store(), other), idsOf([elsewhere]));
    });

    test("events without an organization are pruned separately", async () => {
      const actor = { kind: "user", id: newId("user"), name: "Ada" } as const;
      const { id: organizationId } = await addOrganization(store());
      const nobodys = newEvent({ actor, organizationId: null, at: 1 });
      const organizations = newEvent({ actor, organizationId, at: 1 });
      await insert(store(), [nobodys, organizations]);
      assert.ok((await store().transaction((tx) => tx.pruneAuditEvents(null, 2, 500))) >= 1);
      assert.deepEqual(idsOf((await store().reads.listAuditEvents({ actorId: actor.id }, ALL)).items), [
        organizations.id,
      ]);
    });
  });
}

function insert(store: Store, events: readonly AuditEventRecord[]): Promise<void> {
  return store.transaction((tx) => tx.insertAuditEvents(events));
}

async function idsIn(store: Store, organizationId: OrganizationId): Promise<string[]> {
  return idsOf((await store.reads.listAuditEvents({ organizationId }, ALL)).items);
}
