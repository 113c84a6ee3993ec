import assert from "node:assert/strict";
import { mkdir, readdir, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, test } from "node:test";
import { addMember, addToken, addUser, newUser } from "./contract/samples.ts";
import { openForReading, openForWriting } from "../../src/store/sqlite/database.ts";
import { toCommitError, toStoreError } from "../../src/store/sqlite/errors.ts";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import { OutcomeUnknown, StorageFull, type Store, StoreUnavailable } from "../../src/store/store.ts";
import { DEFAULT_POLICY } from "./default-policy.ts";
import { temporaryFolder } from "./open-stores.ts";

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await temporaryFolder();
  try {
    await test(folder.path);
  } finally {
    await folder.remove();
  }
}

async function openMigrated(file: string, lockWaitMs?: number): Promise<Store> {
  const store = await openSqliteStore({
    file,
    defaultPolicy: DEFAULT_POLICY,
    ...(lockWaitMs === undefined ? {} : { lockWaitMs }),
  });
  await store.migrate();
  return store;
}

describe("the SQLite file", { concurrency: true }, () => {
  test("a new file, its log and its folder belong to their owner alone", () =>
    inFolder(async (folder) => {
      const store = await openMigrated(join(folder, "data", "mintmark.db"));
      const modeOf = async (name: string): Promise<number> => (await stat(join(folder, name))).mode & 0o777;
      assert.equal(await modeOf("data"), 0o700);
      for (const name of ["mintmark.db", "mintmark.db-wal", "mintmark.db-shm"]) {
        assert.equal(await modeOf(join("data", name)), 0o600, name);
      }
      await store.close();
    }));

  test("a link to the file is followed, also to a file that the start makes, with all the files beside it", () =>
    inFolder(async (folder) => {
      const [link, volume] = [join(folder, "mintmark.db"), join(folder, "volume")];
      await mkdir(volume);
      await symlink(join("volume", "tokens.db"), link);
      for (const start of ["the first", "another"]) {
        const store = await openSqliteStore({ file: link, defaultPolicy: DEFAULT_POLICY, reserveBytes: 4096 });
        await store.migrate();
        await addUser(store);
        assert.equal(await store.whyNotReady(), null, start);
        assert.equal((await stat(join(volume, "tokens.db"))).mode & 0o777, 0o600);
        const names = ["tokens.db", "tokens.db-shm", "tokens.db-wal", "tokens.db.reserve"];
        assert.deepEqual((await readdir(volume)).sort(), names);
        await store.close();
      }
      assert.deepEqual((await readdir(folder)).sort(), ["mintmark.db", "volume"]);
    }));

  test("committed rows survive the loss of power, and foreign keys are enforced", () =>
    inFolder(async (folder) => {
      const writer = await openForWriting(join(folder, "mintmark.db"));
      const reader = await openForReading(join(folder, "mintmark.db"));
      const pragma = (database: DatabaseSync, name: string): unknown =>
        Object.values(database.prepare(`pragma ${name}`).get() ?? {})[0];
      assert.equal(pragma(writer, "journal_mode"), "wal");
      assert.equal(pragma(writer, "synchronous"), 2);
      assert.equal(pragma(writer, "foreign_keys"), 1);
      assert.throws(() => reader.exec("create table t (x)"), /readonly/);
      reader.close();
      writer.close();
    }));

  test("written rows are there after the store was closed and opened again", () =>
    inFolder(async (folder) => {
      const file = join(folder, "mintmark.db");
      const first = await openMigrated(file);
      const user = await addUser(first);
      await first.close();
      const second = await openMigrated(file);
      assert.deepEqual(await second.reads.findUser(user.id), user);
      await second.close();
    }));

  test("a file that cannot be opened, or is no database, is StoreUnavailable", () =>
    inFolder(async (folder) => {
      await mkdir(join(folder, "folder.db"));
      await assert.rejects(openMigrated(join(folder, "folder.db")), StoreUnavailable);
      await assert.rejects(openMigrated(join(folder, "missing\0name", "mintmark.db")), StoreUnavailable);
      await writeFile(join(folder, "letter.db"), "Dear Ada, ".repeat(1_000));
      await assert.rejects(openMigrated(join(folder, "letter.db")), StoreUnavailable);
    }));

  test("verification in a database without tables is StoreUnavailable, not an unknown token", () =>
    inFolder(async (folder) => {
      const store = await openSqliteStore({ file: join(folder, "mintmark.db"), defaultPolicy: DEFAULT_POLICY });
      await assert.rejects(async () => store.findForVerification("pat", new Uint8Array(32)), StoreUnavailable);
      await store.migrate();
      assert.equal(await store.findForVerification("pat", new Uint8Array(32)), null);
      await store.close();
      await assert.rejects(async () => store.findForVerification("pat", new Uint8Array(32)), StoreUnavailable);
      await assert.rejects(
        store.transaction(async () => {}),
        StoreUnavailable,
      );
    }));
});

describe("another process at the SQLite file", { concurrency: true }, () => {
  test("a transaction waits for it while verification and the event loop continue", () =>
    inFolder(async (folder) => {
      const file = join(folder, "mintmark.db");
      const store = await openMigrated(file);
      const token = await addToken(store, await addMember(store));
      const user = newUser();
      const other = new DatabaseSync(file);
      other.exec("begin immediate; update users set name = 'held'");

      let isDone = false;
      const waiting = store.transaction((tx) => tx.insertUser(user)).then(() => (isDone = true));
      for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
      assert.equal(isDone, false);
      assert.notEqual(await store.findForVerification("pat", token.hash), null);
      assert.equal(await store.reads.findUser(user.id), null);

      other.exec("commit");
      other.close();
      await waiting;
      assert.notEqual(await store.reads.findUser(user.id), null);
      await store.close();
    }));

  test("a lock that is not released is StoreUnavailable, and the next transaction works when it is released", () =>
    inFolder(async (folder) => {
      const file = join(folder, "mintmark.db");
      const store = await openMigrated(file, 30);
      const other = new DatabaseSync(file);
      other.exec("begin immediate");
      await assert.rejects(addUser(store), StoreUnavailable);
      other.exec("rollback");
      other.close();
      await addUser(store);
      await store.close();
    }));
});

describe("errors of SQLite", () => {
  test("a full disk is StorageFull", () => {
    const database = new DatabaseSync(":memory:");
    database.exec("create table t (x); pragma max_page_count = 3");
    assert.throws(
      () => database.exec("insert into t values (zeroblob(1000000))"),
      (error) => toStoreError(error) instanceof StorageFull,
    );
    database.close();
  });

  test("a disk that fails is StoreUnavailable, or OutcomeUnknown while committing", () => {
    const IOERR_FSYNC = 1034;
    const error = Object.assign(new Error("disk I/O error"), { code: "ERR_SQLITE_ERROR", errcode: IOERR_FSYNC });
    assert.ok(toStoreError(error) instanceof StoreUnavailable);
    assert.ok(toCommitError(error) instanceof OutcomeUnknown);
  });

  test("a programming error is not reported as an unreachable database", () => {
    const database = new DatabaseSync(":memory:");
    assert.throws(
      () => database.exec("select nonsense"),
      (error) => toStoreError(error) === error,
    );
    database.close();
  });
});
