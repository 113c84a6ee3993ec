// An upgrade under way: replicas of the version before serve on while the schema changes under them. What they send is
// recorded here, as the version before migration 0011 sent it; a clone of the repository may lack that version itself.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { Client } from "pg";
import { createTestDatabase } from "../../../tests/support/postgres.ts";
import { openPostgresStore } from "../../src/store/postgres/open.ts";
import { POSTGRES_MIGRATIONS } from "../../src/store/postgres/migrations/index.ts";
import { stepsOf } from "../../src/store/postgres/migrate.ts";
import { DEFAULT_POLICY } from "./default-policy.ts";

const TOKENS = 30_000;
const HOLDERS = 3_000;
const FIRST = POSTGRES_MIGRATIONS.findIndex(({ name }) => name.startsWith("0011-"));

/** What a replica bears: a statement that takes longer, or waits longer for a lock, fails the request. */
const PATIENCE = "set statement_timeout = '2s'; set lock_timeout = '2s'; set enable_seqscan = off";

const VERIFY = `select pat.id, pat.revoked_at, mem.role, usr.email, org.policy from personal_access_tokens pat
  join memberships mem on mem.id = pat.membership_id join users usr on usr.id = pat.user_id
  join organizations org on org.id = pat.organization_id where pat.hash = any($1::bytea[])`;
const LOCK_MEMBERSHIP = "select * from memberships where id = $1 and ended_at is null for no key update";
const MINT = `insert into personal_access_tokens (id, hash, prefix, name, name_key, user_id, organization_id,
  membership_id, permissions, created_at, expires_at, expiry_noted_at, expiry_notice_at, replaces, dismissed_at,
  revoked_at, revoked_reason, revoked_by_kind, revoked_by_id, revoked_by_name)
  values ($1, $2, 'mm_pat_000', 'CI', 'ci', $3, $4, $5, null, 1, null, null, null, null, null, null, null, null, null, null)`;
const MINT_USES = "insert into credential_uses (credential_id, organization_id, use_count) values ($1, $2, 0)";
const USE = `insert into credential_uses (credential_id, use_count, last_used_at) values ($1, 1, 5)
  on conflict (credential_id) do update set use_count = credential_uses.use_count + excluded.use_count
  returning credential_id, last_used_at, last_used_order`;
const REVOKE = `update personal_access_tokens set revoked_at = 9, revoked_reason = 'self', revoked_by_kind = 'user',
  revoked_by_id = $2, revoked_by_name = 'Ada' where id = $1 and revoked_at is null returning id`;
const SESSION = `select usr.*, ses.id as session_id from sessions ses join users usr on usr.id = ses.user_id
  where ses.hash = $1 and ses.ended_at is null`;

test(`replicas of the version before verify, mint, use and revoke while ${TOKENS} tokens are migrated`, async (t) => {
  const { url, drop } = await createTestDatabase();
  t.after(drop);
  await fillAsBefore(url);
  const replicas = await Promise.all([0, 1, 2].map(() => connect(url)));
  const store = await openPostgresStore({ url, defaultPolicy: DEFAULT_POLICY });
  try {
    const over = new AbortController();
    const minted: Buffer[] = [];
    const revoked: Buffer[] = [];
    const serving = replicas.map(async (replica, index) => {
      let rounds = 0;
      for (; !over.signal.aborted; rounds++) {
        const holder = (rounds * 3 + index) % HOLDERS;
        const made = await mintAsBefore(replica, holder);
        minted.push(made.hash);
        assert.equal((await replica.query({ name: "verify", text: VERIFY, values: [[made.hash]] })).rowCount, 1);
        await replica.query(USE, [made.id]);
        await replica.query(SESSION, [randomBytes(32)]);
        if (rounds % 2 === 0) {
          assert.equal((await replica.query(REVOKE, [made.id, `usr_${holder}`])).rowCount, 1);
          revoked.push(made.hash);
        }
      }
      return rounds;
    });
    const migrating = store.migrate().finally(() => over.abort());
    const [{ applied }, ...rounds] = await Promise.all([migrating, ...serving]);
    assert.equal(applied[0], "0011-row-numbers");
    assert.ok(
      rounds.every((count) => count > 10),
      `served ${rounds.join()} rounds meanwhile`,
    );

    // And after it, until the last of them is replaced.
    const late = await mintAsBefore(replicas[0] as Client, 7);
    for (const hash of [late.hash, ...minted]) {
      const facts = await store.findForVerification("pat", hash);
      assert.ok(facts !== null, "a token that was minted meanwhile is verified by the new version");
      assert.equal(facts.revokedAt !== null, revoked.includes(hash));
    }
    assert.equal(await store.whyNotReady(), null);
  } finally {
    await store.close();
    for (const replica of replicas) await replica.end();
  }
});

