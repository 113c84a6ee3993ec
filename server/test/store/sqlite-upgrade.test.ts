// An upgrade of a file to the schema of a later version. The later migration is made up here: it makes a table again,
// which is how SQLite changes one.
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { migrateSqlite } from "../../src/store/sqlite/migrate.ts";
import { SQLITE_MIGRATIONS } from "../../src/store/sqlite/migrations/index.ts";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import type { NewToken } from "../../src/store/store.ts";
import { addMember, addToken, type Member } from "./contract/samples.ts";
import { DEFAULT_POLICY } from "./default-policy.ts";
import { temporaryFolder } from "./open-stores.ts";

const LATER = {
  name: "9999-nicknames",
  sql: `
create table new_memberships (
  number integer primary key,
  id text not null unique,
  organization_id text not null references organizations (id),
  user_id text not null references users (id),
  nickname text not null default 'none',
  role text not null,
  joined_at integer not null,
  suspended_at integer,
  suspended_by text,
  ended_at integer,
  ended_by text,
  token_generation integer not null default 0,
  unique (id, organization_id, user_id)
) strict;
insert into new_memberships
  (number, id, organization_id, user_id, role, joined_at, suspended_at, suspended_by, ended_at, ended_by, token_generation)
  select number, id, organization_id, user_id, role, joined_at, suspended_at, suspended_by, ended_at, ended_by, token_generation
  from memberships;
drop table memberships;
alter table new_memberships rename to memberships;
create unique index memberships_active on memberships (organization_id, user_id) where ended_at is null;
`,
};
const LATER_MIGRATIONS = [...SQLITE_MIGRATIONS, LATER];

interface Earlier {
  readonly file: string;
  readonly database: DatabaseSync;
  readonly member: Member;
  readonly token: NewToken;
}

/** A database of this version with a member and a token, closed by its store. */
async function earlierDatabase(t: TestContext): Promise<Earlier> {
  const folder = await temporaryFolder();
  const file = join(folder.path, "mintmark.db");
  const store = await openSqliteStore({ file, defaultPolicy: DEFAULT_POLICY });
  await store.migrate();
  const member = await addMember(store);
  const token = await addToken(store, member);
  await store.close();
  const database = new DatabaseSync(file);
  t.after(async () => {
    database.close();
    await folder.remove();
  });
  return { file, database, member, token };
}

test("other tables still refer to a table that a migration makes again, and tokens verify as before", async (t) => {
  const { file, database, member, token } = await earlierDatabase(t);
  assert.deepEqual(await migrateSqlite(database, LATER_MIGRATIONS), [LATER.name]);
  const [membership] = database.prepare("select id, nickname from memberships").all();
  assert.deepEqual({ ...membership }, { id: member.membership.id, nickname: "none" });
  assert.throws(() => database.exec("delete from memberships"), /FOREIGN KEY/);
  const store = await openSqliteStore({ file, defaultPolicy: DEFAULT_POLICY });
  const facts = await store.findForVerification("pat", token.hash);
  await store.close();
  assert.deepEqual(facts?.kind === "pat" && [facts.id, facts.membership.id], [token.id, member.membership.id]);
});

test("a migration that finds a row with a broken reference changes nothing", async (t) => {
  const { database } = await earlierDatabase(t);
  database.exec("pragma foreign_keys = off; delete from users");
  await assert.rejects(
    migrateSqlite(database, LATER_MIGRATIONS),
    /a row of \w+ refers to one that is not there; nothing was changed/,
  );
  const count = (table: string): unknown => database.prepare(`select count(*) as n from ${table}`).get()?.["n"];
  assert.equal(count("schema_migrations"), SQLITE_MIGRATIONS.length);
  assert.equal(count("personal_access_tokens"), 1);
  assert.throws(() => database.prepare("select nickname from memberships"), /no such column/);
});
