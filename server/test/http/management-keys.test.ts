// Management keys over HTTP, by the command and by the configuration, on both engines: who makes and ends them, where they
// work, and what the audit log says.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { DAY_MS, MANAGEMENT_SCOPES, REAUTHENTICATION_MS } from "@mintmark/core";
import { BARE_ENVIRONMENT } from "../../../tests/support/bare-environment.ts";
import { scratchParent } from "../../../tests/support/scratch.ts";
import { loadConfig } from "../../src/config/config.ts";
import { hashSecret, newSecret } from "../../src/secrets/generate.ts";
import { declareManagementKeys, endUndeclaredManagementKeys } from "../../src/use-cases/admin/declared-key.ts";
import { assertProblem } from "../support/accounts.ts";
import type { Client } from "../support/client.ts";
import type { Person } from "../support/seed.ts";
import { tablesWith } from "../support/database-state.ts";
import { ENGINES, startInstance, type TestInstance, uniqueName } from "../support/instance.ts";
import { withInstance } from "../support/with-instance.ts";

const MINTMARK_SERVER = fileURLToPath(new URL("../../bin/mintmark-server.mjs", import.meta.url));
const KEYS = "/api/admin/management-keys";
const ME = "/api/manage/key";

async function eventsAbout(instance: TestInstance, id: string) {
  await instance.later.settled();
  const { items } = await instance.deps.store.reads.listAuditEvents({}, { limit: 200, after: null });
  return items.filter(({ target }) => target?.id === id);
}

const actionsAbout = async (instance: TestInstance, id: string): Promise<readonly string[]> =>
  (await eventsAbout(instance, id)).map(({ action }) => action);

