import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, test } from "node:test";
import { addApiKey, addMember, addToken, newHash, T0 } from "./contract/samples.ts";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import { type Store, StoreUnavailable } from "../../src/store/store.ts";
import { DEFAULT_POLICY } from "./default-policy.ts";

describe("lookups of verification on SQLite", { concurrency: true }, () => {
  test("those of one turn of the event loop each get their own result", () =>
    withStore(async (store) => {
      const member = await addMember(store);
      const [token, other] = [await addToken(store, member), await addToken(store, member)];
      const key = await addApiKey(store, member);
      const found = await Promise.all([
        store.findForVerification("pat", token.hash),
        store.findForVerification("pat", newHash()),
        store.findForVerification("api_key", key.hash),
        store.findForVerification("pat", key.hash),
        store.findForVerification("pat", other.hash),
        store.findForVerification("pat", token.hash),
      ]);
      assert.deepEqual(
        found.map((facts) => facts?.id ?? null),
        [token.id, null, key.id, null, other.id, token.id],
      );
    }));

  test("a commit of another process after a lookup began, and before its turn ended, is in the result", () =>
    withStore(async (store, file) => {
      const token = await addToken(store, await addMember(store));
      const other = new DatabaseSync(file);
      const revoke = other.prepare("update personal_access_tokens set revoked_at = ?, revoked_reason = 'self'");
      const before = store.findForVerification("pat", token.hash);
      revoke.run(T0 + 1);
      assert.equal((await before)?.revokedAt, T0 + 1);
      revoke.run(T0 + 2);
      assert.equal((await store.findForVerification("pat", token.hash))?.revokedAt, T0 + 2);
      other.close();
    }));

  test("no read transaction stays open after a turn, whatever it found", () =>
    withStore(async (store, file) => {
      const token = await addToken(store, await addMember(store));
      const other = new DatabaseSync(file);
      const revoke = other.prepare("update personal_access_tokens set revoked_at = ?, revoked_reason = 'self'");
      for (let at = T0; at < T0 + 20; at++) {
        const size = at % 4;
        await Promise.all(Array.from({ length: size }, async () => store.findForVerification("pat", newHash())));
        revoke.run(at);
        assert.equal((await store.findForVerification("pat", token.hash))?.revokedAt, at);
      }
      // An open reader would prevent this from emptying the log.
      const [checkpoint] = other.prepare("pragma wal_checkpoint(truncate)").all();
      assert.equal(checkpoint?.["busy"], 0);
      other.close();
    }));

  test("a turn that cannot be read is refused completely, and the next one succeeds", () =>
    withStore(async (store, file) => {
      const token = await addToken(store, await addMember(store));
      const other = new DatabaseSync(file);
      other.exec("alter table organizations rename to elsewhere");
      const outcomes = await Promise.allSettled([
        store.findForVerification("pat", token.hash),
        store.findForVerification("pat", newHash()),
      ]);
      for (const outcome of outcomes) {
        assert.equal(outcome.status, "rejected");
        assert.ok(outcome.reason instanceof StoreUnavailable);
      }
      other.exec("alter table elsewhere rename to organizations");
      other.close();
      assert.equal((await store.findForVerification("pat", token.hash))?.id, token.id);
    }));
});

async function withStore(work: (store: Store, file: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "mintmark-test-"));
  const file = join(folder, "mintmark.db");
  const store = await openSqliteStore({ file, defaultPolicy: DEFAULT_POLICY });
  try {
    await store.migrate();
    await work(store, file);
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}
