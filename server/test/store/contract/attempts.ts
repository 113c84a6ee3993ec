import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AttemptRecord, Store } from "../../../src/store/store.ts";
import { newId, T0 } from "./samples.ts";

const WINDOW_MS = 60_000;

export function describeAttempts(store: () => Store): void {
  describe("attempts", { concurrency: true }, () => {
    test("attempts are counted within the window of the first, by key", async () => {
      const key = newId("user");
      assert.equal(await store().reads.findAttempts(key), null);
      assert.deepEqual(await count(store(), key, T0), { count: 1, since: T0, lastAt: T0 });
      const second = { count: 2, since: T0, lastAt: T0 + WINDOW_MS - 1 };
      assert.deepEqual(await count(store(), key, T0 + WINDOW_MS - 1), second);
      assert.deepEqual(await store().reads.findAttempts(key), second);
      assert.equal((await count(store(), newId("user"), T0)).count, 1);
    });

    test("after the end of a window a new one begins", async () => {
      const key = newId("user");
      await count(store(), key, T0);
      await count(store(), key, T0 + 1);
      const end = T0 + WINDOW_MS;
      assert.deepEqual(await count(store(), key, end), { count: 1, since: end, lastAt: end });
    });

    test("a slow clock neither loses an attempt nor moves the last one back", async () => {
      const key = newId("user");
      await count(store(), key, T0 + 5);
      assert.deepEqual(await count(store(), key, T0), { count: 2, since: T0 + 5, lastAt: T0 + 5 });
    });

    test("cleared attempts are forgotten, those of other keys are not", async () => {
      const [key, other] = [newId("user"), newId("user")];
      await count(store(), key, T0);
      await count(store(), other, T0);
      await store().transaction((tx) => tx.clearAttempts(key));
      assert.equal(await store().reads.findAttempts(key), null);
      assert.equal((await store().reads.findAttempts(other))?.count, 1);
    });

    test("forgetAttempts() forgets attempts last counted before the instant, except those of the given keys", async () => {
      const [old, recent, spared] = [newId("user"), newId("user"), `spared:${newId("user")}`];
      const longAgo = T0 - 1_000_000;
      await count(store(), old, longAgo - 1);
      await count(store(), recent, longAgo);
      await count(store(), spared, longAgo - 1);
      const isKept = async (key: string): Promise<boolean> => (await store().reads.findAttempts(key)) !== null;
      await store().transaction((tx) => tx.forgetAttempts(longAgo, "spared:"));
      assert.deepEqual([await isKept(old), await isKept(recent), await isKept(spared)], [false, true, true]);
      await store().transaction((tx) => tx.forgetAttempts(longAgo));
      assert.deepEqual([await isKept(recent), await isKept(spared)], [true, false]);
    });

    test("simultaneous attempts are each counted", async () => {
      const key = newId("user");
      const counts = await Promise.all(Array.from({ length: 60 }, () => count(store(), key, T0)));
      assert.deepEqual(
        counts.map((attempt) => attempt.count).sort((a, b) => a - b),
        Array.from({ length: 60 }, (_, index) => index + 1),
      );
    });
  });
}

function count(store: Store, key: string, now: number): Promise<AttemptRecord> {
  return store.transaction((tx) => tx.countAttempt(key, WINDOW_MS, now));
}
