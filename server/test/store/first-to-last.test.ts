// A database at the first migration, with content, gets to the last one: every email that waited still waits, once.
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { Client } from "pg";
import { createTestDatabase } from "../../../tests/support/postgres.ts";
import { migratePostgres } from "../../src/store/postgres/migrate.ts";
import { POSTGRES_MIGRATIONS } from "../../src/store/postgres/migrations/index.ts";
import { openPostgresStore } from "../../src/store/postgres/open.ts";
import { migrateSqlite } from "../../src/store/sqlite/migrate.ts";
import { SQLITE_MIGRATIONS } from "../../src/store/sqlite/migrations/index.ts";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import type { Store } from "../../src/store/store.ts";
import { DEFAULT_POLICY } from "./default-policy.ts";
import { temporaryFolder } from "./open-stores.ts";

const AT = 1_800_000_000_000;
// More than one batch of the migration on PostgreSQL.
const NOTICES = 2_500;

const CONTENT = `
insert into users (id, name, name_key, email, email_key, email_verified_at, created_at)
  values ('usr_1', 'Ada', 'ada', 'ada@example.com', 'ada@example.com', ${AT}, ${AT});
with recursive numbers (i) as (select 1 union all select i + 1 from numbers where i < ${NOTICES})
  insert into notices (id, user_id, kind, at, details, mail_due_at)
  select 'ntc_' || i, 'usr_1', 'token.created', ${AT}, '{}', case when i % 2 = 0 then ${AT} + i end from numbers;
`;

async function assertKept(store: Store): Promise<void> {
  const waiting = await store.reads.countWaitingEmails();
  assert.deepEqual(
    waiting.map(({ kind, count, since }) => [kind, count, since]),
    [["notice", NOTICES / 2, AT]],
  );
  const claim = { now: AT, until: AT + 1, most: 5, mostNotices: 5, busy: [] };
  const [email, ...others] = await store.transaction((tx) => tx.claimEmails(claim));
  assert.deepEqual([email?.recipient, email?.userId, others.length], ["usr_1", "usr_1", 0]);
  assert.match(email?.id ?? "", /^eml_[0-9a-f]{32}$/);
  assert.equal((await store.reads.findUserByEmail("ada@example.com"))?.name, "Ada");
}

test("a file at the first migration keeps what it has, and every email that waits", async (t) => {
  const folder = await temporaryFolder();
  t.after(folder.remove);
  const file = join(folder.path, "mintmark.db");
  const database = new DatabaseSync(file);
  await migrateSqlite(database, SQLITE_MIGRATIONS.slice(0, 1));
  database.exec(CONTENT);
  assert.equal((await migrateSqlite(database)).length, SQLITE_MIGRATIONS.length - 1);
  database.close();
  const store = await openSqliteStore({ file, defaultPolicy: DEFAULT_POLICY });
  await assertKept(store);
  await store.close();
});

test("a PostgreSQL database at the first migration keeps what it has, and every email that waits", async (t) => {
  const { url, drop } = await createTestDatabase();
  t.after(drop);
  await migratePostgres(url, POSTGRES_MIGRATIONS.slice(0, 1));
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(CONTENT);
  await client.end();
  assert.equal((await migratePostgres(url)).length, POSTGRES_MIGRATIONS.length - 1);
  const store = await openPostgresStore({ url, defaultPolicy: DEFAULT_POLICY });
  await assertKept(store);
  await store.close();
});
