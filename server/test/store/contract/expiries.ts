import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { NewApiKey, NewToken, RevokedRef, Store } from "../../../src/store/store.ts";
import { addApiKey, addMember, addToken, revocation, T0 } from "./samples.ts";
import { type OpenStore, withStore } from "./under-test.ts";

export function describeExpiries(open: OpenStore): void {
  describe("expiries", { concurrency: true }, () => {
    test("an expired credential is returned once, with its kind, unless it was revoked", () =>
      withStore(open, async (store) => {
        const member = await addMember(store);
        const due = await addToken(store, member, { expiresAt: T0 });
        const later = await addToken(store, member, { expiresAt: T0 + 1 });
        await addToken(store, member);
        const revoked = await addToken(store, member, { expiresAt: T0 });
        await store.transaction((tx) => tx.revokeToken(revoked.id, revocation()));
        const key = await addApiKey(store, member, { expiresAt: T0 });

        assert.deepEqual(await note(store, "pat", T0 - 1), []);
        assert.deepEqual(await note(store, "pat", T0), [refTo(due)]);
        assert.deepEqual(await note(store, "pat", T0), []);
        assert.deepEqual(await note(store, "pat", T0 + 1), [refTo(later)]);
        assert.deepEqual(await note(store, "api_key", T0), [refTo(key)]);
        assert.deepEqual(await note(store, "api_key", T0), []);
      }));

    test("the result of a rolled back transaction is returned again", () =>
      withStore(open, async (store) => {
        await addToken(store, await addMember(store), { expiresAt: T0 });
        const failure = new Error("not today");
        const failed = store.transaction(async (tx) => {
          assert.equal((await tx.noteExpiries("pat", T0, 10)).expired.length, 1);
          throw failure;
        });
        await assert.rejects(failed, failure);
        assert.equal((await note(store, "pat", T0)).length, 1);
      }));

    test("simultaneous calls each return different ones, up to their limit", () =>
      withStore(open, async (store) => {
        const member = await addMember(store);
        for (let index = 0; index < 12; index++) await addToken(store, member, { expiresAt: T0 });
        const answers = await Promise.all(Array.from({ length: 4 }, () => note(store, "pat", T0, 5)));
        assert.ok(answers.every((refs) => refs.length <= 5));
        const rest = await note(store, "pat", T0);
        const ids = [...answers, rest].flat().map((ref) => ref.id);
        assert.equal(ids.length, 12);
        assert.equal(new Set(ids).size, 12);
      }));
  });
}

async function note(store: Store, kind: "pat" | "api_key", now: number, limit = 10): Promise<readonly RevokedRef[]> {
  return (await store.transaction((tx) => tx.noteExpiries(kind, now, limit))).expired;
}

function refTo({ id, name, prefix, organizationId }: NewToken | NewApiKey): RevokedRef {
  return { id, name, prefix, organizationId };
}
