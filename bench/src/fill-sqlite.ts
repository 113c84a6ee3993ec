// Fills a SQLite file with synthetic tokens: `fill-sqlite.ts FILE TOKENS`. The schema is the store's. The rows are
// inserted without the store, in one transaction and with the indexes created at the end, because a million calls of
// the store would take an hour.
import { hash } from "node:crypto";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { defaultPolicy, PREFIX_LENGTH } from "@mintmark/core";
import { hashKey } from "../../server/src/secrets/generate.ts";
import { openSqliteStore } from "../../server/src/store/sqlite/open.ts";
import { PERMISSIONS, POLICY, secretOf, TOKENS_PER_USER, USERS_PER_ORGANIZATION } from "./tokens.ts";

const [file, total] = [process.argv[2] as string, Number(process.argv[3])];

const store = await openSqliteStore({ file, defaultPolicy: defaultPolicy([]) });
await store.migrate();
await store.close();

const database = new DatabaseSync(file, { enableForeignKeyConstraints: false });
// Without a log every page is written once. The server turns the log on again when it opens the file.
database.exec("pragma journal_mode = off; pragma synchronous = off; pragma temp_store = memory");
database.exec("pragma cache_size = -1000000; begin");
const indexes = database
  .prepare("select name, sql from sqlite_master where type = 'index' and sql is not null")
  .all() as { name: string; sql: string }[];
for (const { name } of indexes) database.exec(`drop index ${name}`);
fill(total, Date.now());
for (const { sql } of indexes) database.exec(sql);
database.exec("commit");
database.close();

function idOf(prefix: string, number: number): string {
  return `${prefix}_${hash("sha256", `${prefix} ${number}`).slice(0, 32)}`;
}

function fill(tokens: number, now: number): void {
  const insertOrganization = database.prepare(
    "insert into organizations (id, name, policy, created_at) values (?, ?, ?, ?)",
  );
  const insertUser = database.prepare(
    "insert into users (id, name, name_key, email, email_key, email_verified_at, created_at) values (?, ?, ?, ?, ?, ?, ?)",
  );
  const insertMembership = database.prepare(
    "insert into memberships (id, organization_id, user_id, role, joined_at) values (?, ?, ?, ?, ?)",
  );
  const insertTokens = tokenInserter(tokens, now);
  let organization = "";
  for (let i = 0; i * TOKENS_PER_USER < tokens; i++) {
    if (i % USERS_PER_ORGANIZATION === 0) {
      const number = i / USERS_PER_ORGANIZATION;
      organization = idOf("org", number);
      insertOrganization.run(organization, `Organization ${number}`, number % 2 === 0 ? POLICY : null, now);
    }
    const [user, membership, email] = [idOf("usr", i), idOf("mem", i), `user-${i}@example.com`];
    insertUser.run(user, `User ${i}`, `user ${i}`, email, email, now, now);
    insertMembership.run(membership, organization, user, i % USERS_PER_ORGANIZATION === 0 ? "owner" : "member", now);
    insertTokens(i, [user, organization, membership]);
  }
  // In the order of the table's key, so that every row is appended.
  database.exec(
    `insert into credential_uses (credential_id, use_count, last_used_at)
     select id, 1, created_at from personal_access_tokens order by id`,
  );
}

/** Inserts the tokens of a user's number, held by [user, organization, membership]. */
function tokenInserter(tokens: number, now: number): (user: number, holder: readonly [string, string, string]) => void {
  const insertToken = database.prepare(
    `insert into personal_access_tokens
       (id, hash_key, hash, prefix, name, user_id, organization_id, membership_id, user_number, organization_number,
        membership_number, permissions, created_at)
     values (?, ?, ?, ?, ?, ?, ?, ?, (select number from users where id = ?),
       (select number from organizations where id = ?), (select number from memberships where id = ?), ?, ?)`,
  );
  // The key of a new row is larger than a safe integer.
  insertToken.setReadBigInts(true);
  return (user, holder) => {
    for (let i = user * TOKENS_PER_USER; i < Math.min((user + 1) * TOKENS_PER_USER, tokens); i++) {
      const secret = secretOf(i);
      const permissions = i % 3 === 0 ? PERMISSIONS : null;
      const digest = hash("sha256", secret, "buffer");
      insertToken.run(
        idOf("pat", i),
        hashKey(digest),
        digest,
        secret.slice(0, PREFIX_LENGTH),
        `Token ${i}`,
        ...holder,
        ...holder,
        permissions,
        now,
      );
    }
  };
}
