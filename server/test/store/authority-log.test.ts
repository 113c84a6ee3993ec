import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, test } from "node:test";
import { TRANSACTION } from "../../src/store/verbs.ts";
import { Client } from "pg";
import type { Transaction } from "../../src/store/store.ts";
import { addApiKey, addMember, addToken, revocation, T0 } from "./contract/samples.ts";
import { openPostgres, openSqlite, openStrictSqlite } from "./open-stores.ts";
import { columnsOfVerification } from "./strict-log.ts";
import type { StoreUnderTest } from "./contract/under-test.ts";

const TABLES = ["personal_access_tokens", "api_keys", "memberships", "users", "organizations"];

describe("what the authority log covers", () => {
  test("a commit that changes a column which verification reads, without an entry, fails in the contract's SQLite", async () => {
    const opened = await openStrictSqlite();
    const { store, file } = opened;
    const { id } = await addToken(store, await addMember(store));
    const database = new DatabaseSync(file);
    database.exec("pragma foreign_keys = on");
    assert.throws(
      () => database.exec(`update personal_access_tokens set name = 'other' where id = '${id}'`),
      /FOREIGN KEY/,
    );
    database.exec(`update personal_access_tokens set dismissed_at = 1 where id = '${id}'`);
    database.exec(`begin; update personal_access_tokens set name = 'other' where id = '${id}';
      insert into authority_log (seq, nonce, kind, key, at) values (99, '', 'token', '${id}', 0); commit`);
    database.close();
    await opened.close();
  });

  test("the columns are those of the two statements of verification", () => {
    const columns = columnsOfVerification();
    assert.deepEqual(
      [...columns.keys()].map((name) => (columns.get(name)?.length ?? 0) > 4),
      [true, true, true, true, true],
    );
    assert.ok(columns.get("mem")?.includes("token_generation"));
    assert.ok(columns.get("org")?.includes("policy"));
    assert.ok(columns.get("usr")?.includes("email_verified_at"));
    assert.ok(columns.get("pat")?.includes("generation"));
  });

  test("every verb that updates one of these tables touches what it changes, or is listed here with its reason", async () => {
    const silent = new Map([
      ["revokeApiKeysOfOrganization", "the organization has ended"],
      ["endMembershipsOfOrganization", "the organization has ended"],
      ["noteExpiries", "verification compares the expiry itself"],
      ["setEndNoticesAt", "verification reads no announcement"],
      ["dismissToken", "verification reads no dismissal"],
      ["appointInstanceAdmin", "verification reads no instance admin"],
      ["dismissInstanceAdmin", "verification reads no instance admin"],
      ["setPasswordHash", "verification reads no password"],
      ["setAuditRetention", "verification reads no retention"],
    ]);
    const updates = new RegExp(
      String.raw`updateTable\((?:"(?:${TABLES.join("|")})"|[^"])|update \$\{|update (?:${TABLES.join("|")})\b`,
    );
    const changing = Object.entries(TRANSACTION).filter(([, verb]) => updates.test(String(verb)));
    const untouched = changing.filter(([, verb]) => !String(verb).includes("change.touch(")).map(([name]) => name);
    assert.deepEqual(untouched.sort(), [...silent.keys()].sort());
    assert.equal(changing.length - untouched.length, WRITES.length);
    assert.deepEqual(
      changing
        .map(([name]) => name)
        .filter((name) => !silent.has(name))
        .sort(),
      WRITES.map(([name]) => name).sort(),
    );
  });
});

