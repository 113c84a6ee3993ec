// An upgrade under way: replicas of this version continue to serve while a later version changes their schema. The
// later migration is made up here, and has every kind of step that CONTRIBUTING.md allows.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Client } from "pg";
import { createTestDatabase } from "../../../tests/support/postgres.ts";
import { POSTGRES_MIGRATIONS } from "../../src/store/postgres/migrations/index.ts";
import { migratePostgres, stepsOf } from "../../src/store/postgres/migrate.ts";
import { openPostgresStore } from "../../src/store/postgres/open.ts";
import type { Store } from "../../src/store/store.ts";
import { MIGRATED } from "../support/migrated-database.ts";
import { addMember, addToken, type Member, newToken, present, revocation } from "./contract/samples.ts";
import { DEFAULT_POLICY } from "./default-policy.ts";

const TOKENS = 30_000;
const HOLDERS = 3_000;

const LATER = {
  name: "9999-serials",
  sql: `
-- Rows are numbered; a trigger numbers those that the version before writes.
alter table users add column serial bigint;
create sequence users_serial_seq owned by users.serial;
alter table users alter column serial set default nextval('users_serial_seq');
with batch as (select id from users where serial is null limit 2000)
  update users set serial = nextval('users_serial_seq') from batch where users.id = batch.id;
alter table users add constraint users_serial_set check (serial is not null) not valid;
alter table users validate constraint users_serial_set;
alter table users alter column serial set not null;
alter table users drop constraint users_serial_set;
create unique index users_serial on users (serial);
alter table users add constraint users_serial unique using index users_serial;

alter table personal_access_tokens add column user_serial bigint;
create function number_token() returns trigger language plpgsql as $$
begin
  if new.user_serial is null then
    new.user_serial := (select serial from users where id = new.user_id);
  end if;
  return new;
end
$$;
create trigger number_token before insert on personal_access_tokens for each row execute function number_token();
with batch as (select id from personal_access_tokens where user_serial is null limit 2000)
  update personal_access_tokens as pat set user_serial = usr.serial
  from batch, users as usr where pat.id = batch.id and usr.id = pat.user_id;
alter table personal_access_tokens
  add constraint personal_access_tokens_user_serial_set check (user_serial is not null) not valid;
alter table personal_access_tokens validate constraint personal_access_tokens_user_serial_set;
alter table personal_access_tokens alter column user_serial set not null;
alter table personal_access_tokens drop constraint personal_access_tokens_user_serial_set;
create index personal_access_tokens_user_serial on personal_access_tokens (user_serial);
drop index personal_access_tokens_user_serial;
`,
};
const LATER_MIGRATIONS = [...POSTGRES_MIGRATIONS, LATER];

test(`replicas of the previous version verify, mint, use and revoke while ${TOKENS} tokens are migrated`, async (t) => {
  const { url, drop } = await createTestDatabase(MIGRATED);
  t.after(drop);
  await fill(url, TOKENS);
  const replicas = await Promise.all([0, 1, 2].map(() => openPostgresStore({ url, defaultPolicy: DEFAULT_POLICY })));
  try {
    const members = await Promise.all(replicas.map((replica) => addMember(replica)));
    const over = new AbortController();
    const minted: Uint8Array[] = [];
    const revoked = new Set<Uint8Array>();
    const serving = replicas.map(async (replica, index) => {
      let rounds = 0;
      for (; !over.signal.aborted; rounds++) {
        const { id, hash } = await addToken(replica, members[index] as Member);
        minted.push(hash);
        assert.equal((await replica.findForVerification("pat", hash))?.id, id);
        const use = { credentialId: id, count: 1, lastUsedAt: 5, ip: null, userAgent: null };
        await replica.transaction((tx) => tx.recordUses([use]));
        if (rounds % 2 === 0) {
          await replica.transaction((tx) => tx.revokeToken(id, revocation()));
          revoked.add(hash);
        }
      }
      return rounds;
    });
    const migrating = migratePostgres(url, LATER_MIGRATIONS).finally(() => over.abort());
    const [applied, ...rounds] = await Promise.all([migrating, ...serving]);
    assert.deepEqual(applied, [LATER.name]);
    assert.ok(
      rounds.every((count) => count > 10),
      `served ${rounds.join()} rounds meanwhile`,
    );

    // Also after it, until the last of them is replaced.
    const [replica] = replicas as [Store];
    const late = newToken(members[0] as Member);
    await replica.transaction((tx) => tx.insertToken(late));
    for (const hash of [late.hash, ...minted]) {
      const facts = present(await replica.findForVerification("pat", hash));
      assert.equal(facts.revokedAt !== null, revoked.has(hash));
    }
    for (const each of replicas) assert.equal(await each.whyNotReady(), null);
    assert.deepEqual(await serialsThatDiffer(url), []);
  } finally {
    for (const replica of replicas) await replica.close();
  }
});

