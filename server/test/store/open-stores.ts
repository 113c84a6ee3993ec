// Stores for tests: an empty database of either engine, with its schema, removed by `close()`.
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { createTestDatabase } from "../../../tests/support/postgres.ts";
import { scratchParent } from "../../../tests/support/scratch.ts";
import type { StoreUnderTest } from "./contract/under-test.ts";
import { openPostgresStore } from "../../src/store/postgres/open.ts";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import type { Store } from "../../src/store/store.ts";
import { MIGRATED } from "../support/migrated-database.ts";
import { DEFAULT_POLICY } from "./default-policy.ts";
import { refuseUnloggedChanges } from "./strict-log.ts";

export async function temporaryFolder(): Promise<{ readonly path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(scratchParent(), "mintmark-store-"));
  return { path, remove: () => rm(path, { recursive: true }) };
}

export async function openSqlite(): Promise<StoreUnderTest & { readonly file: string }> {
  const folder = await temporaryFolder();
  const file = join(folder.path, "mintmark.db");
  const open = (): Promise<Store> => openSqliteStore({ file, defaultPolicy: DEFAULT_POLICY, cachedCredentials: 50 });
  return { ...(await underTest(open, folder.remove)), file };
}

/** The same, and a commit fails that changes what verification reads without an entry in the authority log. */
export async function openStrictSqlite(): Promise<StoreUnderTest & { readonly file: string }> {
  const opened = await openSqlite();
  refuseUnloggedChanges(opened.file);
  return opened;
}

export async function openPostgres(): Promise<StoreUnderTest & { readonly url: string }> {
  const { url, drop } = await createTestDatabase(MIGRATED);
  const open = (): Promise<Store> => openPostgresStore({ url, defaultPolicy: DEFAULT_POLICY });
  return { ...(await underTest(open, drop)), url };
}

async function underTest(open: () => Promise<Store>, remove: () => Promise<void>): Promise<StoreUnderTest> {
  const store = await open();
  await store.migrate();
  return {
    store,
    openAnother: open,
    close: async () => {
      await store.close();
      await remove();
    },
  };
}
