// Creates a database with synthetic tokens. The schema is the store's. The database generates the rows, which are the
// same as in SQLite: token `i` has the same secret in both.
import { defaultPolicy, PREFIX_LENGTH } from "@mintmark/core";
import { Client } from "pg";
import { openPostgresStore } from "../../server/src/store/postgres/open.ts";
import { PERMISSIONS, POLICY, SECRET_SEED, TOKENS_PER_USER, USERS_PER_ORGANIZATION } from "./tokens.ts";

/** Creates the database on the server and returns its URL. */
export async function fillPostgres(server: string, name: string, tokens: number): Promise<string> {
  await withClient(server, (client) => client.query(`create database ${name} template template0`));
  const url = new URL(server);
  url.pathname = `/${name}`;
  const store = await openPostgresStore({ url: url.href, defaultPolicy: defaultPolicy([]) });
  await store.migrate();
  await store.close();
  await withClient(url.href, (client) => fill(client, tokens));
  return url.href;
}

async function withClient(url: string, work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

async function fill(client: Client, tokens: number): Promise<void> {
  // Triggers check foreign keys, and a replica does not run them. Indexes are created at the end.
  await client.query(
    "set session_replication_role = replica; set synchronous_commit = off; set maintenance_work_mem = '512MB'",
  );
  const { rows: indexes } = await client.query<{ name: string; definition: string }>(
    `select i.indexname as name, i.indexdef as definition from pg_indexes i
     where i.schemaname = 'public' and i.indexname not in (select conname from pg_constraint)`,
  );
  for (const { name } of indexes) await client.query(`drop index ${name}`);
  const users = Math.ceil(tokens / TOKENS_PER_USER);
  await client.query(
    `insert into organizations (id, name, policy, created_at)
     select ${id("org", "i")}, 'Organization ' || i, case when i % 2 = 0 then $2 end, $3::bigint
     from generate_series(0, $1::int - 1) as i`,
    [Math.ceil(users / USERS_PER_ORGANIZATION), POLICY, Date.now()],
  );
  await client.query(
    `insert into users (id, name, name_key, email, email_key, email_verified_at, created_at)
     select ${id("usr", "i")}, 'User ' || i, 'user ' || i, email, email, $2::bigint, $2::bigint
     from generate_series(0, $1::int - 1) as i, concat('user-', i, '@example.com') as email`,
    [users, Date.now()],
  );
  await client.query(
    `insert into memberships (id, organization_id, user_id, role, joined_at)
     select ${id("mem", "i")}, ${id("org", `i / ${USERS_PER_ORGANIZATION}`)}, ${id("usr", "i")},
       case when i % ${USERS_PER_ORGANIZATION} = 0 then 'owner' else 'member' end, $2::bigint
     from generate_series(0, $1::int - 1) as i`,
    [users, Date.now()],
  );
  await fillTokens(client, tokens);
  for (const { definition } of indexes) await client.query(definition);
  await client.query("vacuum analyze");
  await client.query("checkpoint");
}

async function fillTokens(client: Client, tokens: number): Promise<void> {
  await client.query(
    `insert into personal_access_tokens
       (id, hash_key, hash, prefix, name, user_id, organization_id, membership_id, user_number, organization_number,
        membership_number, permissions, created_at)
     select ${id("pat", "i")}, ('x' || encode(substr(hash, 1, 8), 'hex'))::bit(64)::bigint, hash,
       left(secret, ${PREFIX_LENGTH}), 'Token ' || i, usr.id, org.id, mem.id, usr.number, org.number, mem.number,
       case when i % 3 = 0 then $2 end, $3::bigint
     from generate_series(0, $1::int - 1) as i
       join users as usr on usr.id = ${id("usr", `i / ${TOKENS_PER_USER}`)}
       join memberships as mem on mem.user_id = usr.id
       join organizations as org on org.id = mem.organization_id,
       lateral (select 'mm_pat_' || ${sha256Hex(`'${SECRET_SEED}' || i`, 40)}) as part (body),
       lateral (select body || lpad(to_hex(crc32(convert_to(body, 'UTF8'))), 8, '0')) as whole (secret),
       lateral (select sha256(convert_to(secret, 'UTF8'))) as digest (hash)`,
    [tokens, PERMISSIONS, Date.now()],
  );
  await client.query(
    `insert into credential_uses (credential_id, use_count, last_used_at)
     select id, 1, created_at from personal_access_tokens`,
  );
}

function id(prefix: string, number: string): string {
  return `'${prefix}_' || ${sha256Hex(`'${prefix} ' || ${number}`, 32)}`;
}

/** The first hex digits of the SHA-256 of a text, as an expression. */
function sha256Hex(text: string, digits: number): string {
  return `left(encode(sha256(convert_to(${text}, 'UTF8')), 'hex'), ${digits})`;
}
