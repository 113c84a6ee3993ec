import assert from "node:assert/strict";
import { test } from "node:test";
import { describeStoreContract } from "./contract/contract.ts";
import { newEvent } from "./contract/samples.ts";
import { withStore } from "./contract/under-test.ts";
import { openPostgres } from "./open-stores.ts";

describeStoreContract("PostgreSQL", openPostgres);

// On SQLite a transaction begins after the one before has ended, so only here can an earlier insert commit later.
test("an event that was inserted first and committed last comes last, after the number that a reader has", async () => {
  await withStore(openPostgres, async (store) => {
    const [early, late] = [newEvent(), newEvent()];
    const inserted = Promise.withResolvers<void>();
    const mayCommit = Promise.withResolvers<void>();
    const slow = store.transaction(async (tx) => {
      await tx.insertAuditEvents([early]);
      inserted.resolve();
      await mayCommit.promise;
    });
    await inserted.promise;
    await store.transaction((tx) => tx.insertAuditEvents([late]));
    const [first] = await store.reads.listEventsInOrder(null, 0, 9);
    assert.equal(first?.event.id, late.id);
    mayCommit.resolve();
    await slow;
    const rest = await store.reads.listEventsInOrder(null, first.seq, 9);
    assert.deepEqual(
      rest.map(({ seq, event }) => [seq, event.id]),
      [[2, early.id]],
    );
  });
});
