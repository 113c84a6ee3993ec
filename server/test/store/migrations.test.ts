import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { describe, test } from "node:test";
import { Client } from "pg";
import { createTestDatabase } from "../../../tests/support/postgres.ts";
import { SchemaUnknown } from "../../src/store/migration.ts";
import { openPostgresStore } from "../../src/store/postgres/open.ts";
import { POSTGRES_MIGRATIONS } from "../../src/store/postgres/migrations/index.ts";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import type { Store } from "../../src/store/store.ts";
import { DEFAULT_POLICY } from "./default-policy.ts";
import { temporaryFolder } from "./open-stores.ts";

interface EmptyDatabase {
  /** The arguments of the child process. */
  readonly target: string;
  readonly open: () => Promise<Store>;
  /** Runs a statement without the store and returns its rows. */
  readonly query: (sql: string) => Promise<Record<string, unknown>[]>;
  readonly remove: () => Promise<void>;
}

const ENGINES: Readonly<Record<"sqlite" | "postgres", () => Promise<EmptyDatabase>>> = {
  sqlite: async () => {
    const folder = await temporaryFolder();
    const file = join(folder.path, "mintmark.db");
    return {
      target: file,
      open: () => openSqliteStore({ file, defaultPolicy: DEFAULT_POLICY }),
      query: async (sql) => {
        const database = new DatabaseSync(file);
        const rows = database.prepare(sql).all();
        database.close();
        return rows;
      },
      remove: folder.remove,
    };
  },
  postgres: async () => {
    const { url, drop } = await createTestDatabase();
    return {
      target: url,
      open: () => openPostgresStore({ url, defaultPolicy: DEFAULT_POLICY }),
      query: async (sql) => {
        const client = new Client({ connectionString: url });
        await client.connect();
        const { rows } = await client.query<Record<string, unknown>>(sql);
        await client.end();
        return rows;
      },
      remove: drop,
    };
  },
};

const PROCESSES = 10;
const NAMES = POSTGRES_MIGRATIONS.map((migration) => migration.name);

for (const engine of ["sqlite", "postgres"] as const) {
  describe(`migrations on ${engine}`, { concurrency: true }, () => {
    const onEmpty = async (test: (database: EmptyDatabase) => Promise<void>): Promise<void> => {
      const database = await ENGINES[engine]();
      try {
        await test(database);
      } finally {
        await database.remove();
      }
    };

    test(`of ${PROCESSES} processes that migrate an empty database at once, one migrates it and all succeed`, () =>
      onEmpty(async ({ target }) => {
        const children = await Promise.all(Array.from({ length: PROCESSES }, () => startMigration(engine, target)));
        const answers = await Promise.all(children.map((child) => child.go()));
        assert.deepEqual(
          answers.map((answer) => answer.applied).filter((applied) => applied.length > 0),
          [NAMES],
        );
        assert.ok(answers.every((answer) => answer.isReady));
      }));

    test("a database is not ready before it was migrated, and records the applied migrations", () =>
      onEmpty(async ({ open, query }) => {
        const store = await open();
        assert.notEqual(await store.whyNotReady(), null);
        assert.deepEqual(await store.migrate(), { applied: NAMES });
        assert.equal(await store.whyNotReady(), null);
        await store.close();
        const rows = await query("select name from schema_migrations order by name");
        assert.deepEqual(
          rows.map((row) => row["name"]),
          NAMES,
        );
      }));

    // On PostgreSQL, replicas of the previous version continue to serve while the others are replaced. A file has one
    // process.
    const mayServe = engine === "postgres";
    const verb = mayServe ? "served, and not migrated" : "neither served nor migrated";
    test(`a database of a later version is ${verb}`, () =>
      onEmpty(async ({ open, query }) => {
        const store = await open();
        await store.migrate();
        await query("insert into schema_migrations (name, applied_at) values ('9999-future', 0)");
        assert.equal((await store.whyNotReady()) === null, mayServe);
        await assert.rejects(
          store.migrate(),
          (error) => error instanceof SchemaUnknown && error.message.includes('"9999-future"'),
        );
        await store.close();
        assert.equal((await query("select name from schema_migrations")).length, NAMES.length + 1);
      }));
  });
}

test("both engines have the same tables, columns, nullability and indexes", async () => {
  const [sqlite, postgres] = await Promise.all([
    schemaOf("sqlite", SQLITE_SCHEMA),
    schemaOf("postgres", POSTGRES_SCHEMA),
  ]);
  assert.ok(sqlite.length > 100, "the test read the schema");
  assert.deepEqual(sqlite, postgres);
});

const SQLITE_SCHEMA = `
  select t.name || '.' || c.name || case when c."notnull" or c.pk > 0 then ' not null' else '' end as line
  from sqlite_schema t, pragma_table_xinfo(t.name) c where t.type = 'table' and t.name not like 'sqlite_%'
  union all
  select t.name || ' ' || i.name || case when i."unique" then ' unique' else '' end
    || case when i.partial then ' partial' else '' end
  from sqlite_schema t, pragma_index_list(t.name) i where t.type = 'table' and i.origin = 'c'
`;
const POSTGRES_SCHEMA = `
  select table_name || '.' || column_name || case when is_nullable = 'NO' then ' not null' else '' end as line
  from information_schema.columns where table_schema = 'public'
  union all
  select t.relname || ' ' || c.relname || case when i.indisunique then ' unique' else '' end
    || case when i.indpred is not null then ' partial' else '' end
  from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
  where t.relnamespace = 'public'::regnamespace
    and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u'))
`;

async function schemaOf(engine: keyof typeof ENGINES, sql: string): Promise<string[]> {
  const database = await ENGINES[engine]();
  const store = await database.open();
  await store.migrate();
  await store.close();
  const lines = (await database.query(sql)).map((row) => String(row["line"]));
  await database.remove();
  return lines.sort((a, b) => (a < b ? -1 : 1));
}

interface MigrationProcess {
  go(): Promise<{ readonly applied: readonly string[]; readonly isReady: boolean }>;
}

/** Resolves when the process waits for its input. */
async function startMigration(engine: string, target: string): Promise<MigrationProcess> {
  const script = join(import.meta.dirname, "children", "migrate.ts");
  const child = spawn(process.execPath, ["--conditions=development", script, engine, target], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  assert.equal((await lines.next()).value, "ready");
  return {
    go: async () => {
      const ended = once(child, "exit");
      child.stdin.write("go\n");
      const answer = await lines.next();
      assert.deepEqual(await ended, [0, null]);
      return JSON.parse(String(answer.value)) as Awaited<ReturnType<MigrationProcess["go"]>>;
    },
  };
}
