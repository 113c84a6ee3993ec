// A backup is complete, also while a server writes. A restore brings back the data and no access that was revoked
// since.
import assert from "node:assert/strict";
import {
  copyFileSync,
  existsSync,
  lstatSync,
  readdirSync,
  realpathSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { describe, test } from "node:test";
import { backUp } from "../../src/store/sqlite/backup.ts";
import { CARRIED } from "../../src/store/sqlite/endings-since-backup.ts";
import { PASSWORD, passwordHashOf, personWithPassword } from "../support/accounts.ts";
import type { Client, Reply } from "../support/client.ts";
import { startInstance, type TestInstance } from "../support/instance.ts";
import { Seed } from "../support/seed.ts";
import { filesOf, quietly, refused, restored, stageOf } from "./backup-stage.ts";

describe("a backup", () => {
  test("taken while the server writes, it is the database at one moment, for its owner alone", async (t) => {
    const stage = await stageOf(t);
    const instance = await stage.open();
    t.after(() => instance.close());
    const seed = new Seed(instance);
    const before = await Promise.all(Array.from({ length: 50 }, () => seed.person()));
    const copied = new AbortController();
    const writing = (async () => {
      while (!copied.signal.aborted) {
        await seed.person();
        await new Promise(setImmediate);
      }
    })();
    const umask = process.umask(0);
    await backUp(stage.file, stage.backup, quietly).finally(() => process.umask(umask));
    copied.abort();
    await writing;
    assert.equal(statSync(stage.backup).mode & 0o777, 0o600);
    const copy = new DatabaseSync(stage.backup, { readOnly: true });
    const has = copy.prepare("select 1 from users where id = ?");
    for (const { id } of before) assert.ok(has.get(id) !== undefined);
    // Each person has an organization, from the same transaction.
    const count = (table: string): unknown => copy.prepare(`select count(*) as count from ${table}`).get()?.["count"];
    assert.equal(count("users"), count("organizations"));
    copy.close();
    assert.deepEqual(
      readdirSync(stage.folder).filter((name) => name !== "data"),
      ["backup.db"],
    );
    assert.equal((await instance.client().get("/readyz")).status, 200);
  });

  test("it replaces a file only on request, and never the database's files", async (t) => {
    const stage = await stageOf(t);
    await (await stage.open()).close();
    writeFileSync(stage.backup, "Dear Ada,");
    const before = filesOf(stage.folder);
    await refused(backUp(stage.file, stage.backup, quietly), "file_exists");
    for (const own of [stage.file, `${stage.file}-wal`, `${stage.file}.reserve`]) {
      await refused(backUp(stage.file, own, { ...quietly, mayReplace: true }), "own_file");
    }
    assert.deepEqual(filesOf(stage.folder), before);
    await backUp(stage.file, stage.backup, { ...quietly, mayReplace: true });
    assert.equal(statSync(stage.backup).mode & 0o777, 0o600);
  });
});

/** Operations that end access after the backup, and the clients that must lose it. */
async function peopleWithAccess(instance: TestInstance): Promise<{
  readonly dead: readonly Client[];
  readonly live: Client;
  /** Ends all but the last, in every possible way. */
  end(): Promise<void>;
}> {
  const seed = new Seed(instance);
  const owner = await personWithPassword(seed, "Ada", { instanceAdmin: true });
  const second = await seed.person("Bea", { instanceAdmin: true });
  const organization = await seed.organization(owner);
  const doomed = await seed.organization(owner);
  const people = await Promise.all(["Carl", "Dora", "Emil", "Fay"].map((name) => seed.person(name)));
  const [removed, suspended, deleted, stopped] = people as [typeof owner, typeof owner, typeof owner, typeof owner];
  const memberships = new Map<unknown, string>();
  for (const person of people) memberships.set(person, await seed.member(organization, person, "member"));
  const session = await seed.session(owner, organization);
  const sessionToEnd = await seed.session(owner, organization);
  const revoked = await seed.token(owner, organization);
  const live = await seed.token(owner, organization);
  const key = await seed.apiKey(organization, owner);
  const service = await seed.service(owner);
  const managementKey = await seed.managementKey();
  const other = await seed.service(owner);
  const ofMembers = await Promise.all(people.map((person) => seed.token(person, organization)));
  const ofDoomed = await seed.token(owner, doomed);
  const dead = [revoked, key, ofDoomed, ...ofMembers].map(({ client }) => client);
  for (const client of [...dead, live.client]) assert.equal((await client.get("/forward-auth")).status, 200);
  return {
    dead,
    live: live.client,
    end: async () => {
      const at = `/api/organizations/${organization.id}`;
      const answers: Reply[] = [
        await session.delete(`/api/personal-access-tokens/${revoked.id}`),
        await session.delete(`${at}/api-keys/${key.id}`),
        await session.delete(`${at}/members/${memberships.get(removed)}`),
        await session.post(`${at}/members/${memberships.get(suspended)}/suspend`),
        await session.post(`/api/admin/users/${stopped.id}/suspend`),
        await session.delete(`/api/organizations/${doomed.id}`, { name: doomed.name }),
        await session.delete(`/api/admin/services/${service.id}`),
        await session.delete(`/api/admin/management-keys/${managementKey.id}`),
        await session.delete(`/api/admin/services/${other.id}/keys/${other.keyId}`),
      ];
      for (const { status, body } of answers) assert.equal(status, 200, JSON.stringify(body));
      await instance.deps.store.transaction(async (tx) => {
        await tx.deleteUser(deleted.id, Date.now());
        await tx.dismissInstanceAdmin(second.id);
      });
      assert.ok((await sessionToEnd.post("/api/sign-out")).status < 300);
      for (const client of dead) assert.equal((await client.get("/forward-auth")).status, 401);
    },
  };
}

describe("a restore", () => {
  test("keeps every replaced database, also of two restores within one second", async (t) => {
    const stage = await stageOf(t);
    await (await stage.open()).close();
    await backUp(stage.file, stage.backup, quietly);
    const now = Date.now();
    const kept = [await restored(stage, { now }), await restored(stage, { now })].map(({ keptAs }) => keptAs);
    assert.equal(new Set(kept).size, 2);
    for (const file of kept) assert.ok(file !== null && existsSync(file));
  });

  test("brings back no access that ended since the backup", async (t) => {
    const stage = await stageOf(t);
    const first = await stage.open();
    const scene = await peopleWithAccess(first);
    await first.uses.flush();
    await backUp(stage.file, stage.backup, quietly);
    await scene.end();
    const events = (await first.deps.store.reads.listAuditEvents({ actions: ["pat.revoked"] }, PAGE)).items.length;
    await first.close();

    const { endings, keptAs } = await restored(stage);
    const counts = new Map(endings?.map(({ kind, count }) => [kind, count]));
    assert.deepEqual(Object.fromEntries(counts), {
      "accounts deleted": 1,
      "accounts suspended": 1,
      "instance admins dismissed": 1,
      "organizations deleted": 1,
      "members removed": counts.get("members removed"),
      "members suspended": 1,
      "tokens revoked": counts.get("tokens revoked"),
      "API keys revoked": 1,
      "services revoked": 1,
      "service keys revoked": 1,
      "management keys revoked": 1,
    });
    assert.ok(keptAs !== null && existsSync(keptAs));
    assert.equal(statSync(stage.file).mode & 0o777, 0o600);

    const second = await stage.open();
    t.after(() => second.close());
    const at = (client: Client): Client => second.client().with(client.headers);
    for (const client of scene.dead) assert.equal((await at(client).get("/forward-auth")).status, 401);
    assert.equal((await at(scene.live).get("/forward-auth")).status, 200);
    // The log of the time since the backup is there, and so is the restore.
    const { reads } = second.deps.store;
    assert.equal((await reads.listAuditEvents({ actions: ["pat.revoked"] }, PAGE)).items.length, events);
    assert.equal((await reads.listAuditEvents({ actions: ["instance.restored"] }, PAGE)).items.length, 1);
  });

  test("knows every column of the schema that records an end", async (t) => {
    const stage = await stageOf(t);
    await (await stage.open()).close();
    const database = new DatabaseSync(stage.file);
    const columns = database
      .prepare(
        `select t.name || '.' || c.name as name from sqlite_schema as t, pragma_table_info(t.name) as c
           where t.type = 'table' and c.name in ('revoked_at', 'ended_at', 'suspended_at', 'deleted_at', 'withdrawn_at')`,
      )
      .all()
      .map(({ name }) => String(name));
    database.close();
    // All sessions and hand-offs end, and the accepted invitations too.
    const others = ["hand_offs.ended_at", "invitations.withdrawn_at", "sessions.ended_at"];
    assert.deepEqual(columns.filter((name) => !CARRIED.includes(name)).sort(), others);
  });

  test("without keeping revocations it says what is active again; with --revoke-all nothing is", async (t) => {
    const stage = await stageOf(t);
    const first = await stage.open();
    const seed = new Seed(first);
    const owner = await seed.person();
    const token = await seed.token(owner, owner.personal, { name: "laptop" });
    const key = await seed.apiKey(owner.personal, owner);
    await backUp(stage.file, stage.backup, quietly);
    const session = await seed.session(owner);
    assert.equal((await session.delete(`/api/personal-access-tokens/${token.id}`)).status, 200);
    await first.close();
    const statusOf = async (): Promise<readonly number[]> => {
      const instance = await stage.open();
      const asked = [token.client, key.client].map((client) =>
        instance.client().with(client.headers).get("/forward-auth"),
      );
      const statuses = (await Promise.all(asked)).map(({ status }) => status);
      await instance.close();
      return statuses;
    };
    const { endings } = await restored(stage, { keepRevocations: false });
    assert.deepEqual(
      endings?.map(({ kind, count }) => [kind, count]),
      [["tokens revoked", 1]],
    );
    assert.match(endings[0]?.names[0] ?? "", /^laptop \(mm_pat_/);
    assert.deepEqual(await statusOf(), [200, 200]);
    assert.equal((await restored(stage, { revokeAll: true, now: Date.now() + 1000 })).revoked, 2);
    assert.deepEqual(await statusOf(), [401, 401]);
  });

  test("a lower role, another password and a stricter policy stay; an earlier session does not come back", async (t) => {
    const stage = await stageOf(t);
    const first = await stage.open();
    const seed = new Seed(first);
    const owner = await personWithPassword(seed, "Ada");
    const demoted = await personWithPassword(seed, "Bea");
    const organization = await seed.organization(owner);
    const membership = await seed.member(organization, demoted, "owner");
    const token = await seed.token(demoted, organization);
    const old = await seed.session(owner, organization);
    await backUp(stage.file, stage.backup, quietly);
    await first.deps.store.transaction(async (tx) => {
      await tx.setMemberRole(membership, "viewer");
      await tx.setPasswordHash(demoted.id, passwordHashOf("another one altogether"));
      const stored = await tx.findOrganization(organization.id);
      assert.ok(stored !== null);
      await tx.setPolicy(organization.id, { ...stored.policy, ceiling: { kind: "read-only" } });
    });
    await first.close();
    await restored(stage);
    const second = await stage.open();
    t.after(() => second.close());
    const answer = await second.client().with(token.client.headers).get("/forward-auth");
    assert.deepEqual([answer.status, answer.headers.get("x-mintmark-role")], [200, "viewer"]);
    const { reads } = second.deps.store;
    assert.deepEqual((await reads.findOrganization(organization.id))?.policy.ceiling, { kind: "read-only" });
    const signIn = (email: string): Promise<Reply> =>
      second.client().post("/api/sign-in", { email, password: PASSWORD });
    assert.equal((await signIn(demoted.email)).status, 401);
    assert.equal((await signIn(owner.email)).status, 200);
    assert.equal((await second.client().with(old.headers).get("/api/session")).status, 401);
  });

  test("refuses while a server uses the database, and changes nothing", async (t) => {
    const stage = await stageOf(t);
    const instance = await stage.open();
    t.after(() => instance.close());
    await backUp(stage.file, stage.backup, quietly);
    const before = filesOf(stage.folder);
    await refused(restored(stage), "database_in_use");
    assert.deepEqual(filesOf(stage.folder), before);
    assert.equal((await instance.client().get("/readyz")).status, 200);
  });

  test("refuses a file that is no complete backup of this version or an earlier one, and changes nothing", async (t) => {
    const stage = await stageOf(t);
    await (await stage.open()).close();
    await backUp(stage.file, stage.backup, quietly);
    const broken: Readonly<Record<string, readonly [code: string, make: (file: string) => void]>> = {
      text: ["backup_unreadable", (file) => writeFileSync(file, "Dear Ada, ".repeat(1_000))],
      other: ["not_mintmark", (file) => edit(file, "create table t (x)")],
      newer: [
        "backup_unusable",
        (file) => {
          copyFileSync(stage.backup, file);
          edit(file, "insert into schema_migrations values ('9999-later', 1)");
        },
      ],
      orphaned: [
        "database_damaged",
        (file) => {
          copyFileSync(stage.backup, file);
          edit(file, "pragma foreign_keys = off; insert into notice_mutes values ('nobody', 'x', 1)");
        },
      ],
    };
    for (const [name, [code, make]] of Object.entries(broken)) {
      const backup = join(stage.folder, `${name}.db`);
      make(backup);
      const before = filesOf(stage.folder);
      await refused(restored({ ...stage, backup }), code);
      assert.deepEqual(filesOf(stage.folder), before, name);
    }
    await refused(restored({ ...stage, backup: join(stage.folder, "missing.db") }), "file_missing");
  });

  test("refuses when it cannot find out what ended since, until the operator decides", async (t) => {
    const stage = await stageOf(t);
    await (await stage.open()).close();
    await backUp(stage.file, stage.backup, quietly);
    const present = join(stage.folder, "present.db");
    renameSync(stage.file, present);
    // Missing; damaged; new and empty, as made by a server that was started at the wrong moment.
    await refused(restored(stage), "endings_unknown");
    writeFileSync(stage.file, "Dear Ada, ".repeat(1_000));
    await refused(restored(stage), "endings_unknown");
    await (await startInstance({ env: { MINTMARK_DATA: join(stage.folder, "new", "mintmark.db") } })).close();
    renameSync(join(stage.folder, "new", "mintmark.db"), stage.file);
    await refused(restored(stage), "endings_unknown");
    assert.equal((await restored(stage, { keepRevocations: false })).endings, null);
    await (await stage.open()).close();
  });

  test("a link to the database stays a link, and its target is replaced", async (t) => {
    const stage = await stageOf(t);
    await (await stage.open()).close();
    await backUp(stage.file, stage.backup, quietly);
    const link = join(stage.folder, "linked.db");
    symlinkSync(stage.file, link);
    const { keptAs } = await restored(stage, { file: link });
    assert.equal(lstatSync(link).isSymbolicLink(), true);
    assert.equal(realpathSync(link), realpathSync(stage.file));
    assert.equal(dirname(keptAs ?? ""), dirname(realpathSync(stage.file)));
    await (await stage.open()).close();
  });

  test("a log that a killed server left is merged into its database, and never into the backup", async (t) => {
    const stage = await stageOf(t);
    const first = await stage.open();
    const seed = new Seed(first);
    const owner = await seed.person();
    const token = await seed.token(owner, owner.personal);
    await backUp(stage.file, stage.backup, quietly);
    const session = await seed.session(owner);
    assert.equal((await session.delete(`/api/personal-access-tokens/${token.id}`)).status, 200);
    const killed = join(stage.folder, "killed.db");
    for (const suffix of ["", "-wal"]) copyFileSync(stage.file + suffix, killed + suffix);
    await first.close();
    const { endings } = await restored({ ...stage, file: killed });
    assert.deepEqual(
      endings?.map(({ count }) => count),
      [1],
    );
    assert.equal(existsSync(`${killed}-wal`), false);
    const check = new DatabaseSync(killed);
    assert.equal(check.prepare("pragma integrity_check").get()?.["integrity_check"], "ok");
    check.close();
  });
});

const PAGE = { limit: 200, after: null };

function edit(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}