/** Each verb that changes what verification reads, a call of it, and the entry that it appends. */
const WRITES: readonly (readonly [
  keyof Transaction,
  readonly unknown[],
  "token" | "api_key" | "membership" | "user" | "organization",
])[] = [
  ["renameToken", ["other"], "token"],
  ["revokeToken", [revocation()], "token"],
  ["revokeApiKey", [revocation()], "api_key"],
  ["revokeApiKeysCreatedBy", [revocation()], "api_key"],
  ["raiseTokenGeneration", [], "membership"],
  ["revokeEndedTokens", [revocation(), { limit: 10, after: null }], "membership"],
  ["setMemberRole", ["viewer"], "membership"],
  ["suspendMembership", [T0, "owner"], "membership"],
  ["reinstateMembership", [], "membership"],
  ["holdMembership", [T0, "mk_host"], "membership"],
  ["releaseMembership", [], "membership"],
  ["endMembership", [T0, "owner"], "membership"],
  ["setUserName", ["other"], "user"],
  ["setUserEmail", ["other@example.com"], "user"],
  ["verifyUserEmail", [T0], "user"],
  ["vouchForUserEmail", [T0], "user"],
  ["withdrawUserEmail", [], "user"],
  ["linkUser", [{ source: "host", id: "other" }], "user"],
  ["suspendUser", [T0, "admin"], "user"],
  ["reinstateUser", [], "user"],
  ["holdUser", [T0, "mk_host"], "user"],
  ["releaseUser", [], "user"],
  ["deleteUser", [T0], "user"],
  ["setPolicy", [{ networks: ["10.0.0.0/8"] }], "organization"],
  ["renameOrganization", ["other"], "organization"],
  ["deleteOrganization", [T0, "owner"], "organization"],
];

interface Row {
  readonly seq: number;
  readonly kind: string;
  readonly key: string;
}

interface Opened extends StoreUnderTest {
  /** Runs a statement on the database itself. */
  readonly query: (text: string) => Promise<readonly unknown[]>;
}

async function onSqlite(): Promise<Opened> {
  const opened = await openSqlite();
  const database = new DatabaseSync(opened.file);
  const close = async (): Promise<void> => {
    database.close();
    await opened.close();
  };
  return { ...opened, close, query: async (text) => database.prepare(text).all() };
}

async function onPostgres(): Promise<Opened> {
  const opened = await openPostgres();
  const client = new Client({ connectionString: opened.url });
  await client.connect();
  const close = async (): Promise<void> => {
    await client.end();
    await opened.close();
  };
  return { ...opened, close, query: async (text) => (await client.query(text)).rows };
}

async function withDatabase(open: () => Promise<Opened>, work: (opened: Opened) => Promise<void>): Promise<void> {
  const opened = await open();
  try {
    await work(opened);
  } finally {
    await opened.close();
  }
}

async function logOf({ query }: Opened): Promise<readonly Row[]> {
  // The driver gives a bigint as text.
  const rows = (await query(
    "select cast(seq as integer) as seq, kind, key from authority_log order by seq",
  )) as readonly Row[];
  return rows.map((row) => ({ ...row }));
}

async function clockOf({ query }: Opened): Promise<{ readonly seq: number; readonly nonce: string }> {
  const [clock] = (await query("select cast(seq as integer) as seq, nonce from authority_clock")) as [
    { seq: number; nonce: string },
  ];
  return { ...clock };
}

describe("the verbs and the authority log", () => {
  test("each verb that changes what verification reads appends one entry, and the clock moves with it", () =>
    withDatabase(onSqlite, async (opened) => {
      const { store } = opened;
      for (const [verb, args, kind] of WRITES) {
        const member = await addMember(store);
        const [token, key] = [await addToken(store, member), await addApiKey(store, member)];
        const ids = {
          token: token.id,
          apiKey: key.id,
          membership: member.membership.id,
          user: member.user.id,
          organization: member.organization.id,
        };
        const before = await clockOf(opened);
        const subject = verb === "revokeApiKeysCreatedBy" ? ids.user : kind === "api_key" ? ids.apiKey : ids[kind];
        const of = { kind: "generation", id: ids.membership, generation: 0 };
        const given = [verb === "revokeEndedTokens" ? of : subject, ...args];
        await store.transaction((tx) => (tx[verb] as (...all: unknown[]) => Promise<unknown>)(...given));
        const after = await clockOf(opened);
        assert.equal(after.seq, before.seq + 1, verb);
        assert.notEqual(after.nonce, before.nonce, verb);
        const entry = { seq: after.seq, kind, key: kind === "api_key" ? ids.apiKey : subject };
        assert.deepEqual((await logOf(opened)).at(-1), entry, verb);
      }
    }));
});