for (const engine of ENGINES) {
  describe(`management keys on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });
    let session: Client;
    let stale: Client;
    let admin: Person;
    before(async () => {
      admin = await seed.person("Admin", { instanceAdmin: true });
      session = await seed.session(admin);
      stale = await seed.session(admin, admin.personal, REAUTHENTICATION_MS + 60_000);
    });

    const bearer = (secret: string): Client => instance.client().withBearer(secret);
    const create = (more: object = {}, by = session) =>
      by.post(KEYS, { name: "Shop", scopes: MANAGEMENT_SCOPES, source: uniqueName("s"), ...more });

    it("are made by an instance admin, shown once, and say about themselves who they are", async () => {
      const { status, body } = await create({ source: "made", networks: ["127.0.0.0/8"] });
      assert.equal(status, 201);
      const { managementKey, secret } = body;
      assert.match(secret, /^mm_mgt_[0-9a-f]{48}$/);
      assert.equal(managementKey.prefix, secret.slice(0, 10));
      for (const client of [bearer(secret), instance.client().withApiKey(secret)]) {
        const me = await client.get(ME);
        assert.equal(me.status, 200);
        assert.deepEqual(
          [me.body.id, me.body.source, me.body.scopes, me.body.networks, me.body.declared, me.body.expiresAt],
          [managementKey.id, "made", [...MANAGEMENT_SCOPES], ["127.0.0.0/8"], false, null],
        );
      }
      const listed = await session.get(KEYS);
      assert.ok(listed.body.items.some(({ id }: { id: string }) => id === managementKey.id));
      assert.ok(!JSON.stringify(listed.body).includes(secret));
      assert.deepEqual(await actionsAbout(instance, managementKey.id), [
        "management_key.used",
        "management_key.created",
      ]);
    });

    it("need a recent password, known scopes, networks and a source; a refusal makes no key", async () => {
      const count = async () => (await session.get(`${KEYS}?limit=200`)).body.items.length;
      const before = await count();
      assertProblem(await create({}, stale), 403, "reauthentication_required");
      for (const wrong of [
        { scopes: [] },
        { scopes: ["tokens:mint"] },
        { networks: ["203.0.113.7/24"] },
        { networks: ["here"] },
        { source: "Not a source" },
        { source: "a".repeat(33) },
      ])
        assertProblem(await create(wrong), 400, "field_invalid");
      assertProblem(await create({ expiresAt: "2001-01-01T00:00:00Z" }), 400, "expiry_invalid");
      assertProblem(await create({ name: "\u202e" }), 400, "name_invalid");
      assert.equal(await count(), before);
    });

    it("live two at once per source, so that one takes over from the other", async () => {
      const source = uniqueName("s");
      const [first, second] = [await create({ source }), await create({ source })];
      const third = await create({ source });
      assertProblem(third, 409, "limit_reached");
      assert.match(third.body.detail, /two|2 active management keys/);
      assert.equal((await bearer(first.body.secret).get(ME)).status, 200);
      assert.equal((await session.delete(`${KEYS}/${first.body.managementKey.id}`)).status, 200);
      assert.equal((await create({ source })).status, 201);
      assert.equal((await bearer(second.body.secret).get(ME)).status, 200);
      const both = await Promise.all([
        create({ source: "race" }),
        create({ source: "race" }),
        create({ source: "race" }),
      ]);
      assert.deepEqual(
        both.map(({ status }) => status).toSorted((a, b) => a - b),
        [201, 201, 409],
      );
    });

    it("are refused when revoke has returned; repeating it returns the first receipt", async () => {
      const { secret, managementKey } = (await create()).body;
      const path = `${KEYS}/${managementKey.id}`;
      const first = await session.delete(path);
      assertProblem(await bearer(secret).get(ME), 401, "token_revoked");
      assert.equal((await session.delete(path)).body.at, first.body.at);
      assertProblem(await session.patch(path, { name: "New" }), 409, "credential_not_active");
      assertProblem(await session.delete(`${KEYS}/mgk_${"0".repeat(32)}`), 404, "not_found");
      assert.deepEqual(await actionsAbout(instance, managementKey.id), [
        "management_key.denied",
        "management_key.revoked",
        "management_key.created",
      ]);
    });

    it("are renamed, and nothing else about them changes", async () => {
      const { managementKey } = (await create()).body;
      const renamed = await session.patch(`${KEYS}/${managementKey.id}`, { name: "Shop 2" });
      assert.deepEqual(renamed.body, { ...managementKey, name: "Shop 2" });
      assertProblem(
        await session.patch(`${KEYS}/${managementKey.id}`, { scopes: ["events:read"] }),
        400,
        "field_unknown",
      );
    });

    it("are refused without their scope, from elsewhere and after their end, which is on record once a minute", async () => {
      const key = await seed.managementKey({ networks: ["203.0.113.0/24"] });
      for (let count = 0; count < 3; count++) assertProblem(await key.client.get(ME), 401, "network_refused");
      const [denied, ...more] = await eventsAbout(instance, key.id);
      assert.deepEqual(more, []);
      assert.deepEqual(
        [denied?.action, denied?.outcome, denied?.actor.kind, denied?.via?.kind, denied?.details],
        [
          "management_key.denied",
          "denied",
          "management_key",
          "management_key",
          { code: "network_refused", operation: "getManagementKey" },
        ],
      );
      const ended = await seed.managementKey({ expiresAt: instance.deps.clock() });
      assertProblem(await ended.client.get(ME), 401, "token_expired");
      const wrong = await seed.managementKey();
      assertProblem(await wrong.client.get("/api/whoami"), 403, "personal_credential_required");
      assert.deepEqual((await eventsAbout(instance, wrong.id))[0]?.details["code"], "personal_credential_required");
    });

    it("open nothing else: no session, no token, no service may call for the host, and no proxy lets the key pass", async () => {
      const person = await seed.person();
      const token = await seed.token(person, person.personal);
      for (const client of [token.client, (await seed.service(person)).client])
        assertProblem(await client.get(ME), 403, "management_key_required");
      assertProblem(await session.get(ME), 401, "credentials_missing");
      const { client, secret } = await seed.managementKey();
      assertProblem(await client.get("/forward-auth"), 401, "token_unknown");
      const { client: service } = await seed.service(person);
      assert.deepEqual((await service.post("/api/verify", { token: secret })).body, {
        active: false,
        code: "token_unknown",
      });
    });

    it("have their first use of a day in the audit log before the response, and a use from a new address", async () => {
      const key = await seed.managementKey();
      const uses = async () => (await eventsAbout(instance, key.id)).filter(({ action }) => /used/.test(action));
      for (let count = 0; count < 3; count++) assert.equal((await key.client.get(ME)).status, 200);
      assert.deepEqual(
        (await uses()).map(({ details }) => details),
        [{ operation: "getManagementKey", firstOfDay: true, newAddress: true }],
      );
      const { lastUsedAt, lastUsedIp } = (await key.client.get(ME)).body;
      assert.equal(lastUsedIp, "127.0.0.1");
      assert.ok(Date.parse(lastUsedAt) > 0);
      instance.advance(DAY_MS);
      assert.equal((await key.client.get(ME)).status, 200);
      assert.equal((await uses()).length, 2);
    });

    it("end when anybody who holds the secret reports it, and never come back", async () => {
      const { id, client, secret } = await seed.managementKey();
      const { body } = await instance
        .client()
        .post("/api/credentials/revoke", { credentials: [`found KEY=${secret}`] });
      assert.equal(body.found, 1);
      assertProblem(await client.get(ME), 401, "token_revoked");
      const [revoked] = (await eventsAbout(instance, id)).filter(({ action }) => action === "management_key.revoked");
      assert.deepEqual(revoked?.details["reason"], "leaked");
      const other = await seed.managementKey();
      await instance.client().sendForm("/oauth2/revoke", { token: other.secret });
      assertProblem(await other.client.get(ME), 401, "token_revoked");
    });

    describe("that the configuration declares", () => {
      const declaredOf = (...secrets: readonly string[]) =>
        loadConfig({ MINTMARK_DATA: "x", MINTMARK_MANAGEMENT_KEY: secrets.join("\n") }).managementKeys;
      const newKey = (): string => newSecret("mm", "management_key").expose();
      const declare = async (...secrets: readonly string[]): Promise<readonly string[]> => {
        const ended = await declareManagementKeys(instance.deps, declaredOf(...secrets));
        await endUndeclaredManagementKeys(instance.deps, declaredOf(...secrets));
        return ended;
      };
      const statusOf = async (secret: string): Promise<number> => (await bearer(secret).get(ME)).status;

      it("are active from the start on, two while one takes over, and end when they are declared no more", async () => {
        const [old, next] = [newKey(), newKey()];
        await declare(old);
        const { body } = await bearer(old).get(ME);
        assert.deepEqual([body.declared, body.source, body.scopes], [true, "host", [...MANAGEMENT_SCOPES]]);
        await declare(old, next);
        await declare(old, next);
        assert.deepEqual([await statusOf(old), await statusOf(next)], [200, 200]);
        await declare(next);
        assertProblem(await bearer(old).get(ME), 401, "token_revoked");
        await declare(old);
        assert.deepEqual([await statusOf(old), await statusOf(next)], [200, 401]);
        await declare();
        assert.deepEqual([await statusOf(old), await statusOf(next)], [401, 401]);
        const declared = (await actionsAbout(instance, body.id)).filter((action) => !/used|denied/.test(action));
        assert.deepEqual(declared, [
          "management_key.revoked",
          "management_key.declared",
          "management_key.revoked",
          "management_key.declared",
        ]);
      });

      it("stay revoked once a person or a leak ended them, and the start warns", async () => {
        const [revoked, leaked] = [newKey(), newKey()];
        await declare(revoked, leaked);
        const key = await instance.deps.store.reads.findManagementKeyByHash(hashSecret(revoked));
        const by = await seed.session(admin);
        assert.equal((await by.delete(`${KEYS}/${key?.id}`)).status, 200);
        await declare();
        await instance.client().post("/api/credentials/revoke", { credentials: [leaked] });
        assert.deepEqual(await declare(revoked, leaked), [revoked.slice(0, 10), leaked.slice(0, 10)]);
        assert.deepEqual([await statusOf(revoked), await statusOf(leaked)], [401, 401]);
        await declare();
      });
    });
  });
}

describe("the management key of a deployment", () => {
  it("comes from a file at the start, and neither the log nor a row of the database has it", async () => {
    const secret = newSecret("mm", "management_key").expose();
    const folder = await mkdtemp(join(scratchParent(), "mintmark-declared-"));
    try {
      const file = join(folder, "management-key");
      await writeFile(file, `${secret}\n`);
      const instance = await startInstance({ env: { MINTMARK_MANAGEMENT_KEY_FILE: file } });
      try {
        assert.equal((await instance.client().withBearer(secret).get(ME)).status, 200);
        assert.ok(!instance.log.join("").includes(secret.slice(10)));
        assert.deepEqual(await tablesWith(instance, secret), []);
      } finally {
        await instance.close();
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("stops the start when it is not one, without repeating it", () => {
    const [key, other] = [newSecret("mm", "management_key").expose(), newSecret("xx", "management_key").expose()];
    const pat = newSecret("mm", "pat").expose();
    for (const text of [pat, other, key.slice(0, -1), `${key}x`, [key, key, key].join("\n")]) {
      assert.throws(
        () => loadConfig({ MINTMARK_MANAGEMENT_KEY: text }),
        (error: Error) =>
          /MINTMARK_MANAGEMENT_KEY must hold/.test(error.message) && !error.message.includes(text.slice(10)),
      );
    }
    assert.equal(loadConfig({ MINTMARK_MANAGEMENT_KEY: ` ${key}\r\n` }).managementKeys.length, 1);
  });

  it("is made, listed and revoked by the command on the host, which prints a key only when it makes one", async () => {
    const instance = await startInstance();
    try {
      const run = async (...args: readonly string[]): Promise<string> => {
        const env = { ...BARE_ENVIRONMENT, MINTMARK_DATA: join(instance.folder, "mintmark.db") };
        const all = [MINTMARK_SERVER, "management-key", ...args];
        const { stdout, stderr } = await promisify(execFile)(process.execPath, all, { env });
        assert.equal(stderr, "");
        return stdout;
      };
      const secret = (await run("create", "Shop", "--scopes", "events:read,directory:read", "--expires", "30")).trim();
      const client = instance.client().withBearer(secret);
      const { body } = await client.get(ME);
      assert.deepEqual([body.name, body.scopes], ["Shop", ["directory:read", "events:read"]]);
      assert.deepEqual(body.createdBy, { kind: "system", id: "host", name: "The operator" });
      const listed = await run("list", "--json");
      assert.deepEqual(JSON.parse(listed).items[0].id, body.id);
      assert.ok(!(listed + (await run("list"))).includes(secret.slice(10)));
      assert.equal(JSON.parse(await run("revoke", body.id, "--json")).revoked, true);
      assertProblem(await client.get(ME), 401, "token_revoked");
      const generated = (await run("generate")).trim();
      assert.equal(loadConfig({ MINTMARK_MANAGEMENT_KEY: generated }).managementKeys.length, 1);
      assertProblem(await instance.client().withBearer(generated).get(ME), 401, "token_unknown");
    } finally {
      await instance.close();
    }
  });
});
