// What was in a database before its rows were numbered is verified afterwards as before, on both engines, and a migration
// that would leave a row without the one it refers to changes nothing.
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { Client } from "pg";
import { createTestDatabase } from "../../../tests/support/postgres.ts";
import type { Migration } from "../../src/store/migration.ts";
import { POSTGRES_MIGRATIONS } from "../../src/store/postgres/migrations/index.ts";
import { openPostgresStore } from "../../src/store/postgres/open.ts";
import { SQLITE_MIGRATIONS } from "../../src/store/sqlite/migrations/index.ts";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import type { Store } from "../../src/store/store.ts";
import { DEFAULT_POLICY } from "./default-policy.ts";
import { temporaryFolder } from "./open-stores.ts";

/** Hashes whose first bytes are the lowest, the highest and ordinary signed numbers. */
const HASHES = ["80", "7f", "ff", "00", "a5"].map((first) => first.repeat(8) + "3c".repeat(24));

const before = (migrations: readonly Migration[]): readonly Migration[] =>
  migrations.slice(
    0,
    migrations.findIndex(({ name }) => name.endsWith("-row-numbers")),
  );

/** The history as the runner would have left it, and a holder of each token in an organization of its own. */
function earlierRows(migrations: readonly Migration[], hash: (hex: string) => string): string {
  const rows = HASHES.map(
    (hex, i) => `
    insert into users (id, name, name_key, email, email_key, created_at)
      values ('usr_${i}', 'Ada ${i}', 'ada ${i}', '${i}@b', '${i}@b', ${9 - i});
    insert into organizations (id, name, name_key, created_at) values ('org_${i}', 'Acme ${i}', 'acme ${i}', ${i});
    insert into memberships (id, organization_id, user_id, role, joined_at)
      values ('mem_${i}', 'org_${i}', 'usr_${i}', 'owner', 1);
    insert into personal_access_tokens (id, hash, prefix, name, user_id, organization_id, membership_id, created_at, replaces)
      values ('pat_${i}', ${hash(hex)}, 'mm_pat_00${i}', 'CI', 'usr_${i}', 'org_${i}', 'mem_${i}', 1,
        ${i === 0 ? "null" : "'pat_0'"});`,
  );
  const history = migrations.map(
    ({ name }) => `insert into schema_migrations (name, applied_at) values ('${name}', 1);`,
  );
  const table = "create table schema_migrations (name text primary key, applied_at bigint not null);";
  return [table, ...history, ...rows].join("\n");
}

async function assertVerifiesAsBefore(store: Store): Promise<void> {
  const found = await Promise.all(
    [...HASHES, HASHES[0]?.replace(/3c$/, "3d") ?? ""].map((hex) =>
      store.findForVerification("pat", new Uint8Array(Buffer.from(hex, "hex"))),
    ),
  );
  assert.deepEqual(
    found.map((facts) =>
      facts?.kind === "pat" ? [facts.id, facts.user.id, facts.membership.id, facts.organization.name] : null,
    ),
    [...HASHES.map((_, i) => [`pat_${i}`, `usr_${i}`, `mem_${i}`, `Acme ${i}`]), null],
  );
}

test("earlier tokens are verified, each with its holder, on SQLite", async (t) => {
  const folder = await temporaryFolder();
  t.after(folder.remove);
  const file = join(folder.path, "mintmark.db");
  const earlier = before(SQLITE_MIGRATIONS);
  const database = new DatabaseSync(file);
  for (const { sql } of earlier) database.exec(sql);
  database.exec(earlierRows(earlier, (hex) => `x'${hex}'`));
  database.close();
  const store = await openSqliteStore({ file, defaultPolicy: DEFAULT_POLICY });
  await store.migrate();
  await assertVerifiesAsBefore(store);
  await store.close();
  // The tables that were made again are still what the others refer to.
  const after = new DatabaseSync(file, { enableForeignKeyConstraints: true });
  assert.throws(() => after.exec("delete from users where id = 'usr_1'"), /FOREIGN KEY/);
  assert.throws(() => after.exec("delete from personal_access_tokens where id = 'pat_0'"), /FOREIGN KEY/);
  after.close();
});

test("a migration that finds a row without the one it refers to changes nothing, on SQLite", async (t) => {
  const folder = await temporaryFolder();
  t.after(folder.remove);
  const file = join(folder.path, "mintmark.db");
  const earlier = before(SQLITE_MIGRATIONS);
  const database = new DatabaseSync(file, { enableForeignKeyConstraints: false });
  for (const { sql } of earlier) database.exec(sql);
  database.exec(earlierRows(earlier, (hex) => `x'${hex}'`));
  database.exec("delete from users where id = 'usr_1'");
  const store = await openSqliteStore({ file, defaultPolicy: DEFAULT_POLICY });
  await assert.rejects(store.migrate(), /a row of \w+ refers to one that is not there; nothing was changed/);
  await store.close();
  assert.equal(database.prepare("select count(*) as n from schema_migrations").get()?.["n"], earlier.length);
  assert.equal(database.prepare("select count(*) as n from personal_access_tokens").get()?.["n"], HASHES.length);
  database.close();
});

test("earlier tokens are verified, each with its holder, on PostgreSQL", async (t) => {
  const { url, drop } = await createTestDatabase();
  t.after(drop);
  const earlier = before(POSTGRES_MIGRATIONS);
  const client = new Client({ connectionString: url });
  await client.connect();
  for (const { sql } of earlier) await client.query(sql);
  await client.query(earlierRows(earlier, (hex) => String.raw`'\x${hex}'`));
  await client.end();
  const store = await openPostgresStore({ url, defaultPolicy: DEFAULT_POLICY });
  await store.migrate();
  await assertVerifiesAsBefore(store);
  await store.close();
});