for (const [engine, open] of [
  ["SQLite", onSqlite],
  ["PostgreSQL", onPostgres],
] as const) {
  describe(`the authority log on ${engine}`, () => {
    test("one transaction's entries follow each other, without a gap, and repeated keys are one", () =>
      withDatabase(open, async (opened) => {
        const { store } = opened;
        const member = await addMember(store);
        const tokens = [await addToken(store, member), await addToken(store, member)];
        const before = await clockOf(opened);
        await store.transaction(async (tx) => {
          for (const { id } of [...tokens, ...tokens]) await tx.renameToken(id, "other");
        });
        const added = (await logOf(opened)).filter(({ seq }) => seq > before.seq);
        assert.deepEqual(
          added,
          tokens.map(({ id }, index) => ({ seq: before.seq + 1 + index, kind: "token", key: id })),
        );
      }));

    test("counting uses, minting and creating append nothing", () =>
      withDatabase(open, async (opened) => {
        const { store } = opened;
        const member = await addMember(store);
        await store.transaction((tx) =>
          tx.setPolicy(member.organization.id, { ...member.organization.policy, idleDays: 3 }),
        );
        const before = await clockOf(opened);
        const token = await addToken(store, member);
        await addApiKey(store, member);
        await store.transaction(
          (tx) => tx.recordUses([{ credentialId: token.id, count: 1, lastUsedAt: T0, ip: null, userAgent: null }]),
          "lazy",
        );
        assert.deepEqual(await clockOf(opened), before);
      }));

    test("a change of authority whose commit would not be durable is refused, and nothing is written", () =>
      withDatabase(open, async (opened) => {
        const { store } = opened;
        const { id } = await addToken(store, await addMember(store));
        const before = await clockOf(opened);
        await assert.rejects(
          store.transaction((tx) => tx.revokeToken(id, revocation()), "lazy"),
          /must be durable/,
        );
        assert.deepEqual(await clockOf(opened), before);
        assert.equal((await store.reads.findToken(id))?.revokedAt, null);
      }));

    test("changes of several processes at once are numbered without a gap, in the order of their commits", () =>
      withDatabase(open, async (opened) => {
        const { store } = opened;
        const another = await opened.openAnother();
        const member = await addMember(store);
        const tokens = [];
        for (let index = 0; index < 20; index++) tokens.push(await addToken(store, member));
        const before = await clockOf(opened);
        await Promise.all(
          tokens.map(({ id }, index) =>
            (index % 2 === 0 ? store : another).transaction((tx) => tx.renameToken(id, "other")),
          ),
        );
        const rows = (await logOf(opened)).filter(({ seq }) => seq > before.seq);
        assert.deepEqual(
          rows.map(({ seq }) => seq),
          tokens.map((_, index) => before.seq + 1 + index),
        );
        assert.deepEqual(rows.map(({ key }) => key).sort(), tokens.map(({ id }) => id).sort());
        await another.close();
      }));

    test("old entries are pruned in steps, and neither the last one nor one that a live replica needs", () =>
      withDatabase(open, async (opened) => {
        const { store } = opened;
        const member = await addMember(store);
        for (let index = 0; index < 5; index++) {
          await store.transaction((tx) => tx.setMemberRole(member.membership.id, `role${index}`));
        }
        const now = store.clock.now() + 1;
        const prune = (before: number, limit: number): Promise<number> =>
          store.transaction((tx) => tx.pruneAuthorityLog(before, limit), "lazy");
        const last = await clockOf(opened);
        assert.equal(await prune(now - 60_000, 10), 0);
        assert.equal(await prune(now, 2), 2);
        assert.equal(await prune(now, 10), last.seq - 3);
        assert.equal(await prune(now, 10), 0);
        assert.deepEqual(
          (await logOf(opened)).map(({ seq }) => seq),
          [last.seq],
        );
      }));
  });
}
