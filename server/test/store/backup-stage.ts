// The database of an instance and a place for its backup, for the tests of backup and restore.
import assert from "node:assert/strict";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { BackupRefused, type Restored, type RestoreOptions } from "../../src/store/backup.ts";
import { restore } from "../../src/store/sqlite/restore.ts";
import { startInstance, type TestInstance } from "../support/instance.ts";
import { temporaryFolder } from "./open-stores.ts";

export interface Stage {
  readonly folder: string;
  readonly file: string;
  readonly backup: string;
  open(): Promise<TestInstance>;
}

export async function stageOf(t: TestContext): Promise<Stage> {
  const folder = await temporaryFolder();
  t.after(() => folder.remove());
  const file = join(folder.path, "data", "mintmark.db");
  return {
    folder: folder.path,
    file,
    backup: join(folder.path, "backup.db"),
    open: () => startInstance({ env: { MINTMARK_DATA: file } }),
  };
}

export const quietly = { mayReplace: false, onProgress: () => {} };

export function restored({ file, backup }: Stage, options: Partial<RestoreOptions> = {}): Promise<Restored> {
  return restore({
    file,
    backup,
    keepRevocations: true,
    revokeAll: false,
    isLower: ({ from, to }) => from === "owner" && to === "viewer",
    now: Date.now(),
    onProgress: () => {},
    ...options,
  });
}

export async function refused(work: Promise<unknown>, code: string): Promise<void> {
  await assert.rejects(work, (error) => error instanceof BackupRefused && error.code === code);
}

/** The names and sizes of all files, so that a test can check that a refusal changed none. */
export function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith("-shm"))
    .map((entry) => `${entry.name} ${statSync(join(entry.parentPath, entry.name)).ino}`)
    .toSorted();
}
