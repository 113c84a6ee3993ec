// What was in a database before its tokens could be searched is found afterwards, on both engines.
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { Client } from "pg";
import { createTestDatabase } from "../../../tests/support/postgres.ts";
import { sql as postgresInitial } from "../../src/store/postgres/migrations/0001-initial.ts";
import { sql as postgresSearch } from "../../src/store/postgres/migrations/0003-token-search.ts";
import { sql as sqliteInitial } from "../../src/store/sqlite/migrations/0001-initial.ts";
import { sql as sqliteSearch } from "../../src/store/sqlite/migrations/0003-token-search.ts";
import { temporaryFolder } from "./open-stores.ts";

/** Two tokens, one of them used, and a key that was used. */
function earlierRows(hash: (byte: string) => string): string {
  return `
    insert into users (id, name, name_key, email, email_key, created_at) values ('usr_1', 'Ada', 'ada', 'a@b', 'a@b', 1);
    insert into organizations (id, name, created_at) values ('org_1', 'Acme', 1);
    insert into memberships (id, organization_id, user_id, role, joined_at) values ('mem_1', 'org_1', 'usr_1', 'owner', 1);
    insert into personal_access_tokens
      (id, hash, prefix, name, user_id, organization_id, membership_id, created_at, expires_at) values
      ('pat_1', ${hash("01")}, 'mm_pat_001', 'CI Deploy', 'usr_1', 'org_1', 'mem_1', 1, 50),
      ('pat_2', ${hash("02")}, 'mm_pat_002', 'Laptop', 'usr_1', 'org_1', 'mem_1', 1, null);
    insert into credential_uses (credential_id, use_count, last_used_at, last_used_ip)
      values ('pat_1', 7, 180040, '192.0.2.1'), ('key_1', 3, 59999, null);
  `;
}

const TOKENS = "select id, name_key, expires_order from personal_access_tokens order by id";
const USES = `select credential_id, organization_id, use_count, last_used_at, last_used_ip, last_used_order
  from credential_uses order by credential_id`;

function assertSearchable(tokens: readonly object[], uses: readonly object[]): void {
  assert.deepEqual(tokens.map(Object.values), [
    ["pat_1", "ci deploy", 50],
    ["pat_2", "laptop", 999_999_999_999_999],
  ]);
  assert.deepEqual(uses.map(Object.values), [
    ["key_1", null, 3, 59_999, null, 0],
    ["pat_1", "org_1", 7, 180_040, "192.0.2.1", 180_000],
    ["pat_2", "org_1", 0, null, null, 0],
  ]);
}

test("earlier tokens are searchable, and have a row of uses each, on SQLite", async (t) => {
  const folder = await temporaryFolder();
  const database = new DatabaseSync(join(folder.path, "mintmark.db"));
  t.after(async () => {
    database.close();
    await folder.remove();
  });
  database.exec(sqliteInitial);
  database.exec(earlierRows((byte) => `x'${byte.repeat(32)}'`));
  database.exec(sqliteSearch);
  assertSearchable(database.prepare(TOKENS).all(), database.prepare(USES).all());
});

test("earlier tokens are searchable, and have a row of uses each, on PostgreSQL", async (t) => {
  const { url, drop } = await createTestDatabase();
  const client = new Client({ connectionString: url });
  await client.connect();
  t.after(async () => {
    await client.end();
    await drop();
  });
  await client.query(postgresInitial);
  await client.query(earlierRows((byte) => String.raw`'\x${byte.repeat(32)}'`));
  await client.query(postgresSearch);
  const rowsOf = async (query: string): Promise<readonly object[]> => {
    const { rows } = await client.query<Record<string, unknown>>(query);
    // The driver gives bigints as text.
    return rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [name, /^\d+$/.test(String(value)) ? Number(value) : value]),
      ),
    );
  };
  assertSearchable(await rowsOf(TOKENS), await rowsOf(USES));
});
