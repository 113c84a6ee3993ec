// The file of a running store is moved away, replaced or overwritten, in every way that an operator may do by mistake.
// The result is always the same: nothing is reported as done, nothing is read from the old file, and readiness says
// why.
import assert from "node:assert/strict";
import {
  copyFileSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, test } from "node:test";
import { addMember, addToken, addUser } from "./contract/samples.ts";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import { OutcomeUnknown, type Store, StoreUnavailable } from "../../src/store/store.ts";
import { DEFAULT_POLICY } from "./default-policy.ts";
import { temporaryFolder } from "./open-stores.ts";

interface Stage {
  readonly store: Store;
  readonly file: string;
  /** A complete copy of the database from before the last changes. */
  readonly older: string;
  readonly faults: string[];
}

async function onStage(run: (stage: Stage) => Promise<void>): Promise<void> {
  const folder = await temporaryFolder();
  const file = join(folder.path, "data", "mintmark.db");
  const faults: string[] = [];
  const store = await openSqliteStore({
    file,
    defaultPolicy: DEFAULT_POLICY,
    onFault: (fault) => faults.push(fault),
  });
  try {
    await store.migrate();
    await addUser(store);
    const older = join(folder.path, "older.db");
    outside(file, (database) => database.exec(`vacuum into '${older}'`));
    await addUser(store);
    await run({ store, file, older, faults });
  } finally {
    await store.close();
    await folder.remove();
  }
}

function outside(file: string, work: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(file);
  try {
    work(database);
  } finally {
    database.close();
  }
}

const HAPPENINGS: Readonly<Record<string, (stage: Stage) => void>> = {
  "the file is deleted": ({ file }) => rmSync(file),
  "the file and its log are deleted": ({ file }) => ["", "-wal", "-shm"].forEach((suffix) => rmSync(file + suffix)),
  "another copy takes its place": ({ file, older }) => renameSync(older, file),
  "the file is moved away": ({ file }) => renameSync(file, `${file}.away`),
  "its folder is moved away": ({ file }) => renameSync(dirname(file), `${dirname(file)}.away`),
  "its folder is moved away, and a new database is made there": ({ file }) => {
    renameSync(dirname(file), `${dirname(file)}.away`);
    mkdirSync(dirname(file));
    outside(file, (database) => database.exec("pragma journal_mode = wal; create table t (x)"));
  },
  "its log is deleted": ({ file }) => rmSync(`${file}-wal`),
  "the index of its log is deleted": ({ file }) => rmSync(`${file}-shm`),
  "its log is replaced": ({ file }) => {
    copyFileSync(`${file}-wal`, `${file}-wal.copy`);
    renameSync(`${file}-wal.copy`, `${file}-wal`);
  },
  "its log is cut off": ({ file }) => truncateSync(`${file}-wal`, 0),
  "an older copy is written over it": ({ file, older }) => copyFileSync(older, file),
  "it is emptied": ({ file }) => truncateSync(file, 0),
  "something else is written over it": ({ file }) => writeFileSync(file, "Dear Ada, ".repeat(10_000)),
  "a database of something else is written over it": ({ file, older }) => {
    const other = `${older}.other`;
    outside(other, (database) => database.exec("create table t (x)"));
    copyFileSync(other, file);
  },
};

