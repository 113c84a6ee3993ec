import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { newHash, T0 } from "./samples.ts";
import { type OpenStore, withStore } from "./under-test.ts";

export function describeInstance(open: OpenStore): void {
  describe("the instance", { concurrency: true }, () => {
    test("a new database is an instance that nobody has set up", () =>
      withStore(open, async (store) => {
        assert.deepEqual(await store.reads.getInstance(), {
          setupCodeHash: null,
          setupCodeExpiresAt: null,
          setupCodeAttempts: 0,
          setUpAt: null,
        });
      }));

    test("a new set-up code replaces the previous one and its wrong tries", () =>
      withStore(open, async (store) => {
        const second = newHash();
        await store.transaction(async (tx) => {
          await tx.setSetupCode({ hash: newHash(), expiresAt: T0 });
          await tx.countSetupAttempt();
          await tx.countSetupAttempt();
          assert.equal((await tx.lockInstance()).setupCodeAttempts, 2);
          await tx.setSetupCode({ hash: second, expiresAt: T0 + 1 });
        });
        const instance = await store.reads.getInstance();
        assert.deepEqual(Buffer.from(instance.setupCodeHash ?? []), Buffer.from(second));
        assert.equal(instance.setupCodeExpiresAt, T0 + 1);
        assert.equal(instance.setupCodeAttempts, 0);
      }));

    test("the end of set-up forgets the code and keeps its first instant", () =>
      withStore(open, async (store) => {
        await store.transaction(async (tx) => {
          await tx.setSetupCode({ hash: newHash(), expiresAt: T0 });
          await tx.countSetupAttempt();
          await tx.markSetUp(T0 + 5);
          await tx.markSetUp(T0 + 6);
        });
        assert.deepEqual(await store.reads.getInstance(), {
          setupCodeHash: null,
          setupCodeExpiresAt: null,
          setupCodeAttempts: 0,
          setUpAt: T0 + 5,
        });
      }));
  });
}