test("a migration that was killed between two steps continues where it stopped", async (t) => {
  const { url, drop } = await createTestDatabase(MIGRATED);
  t.after(drop);
  await fill(url, 50);
  const client = await connect(url);
  // The state after a killed run: some steps are done and recorded, and an index is half-built.
  const steps = stepsOf(LATER.sql);
  const done = steps.findIndex((step) => step.startsWith("create unique index"));
  for (const step of steps.slice(0, done)) {
    const { rowCount } = await client.query(step);
    if (step.startsWith("with batch") && rowCount !== 0) while ((await client.query(step)).rowCount !== 0);
  }
  await client.query("create table schema_migration_steps (name text primary key, done integer not null)");
  await client.query("insert into schema_migration_steps values ($1, $2)", [LATER.name, done]);
  await client.query(steps[done] as string);
  await client.query("update pg_index set indisvalid = false where indexrelid = 'users_serial'::regclass");
  await client.end();
  assert.deepEqual(await migratePostgres(url, LATER_MIGRATIONS), [LATER.name]);
  assert.deepEqual(await serialsThatDiffer(url), []);
});

test("a migration waits so briefly for a lock that nothing behind it is delayed", async (t) => {
  const { url, drop } = await createTestDatabase(MIGRATED);
  t.after(drop);
  await fill(url, 50);
  const [holder, reader] = await Promise.all([connect(url), connect(url)]);
  try {
    // A backup, for example: it reads the table for a long time.
    await holder.query("begin");
    await holder.query("select count(*) from users");
    const migrating = migratePostgres(url, LATER_MIGRATIONS);
    // Readers come and go for several tries of the migration, and none of them waits its turn.
    await reader.query("set statement_timeout = '1s'");
    for (let read = 0; read < 2_000; read++) await reader.query("select id from users limit 1");
    await holder.query("commit");
    assert.deepEqual(await migrating, [LATER.name]);
  } finally {
    await holder.end();
    await reader.end();
  }
});

/** Adds so many tokens of several people. */
async function fill(url: string, tokens: number): Promise<void> {
  const client = await connect(url);
  await client.query(`
    insert into users (id, name, name_key, email, email_key, created_at)
      select 'usr_' || i, 'Ada', 'ada', i || '@example.com', i || '@example.com', 1 from generate_series(0, ${HOLDERS - 1}) i;
    insert into organizations (id, name, name_key, created_at)
      select 'org_' || i, 'Acme', 'acme', 1 from generate_series(0, ${HOLDERS - 1}) i;
    insert into memberships (id, organization_id, user_id, role, joined_at)
      select 'mem_' || i, 'org_' || i, 'usr_' || i, 'owner', 1 from generate_series(0, ${HOLDERS - 1}) i;
    insert into personal_access_tokens (hash_key, hash, id, prefix, name, user_id, user_number, organization_id,
        organization_number, membership_id, membership_number, created_at)
      select ('x' || encode(substr(sha256(i::text::bytea), 1, 8), 'hex'))::bit(64)::bigint, sha256(i::text::bytea),
        'pat_' || i, 'mm_pat_000', 'CI', usr.id, usr.number, org.id, org.number, mem.id, mem.number, 1
      from generate_series(1, ${tokens}) i
        join memberships mem on mem.id = 'mem_' || i % ${HOLDERS}
        join users usr on usr.id = mem.user_id join organizations org on org.id = mem.organization_id;
    analyze`);
  await client.end();
}

/** Tokens whose row does not hold the serial of their user. */
async function serialsThatDiffer(url: string): Promise<readonly unknown[]> {
  const client = await connect(url);
  const { rows } =
    await client.query(`select pat.id from personal_access_tokens pat join users usr on usr.id = pat.user_id
    where pat.user_serial is distinct from usr.serial limit 10`);
  await client.end();
  return rows;
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client;
}
