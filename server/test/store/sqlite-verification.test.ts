import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { describe, test } from "node:test";
import { addApiKey, addMember, addToken, newHash, revocation, T0 } from "./contract/samples.ts";
import { openSqliteStore, type SqliteStoreOptions } from "../../src/store/sqlite/open.ts";
import { type Store, StoreUnavailable } from "../../src/store/store.ts";
import { DEFAULT_POLICY } from "./default-policy.ts";

const CHANGE_AUTHORITY = join(import.meta.dirname, "children", "change-authority.ts");

describe("lookups of verification on SQLite", { concurrency: true }, () => {
  test("a token that was verified is found without reading its row, until the log names it", () =>
    withStore(
      async (store, file) => {
        const token = await addToken(store, await addMember(store));
        const isRevoked = async (): Promise<boolean> =>
          (await store.findForVerification("pat", token.hash))?.revokedAt !== null;
        assert.equal(await isRevoked(), false);
        const other = new DatabaseSync(file);
        // No process does this: it shows that the row was not read.
        other.exec(`update personal_access_tokens set revoked_at = ${T0}, revoked_reason = 'self'`);
        assert.equal(await isRevoked(), false);
        other.exec(`begin; update authority_clock set seq = seq + 1, nonce = 'x';
          insert into authority_log (seq, nonce, kind, key, at) select seq, nonce, 'token', '${token.id}', 0 from authority_clock;
          commit`);
        assert.equal(await isRevoked(), true);
        other.close();
      },
      { cachedCredentials: 10 },
    ));

  test("a change of another process after a lookup began, and before its turn ended, is in the result", () =>
    withStore(
      async (store, file) => {
        const token = await addToken(store, await addMember(store));
        const another = await openSqliteStore({ file, defaultPolicy: DEFAULT_POLICY });
        await store.findForVerification("pat", token.hash);
        // Both begin in the microtasks of one turn: the commit of the other store needs no turn of the event loop.
        let isRevoked = false;
        const change = another
          .transaction((tx) => tx.revokeToken(token.id, revocation({ at: T0 + 1 })))
          .then(() => (isRevoked = true));
        const found = store.findForVerification("pat", token.hash);
        await Promise.all([change, found]);
        assert.ok(isRevoked);
        assert.equal((await found)?.revokedAt, T0 + 1);
        await another.close();
      },
      { cachedCredentials: 10 },
    ));

  test("what another process has revoked is refused from the moment that it says so, also where it was in memory", () =>
    withStore(
      async (store, file) => {
        const member = await addMember(store);
        const child = spawn(process.execPath, ["--conditions=development", CHANGE_AUTHORITY, file], {
          stdio: ["pipe", "pipe", "inherit"],
        });
        try {
          const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
          assert.equal((await lines.next()).value, "ready");
          for (let round = 0; round < 20; round++) {
            const token = await addToken(store, member);
            const isActive = async (): Promise<boolean> =>
              (await store.findForVerification("pat", token.hash))?.revokedAt === null;
            assert.equal(await isActive(), true);
            const progress = { isOver: false };
            const revoked = lines.next().then(({ value }) => {
              progress.isOver = true;
              return value as string;
            });
            child.stdin.write(`${token.id}\n`);
            // Verifications go on while the other process commits, and keep the token in memory.
            while (!progress.isOver) await isActive();
            assert.equal(await revoked, token.id);
            assert.equal(await isActive(), false);
          }
        } finally {
          child.kill("SIGKILL");
          await once(child, "exit");
        }
      },
      { cachedCredentials: 10 },
    ));

  for (const [what, statement] of [
    ["entries are missing", "delete from authority_log"],
    ["the clock went back", "delete from authority_log; update authority_clock set seq = 0, nonce = ''"],
    ["the history is another one", "update authority_log set nonce = 'x'; update authority_clock set nonce = 'x'"],
  ] as const) {
    test(`everything is read again where ${what}`, () =>
      withStore(
        async (store, file) => {
          const member = await addMember(store);
          const token = await addToken(store, member);
          await store.transaction((tx) => tx.renameToken(token.id, "first"));
          assert.equal((await store.findForVerification("pat", token.hash))?.name, "first");
          const other = new DatabaseSync(file);
          other.exec(`begin; update personal_access_tokens set name = 'second'; ${statement}; commit`);
          if (what === "entries are missing") other.exec("update authority_clock set seq = seq + 1, nonce = 'y'");
          other.close();
          assert.equal((await store.findForVerification("pat", token.hash))?.name, "second");
        },
        { cachedCredentials: 10 },
      ));
  }

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

async function withStore(
  work: (store: Store, file: string) => Promise<void>,
  options: Pick<SqliteStoreOptions, "cachedCredentials"> = {},
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "mintmark-test-"));
  const file = join(folder, "mintmark.db");
  const store = await openSqliteStore({ file, defaultPolicy: DEFAULT_POLICY, ...options });
  try {
    await store.migrate();
    await work(store, file);
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}