describe("a SQLite file that is no longer the one that was opened", { concurrency: true }, () => {
  for (const [happening, happen] of Object.entries(HAPPENINGS)) {
    test(`${happening}: no change is made or reported as made`, () =>
      onStage(async (stage) => {
        const { store, faults } = stage;
        // The committed rows are in the main file, as after some minutes of service.
        outside(stage.file, (database) => database.exec("pragma wal_checkpoint"));
        await addUser(store);
        happen(stage);
        let ran = false;
        await assert.rejects(
          store.transaction(async () => void (ran = true)),
          StoreUnavailable,
        );
        assert.equal(ran, false);
        assert.equal(faults.length, 1);
        assert.equal(
          (await store.whyNotReady())?.toLowerCase(),
          `${faults[0]}; start the server again to use what is there.`.toLowerCase(),
        );
        // From then on nothing is read.
        await assert.rejects(async () => store.findForVerification("pat", new Uint8Array(32)), StoreUnavailable);
        await assert.rejects(store.reads.getInstance(), StoreUnavailable);
        await assert.rejects(store.readAuthorityChanges(), StoreUnavailable);
        assert.equal(faults.length, 1);
      }));
  }

  test("it is deleted inside a transaction: the change is not reported as made", () =>
    onStage(async ({ store, file }) => {
      await assert.rejects(
        store.transaction(async () => rmSync(file)),
        OutcomeUnknown,
      );
    }));

  test("verification detects it alone, without a write", () =>
    onStage(async ({ store, older, file }) => {
      const token = await addToken(store, await addMember(store));
      renameSync(older, file);
      const before = performance.now();
      let found: unknown = null;
      while (found !== undefined && performance.now() - before < 5_000) {
        found = await Promise.try(() => store.findForVerification("pat", token.hash)).catch(() => undefined);
      }
      assert.equal(found, undefined);
      assert.ok(performance.now() - before < 1_000);
    }));

  test("a link to it leads elsewhere", () =>
    onStage(async ({ file, older }) => {
      const link = `${file}.link`;
      symlinkSync(file, link);
      const store = await openSqliteStore({ file: link, defaultPolicy: DEFAULT_POLICY });
      try {
        await addUser(store);
        rmSync(link);
        symlinkSync(older, link);
        assert.match((await store.whyNotReady()) ?? "", /replaced/);
        await assert.rejects(addUser(store), StoreUnavailable);
      } finally {
        await store.close();
      }
    }));

  test("it continues when the original file is back: meanwhile there may have been commits elsewhere", () =>
    onStage(async ({ store, file }) => {
      renameSync(file, `${file}.away`);
      assert.match((await store.whyNotReady()) ?? "", /moved/);
      linkSync(`${file}.away`, file);
      assert.match((await store.whyNotReady()) ?? "", /moved/);
      await assert.rejects(addUser(store), StoreUnavailable);
    }));
});

describe("a SQLite file that other processes use too", { concurrency: true }, () => {
  test("commits, checkpoints, vacuum and the end of other connections are not faults", () =>
    onStage(async ({ store, file, faults }) => {
      const uses = [
        "update users set name = 'Ada'",
        "pragma wal_checkpoint(truncate)",
        "update users set name = 'Bea'; pragma wal_checkpoint(restart)",
        "vacuum",
        "pragma wal_checkpoint(passive)",
      ];
      for (const use of [...uses, ...uses]) {
        outside(file, (database) => database.exec(use));
        await addUser(store);
        assert.equal(await store.whyNotReady(), null, use);
      }
      assert.deepEqual(faults, []);
    }));

  test("two stores count each other's commits, and see them at once", () =>
    onStage(async ({ store, file, faults }) => {
      const other = await openSqliteStore({ file, defaultPolicy: DEFAULT_POLICY, onFault: (it) => faults.push(it) });
      for (let round = 0; round < 50; round++) {
        const [writer, reader] = round % 2 === 0 ? [store, other] : [other, store];
        const token = await addToken(writer, await addMember(writer));
        assert.notEqual(await reader.findForVerification("pat", token.hash), null);
        if (round % 10 === 0) outside(file, (database) => database.exec("pragma wal_checkpoint(truncate)"));
      }
      assert.deepEqual(faults, []);
      await other.close();
      assert.equal(await store.whyNotReady(), null);
    }));

  test("the count of commits begins again after its maximum", () =>
    onStage(async ({ store, file, faults }) => {
      outside(file, (database) => database.exec(`pragma user_version = ${2 ** 31 - 2}`));
      for (let round = 0; round < 4; round++) await addUser(store);
      assert.deepEqual(faults, []);
      assert.equal(await store.whyNotReady(), null);
    }));
});
