import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { OrganizationId } from "@mintmark/core";
import type { AuditEventRecord, NumberedEvent, Store } from "../../../src/store/store.ts";
import { nextTurn } from "../../../src/bounded.ts";
import { addOrganization, newEvent, T0 } from "./samples.ts";
import { type OpenStore, withStore } from "./under-test.ts";

export function describeEventFeed(open: OpenStore): void {
  describe("events in commit order", { concurrency: true }, () => {
    test("events are numbered in the order of their commits, not of their times, and without gaps", async () => {
      await withStore(open, async (alone) => {
        const events = [newEvent({ at: T0 + 9 }), newEvent({ at: T0 }), newEvent({ at: T0 + 5 })] as const;
        await insert(alone, [events[0]]);
        await insert(alone, [events[1], events[2]]);
        const listed = await alone.reads.listEventsInOrder(null, 0, 9);
        assert.deepEqual(
          listed.map(({ seq, event }) => [seq, event.id, event.at]),
          events.map(({ id, at }, index) => [index + 1, id, at]),
        );
        assert.deepEqual(await alone.reads.listEventsInOrder(null, 1, 1), [listed[1]]);
        assert.deepEqual(await alone.reads.findFeedState(null, 2), {
          seq: 3,
          newest: events[2].id,
          prunedTo: 0,
          eventAt: events[1].id,
        });
      });
    });

    test("a transaction that is rolled back leaves no number", async () => {
      await withStore(open, async (alone) => {
        const failure = new Error("not today");
        const failed = alone.transaction(async (tx) => {
          await tx.insertAuditEvents([newEvent()]);
          throw failure;
        });
        await assert.rejects(failed, failure);
        assert.equal((await alone.reads.findEventClock()).seq, 0);
        await insert(alone, [newEvent()]);
        assert.equal((await alone.reads.findEventClock()).seq, 1);
      });
    });

    test("a reader that continues after the last number misses no event of 60 transactions at once", async () => {
      await withStore(open, async (alone) => {
        const written: string[] = [];
        const write = async (index: number): Promise<void> => {
          const events = Array.from({ length: 1 + (index % 3) }, () => newEvent({ at: T0 + index }));
          await alone.transaction(async (tx) => {
            await tx.insertAuditEvents(events);
            // The commits overtake each other.
            for (let turns = (index * 7) % 11; turns > 0; turns--) await nextTurn();
            await tx.findAuditRetention("org_none" as OrganizationId);
          });
          written.push(...events.map(({ id }) => id));
        };
        let isDone = false;
        const read: NumberedEvent[] = [];
        const reading = (async () => {
          for (;;) {
            const wasDone = isDone;
            const more = await alone.reads.listEventsInOrder(null, read.at(-1)?.seq ?? 0, 50);
            read.push(...more);
            if (wasDone && more.length === 0) return;
            await nextTurn();
          }
        })();
        await Promise.all(Array.from({ length: 60 }, (_, index) => write(index)));
        isDone = true;
        await reading;
        assert.deepEqual(
          read.map(({ seq }) => seq),
          read.map((_, index) => index + 1),
        );
        assert.deepEqual(read.map(({ event }) => event.id).sort(), written.sort());
      });
    });

    test("an organization's events are listed apart, and its deleted events move only its horizon and the instance's", async () => {
      await withStore(open, async (alone) => {
        const [{ id: one }, { id: other }] = [await addOrganization(alone), await addOrganization(alone)];
        const events = [
          newEvent({ organizationId: one, at: T0 }),
          newEvent({ organizationId: other, at: T0 }),
          newEvent({ organizationId: one, at: T0 + 1 }),
          newEvent({ organizationId: null, at: T0 }),
        ] as const;
        for (const event of events) await insert(alone, [event]);
        assert.deepEqual(await numbersOf(alone, one), [1, 3]);
        assert.deepEqual(await numbersOf(alone, other), [2]);
        await alone.transaction((tx) => tx.pruneAuditEvents(one, T0 + 1, 9));
        assert.deepEqual(await numbersOf(alone, one), [3]);
        assert.deepEqual(await numbersOf(alone, null), [2, 3, 4]);
        const prunedTo = async (of: OrganizationId | null): Promise<number> =>
          (await alone.reads.findFeedState(of, 1)).prunedTo;
        assert.deepEqual([await prunedTo(one), await prunedTo(other), await prunedTo(null)], [1, 0, 1]);
        await alone.transaction((tx) => tx.pruneAuditEvents(null, T0 + 1, 9));
        await alone.transaction((tx) => tx.pruneAuditEvents(one, T0 + 2, 9));
        assert.deepEqual([await prunedTo(one), await prunedTo(other), await prunedTo(null)], [3, 0, 4]);
        assert.equal((await alone.reads.findFeedState(null, 4)).eventAt, null);
      });
    });
  });
}

async function insert(store: Store, events: readonly AuditEventRecord[]): Promise<void> {
  await store.transaction((tx) => tx.insertAuditEvents(events));
}

async function numbersOf(store: Store, organizationId: OrganizationId | null): Promise<number[]> {
  return (await store.reads.listEventsInOrder(organizationId, 0, 9)).map(({ seq }) => seq);
}