test("a migration that was killed between two steps is taken up where it stopped", async (t) => {
  const { url, drop } = await createTestDatabase();
  t.after(drop);
  await fillAsBefore(url, 50);
  const client = await connect(url);
  // As a killed run leaves it: some steps done and recorded, and an index half-built.
  const steps = stepsOf(POSTGRES_MIGRATIONS[FIRST]?.sql ?? "");
  const done = steps.findIndex((step) => step.startsWith("create unique index"));
  for (const step of steps.slice(0, done)) {
    const { rowCount } = await client.query(step);
    if (step.startsWith("with batch") && rowCount !== 0) while ((await client.query(step)).rowCount !== 0);
  }
  await client.query("create table schema_migration_steps (name text primary key, done integer not null)");
  await client.query("insert into schema_migration_steps values ('0011-row-numbers', $1)", [done]);
  await client.query(steps[done] as string);
  await client.query("update pg_index set indisvalid = false where indexrelid = 'users_number'::regclass");
  await client.end();
  const store = await openPostgresStore({ url, defaultPolicy: DEFAULT_POLICY });
  try {
    await store.migrate();
    assert.equal(await store.whyNotReady(), null);
  } finally {
    await store.close();
  }
});

test("a migration waits for no lock so long that those behind it would notice", async (t) => {
  const { url, drop } = await createTestDatabase();
  t.after(drop);
  await fillAsBefore(url, 50);
  const [holder, reader] = await Promise.all([connect(url), connect(url)]);
  const store = await openPostgresStore({ url, defaultPolicy: DEFAULT_POLICY });
  try {
    // A backup, for example: it reads the table for as long as it takes.
    await holder.query("begin");
    await holder.query("select count(*) from users");
    const migrating = store.migrate();
    // Readers come and go for several tries of the migration, and none of them waits its turn.
    await reader.query("set statement_timeout = '1s'");
    for (let read = 0; read < 2_000; read++) await reader.query("select id from users limit 1");
    await holder.query("commit");
    await migrating;
    assert.equal(await store.whyNotReady(), null);
  } finally {
    await store.close();
    await holder.end();
    await reader.end();
  }
});

/** The schema before migration 0011, with so many tokens of some people. */
async function fillAsBefore(url: string, tokens = TOKENS): Promise<void> {
  const client = await connect(url);
  await client.query("set statement_timeout = 0");
  const earlier = POSTGRES_MIGRATIONS.slice(0, FIRST);
  for (const { sql } of earlier) await client.query(sql);
  await client.query(`create table schema_migrations (name text collate "C" primary key, applied_at bigint not null)`);
  for (const { name } of earlier) await client.query("insert into schema_migrations values ($1, 1)", [name]);
  await client.query(`
    insert into users (id, name, name_key, email, email_key, created_at)
      select 'usr_' || i, 'Ada', 'ada', i || '@example.com', i || '@example.com', 1 from generate_series(0, ${HOLDERS - 1}) i;
    insert into organizations (id, name, name_key, created_at)
      select 'org_' || i, 'Acme', 'acme', 1 from generate_series(0, ${HOLDERS - 1}) i;
    insert into memberships (id, organization_id, user_id, role, joined_at)
      select 'mem_' || i, 'org_' || i, 'usr_' || i, 'owner', 1 from generate_series(0, ${HOLDERS - 1}) i;
    insert into personal_access_tokens (id, hash, prefix, name, user_id, organization_id, membership_id, created_at)
      select 'pat_' || i, sha256(i::text::bytea), 'mm_pat_000', 'CI', 'usr_' || i % ${HOLDERS}, 'org_' || i % ${HOLDERS},
        'mem_' || i % ${HOLDERS}, 1 from generate_series(1, ${tokens}) i;
    analyze`);
  await client.end();
}

async function mintAsBefore(replica: Client, holder: number): Promise<{ readonly id: string; readonly hash: Buffer }> {
  const hash = randomBytes(32);
  const id = `pat_${hash.toString("hex", 0, 8)}`;
  await replica.query("begin");
  await replica.query(LOCK_MEMBERSHIP, [`mem_${holder}`]);
  await replica.query(MINT, [id, hash, `usr_${holder}`, `org_${holder}`, `mem_${holder}`]);
  await replica.query(MINT_USES, [id, `org_${holder}`]);
  await replica.query("commit");
  return { id, hash };
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(PATIENCE);
  return client;
}
