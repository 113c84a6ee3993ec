// A SQLite database in which no change of authority goes unlogged: triggers note each row whose change verification would
// see, an entry of the authority log clears what it covers, and a commit with a note left fails.
// The columns come from the statements of verification, so a column that they read from now on is covered from now on.
import { DatabaseSync } from "node:sqlite";
import { sql } from "kysely";
import { bindKysely, createStoredJson } from "../../src/store/context.ts";
import { SQLITE_LANGUAGE } from "../../src/store/sqlite/database.ts";
import { selectApiKeyFactsToVerify, selectTokenFactsToVerify } from "../../src/store/verification.ts";
import { DEFAULT_POLICY } from "./default-policy.ts";

/** The tables by their names in the statements, and which keys of the log cover a change of a row. */
const TABLES = {
  pat: {
    table: "personal_access_tokens",
    keys: {
      token: "new.id",
      membership: "new.membership_id",
      user: "new.user_id",
      organization: "new.organization_id",
    },
    // A tombstone that says what another row says already changes no verdict.
    unless: `exists (select 1 from memberships as mem join users as usr on usr.id = mem.user_id
      join organizations as org on org.id = mem.organization_id where mem.id = new.membership_id
        and (new.generation < mem.token_generation or mem.ended_at is not null or usr.deleted_at is not null
          or org.deleted_at is not null))`,
  },
  key: {
    table: "api_keys",
    keys: { api_key: "new.id", organization: "new.organization_id" },
    unless: "exists (select 1 from organizations where id = new.organization_id and deleted_at is not null)",
  },
  mem: {
    table: "memberships",
    keys: { membership: "new.id", user: "new.user_id", organization: "new.organization_id" },
    unless: "exists (select 1 from organizations where id = new.organization_id and deleted_at is not null)",
  },
  usr: { table: "users", keys: { user: "new.id" }, unless: "false" },
  org: { table: "organizations", keys: { organization: "new.id" }, unless: "false" },
} as const;

const KINDS = ["token", "api_key", "membership", "user", "organization"] as const;

/** The columns that the statements of verification name, by the table's name there. */
export function columnsOfVerification(): ReadonlyMap<keyof typeof TABLES, readonly string[]> {
  const db = bindKysely(SQLITE_LANGUAGE, { executeQuery: () => Promise.reject(), streamQuery: () => [] as never });
  const json = createStoredJson(DEFAULT_POLICY);
  const hash = new Uint8Array(0);
  const text = [
    selectTokenFactsToVerify(db, json).where(sql<boolean>`pat.hash = ${hash}`),
    selectApiKeyFactsToVerify(db, json).where("key.hash", "=", hash),
  ].map((query) => query.compile().sql.replaceAll('"', ""));
  return new Map(
    (Object.keys(TABLES) as (keyof typeof TABLES)[]).map((name) => {
      const found = text.join(" ").matchAll(new RegExp(String.raw`\b${name}\.(\w+)`, "g"));
      return [name, [...new Set(Array.from(found, ([, column]) => column as string))].sort()];
    }),
  );
}

/** Puts the triggers into the file, whose schema is complete. */
export function refuseUnloggedChanges(file: string): void {
  const database = new DatabaseSync(file);
  try {
    database.exec(`
      create table unlogged_never (id integer primary key);
      create table unlogged (what text not null, ${KINDS.join(" text, ")} text,
        never integer not null default 1 references unlogged_never (id) deferrable initially deferred);
      create trigger unlogged_covered after insert on authority_log begin
        delete from unlogged where ${KINDS.map((kind) => `new.kind = '${kind}' and new.key = ${kind}`).join(" or ")}
          or new.kind = 'all';
      end;
    `);
    for (const [name, columns] of columnsOfVerification()) {
      const { table, keys, unless } = TABLES[name];
      const changed = columns.map((column) => `old.${column} is not new.${column}`).join(" or ");
      database.exec(`
        create trigger unlogged_${table} after update on ${table} when (${changed}) and not (${unless}) begin
          insert into unlogged (what, ${Object.keys(keys).join()}) values ('${table}', ${Object.values(keys).join()});
        end;
        create trigger unlogged_deletion_${table} before delete on ${table} begin
          select raise(abort, 'verification reads rows of ${table}, and none is ever deleted');
        end;
      `);
    }
  } finally {
    database.close();
  }
}
