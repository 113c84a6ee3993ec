// The things that a management key can never do, over every operation that accepts one. The authorization matrix calls them as every
// other caller, and with a key that lacks the scope. Here they are called with every scope, about an instance admin.
// A new operation under /api/manage is in this test at once.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { holdsSecret, isManagementScope } from "@mintmark/core";
import type { Operation } from "../../src/http/operation.ts";
import { operations } from "../../src/http/operations.ts";
import { newId } from "../../src/secrets/generate.ts";
import { Client, type Reply } from "../support/client.ts";
import { type DatabaseState, openDatabaseState } from "../support/database-state.ts";
import { startInstance, type TestInstance } from "../support/instance.ts";
import type { Person } from "../support/seed.ts";
import { type Cast, castActors, type MatrixActor } from "./actors.ts";
import { bodyOf, pathOf } from "./examples.ts";
import { Targets } from "./targets.ts";

const managed = operations.filter(({ credentials }) => credentials.includes("management-key"));

/** Operations of the host that need no scope: they tell a key about itself. */
const WITHOUT_SCOPE = new Set(["getManagementKey"]);

/** Where a hand-off's link has its one-time code, by design. */
const LINK_FIELDS: Readonly<Record<string, string>> = { createHandOff: "url" };

/** 160 random bits or more. Ids have 128. */
const LONG_HEX = /[0-9a-f]{40}/i;

const EXTERNAL_ID = "the-instance-admin";

describe("a management key", () => {
  let instance: TestInstance;
  let cast: Cast;
  let targets: Targets;
  let state: DatabaseState;
  let key: MatrixActor;
  let admin: Person;
  let token: { readonly id: string; readonly client: Client };
  let session: Client;

  before(async () => {
    instance = await startInstance();
    await instance.deps.store.transaction((tx) => tx.markSetUp(instance.deps.clock()));
    cast = await castActors(instance);
    targets = await Targets.place(cast);
    key = cast.actors.find(({ name }) => name === "management key") ?? assert.fail();
    admin = await insertAdmin();
    await cast.seed.member(cast.organization, admin, "owner");
    token = await cast.seed.token(admin, cast.organization);
    session = await cast.seed.session(admin);
    state = await openDatabaseState(instance);
  });
  after(async () => {
    await state.close();
    await instance.close();
  });

  /** An instance admin whom the host keeps under an external id. */
  async function insertAdmin(): Promise<Person> {
    const [id, at] = [newId("user"), instance.deps.clock()];
    const personal = { id: newId("organization"), membershipId: newId("membership") };
    const person = { id, name: "Kept admin", email: "kept-admin@example.com" };
    await instance.deps.store.transaction(async (tx) => {
      const external = { source: "host", id: EXTERNAL_ID };
      await tx.insertUser({ ...person, passwordHash: null, instanceAdminAt: at, createdAt: at, external });
      await tx.insertOrganization({ id: personal.id, name: person.name, personalOf: id, createdAt: at });
      const { membershipId } = personal;
      await tx.insertMembership({
        id: membershipId,
        organizationId: personal.id,
        userId: id,
        role: "owner",
        joinedAt: at,
      });
    });
    return { ...person, personal };
  }

  const call = (operation: Operation, path: string, body: unknown): Promise<Reply> =>
    new Client(instance.url, key.presented["Authorization"]).send(operation.method.toUpperCase(), path, body);

  /** The example request, with the instance admin in the place of every person and every token. */
  function aboutAdmin(operation: Operation): readonly [path: string, body: unknown] {
    const scene = { cast, targets, actor: key, operation };
    const example = pathOf(scene, "own");
    const shape = operation.path.split("/");
    const path = example
      .split("/")
      .map((segment, index) => {
        const [before = "", name = ""] = shape.slice(index - 1, index + 1);
        if (!name.startsWith("{")) return segment;
        if (before === "users" || before === "members") return EXTERNAL_ID;
        return before === "personal-access-tokens" ? token.id : segment;
      })
      .join("/");
    return [path, withAdmin(bodyOf(scene))];
  }

  function withAdmin(value: unknown, name = ""): unknown {
    if (Array.isArray(value)) return value.map((item) => withAdmin(item));
    if (typeof value === "object" && value !== null)
      return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, withAdmin(inner, field)]));
    if (name === "userId") return admin.id;
    return name === "user" || name === "externalId" ? EXTERNAL_ID : value;
  }

  it("is accepted only under /api/manage, where nothing else is, and every operation names its scope", () => {
    assert.ok(managed.length >= 4);
    for (const { operationId, path, credentials, scope } of operations) {
      assert.equal(credentials.includes("management-key"), path.startsWith("/api/manage/"), operationId);
      if (!credentials.includes("management-key")) continue;
      assert.deepEqual(credentials, ["management-key"], operationId);
      assert.equal(scope === undefined, WITHOUT_SCOPE.has(operationId), operationId);
      assert.ok(scope === undefined || isManagementScope(scope), operationId);
    }
  });

  for (const operation of managed) {
    const { operationId } = operation;
    it(`${operationId} returns no secret, changes no key and touches no instance admin`, async () => {
      const { reads } = instance.deps.store;
      const userBefore = await reads.findUser(admin.id);
      const scene = { cast, targets, actor: key, operation };
      const example = [pathOf(scene, "own"), bodyOf(scene)] as const;
      for (const [path, body] of [example, aboutAdmin(operation)]) {
        try {
          const reply = await call(operation, path, body);
          assert.ok(reply.status < 500, JSON.stringify(reply.body));
          const { [LINK_FIELDS[operationId] ?? ""]: _link, ...shown } = reply.body ?? {};
          const text = JSON.stringify(shown);
          assert.ok(!holdsSecret(text) && !LONG_HEX.test(text), text);
          await instance.later.settled();
          assert.ok(!(await state.changed()).includes("management_keys"), "a call of the host changed a key");
          assert.deepEqual(await reads.findUser(admin.id), userBefore);
          assert.equal((await token.client.get("/api/whoami")).status, 200);
          assert.equal((await session.get("/api/admin/users?limit=1")).status, 200);
        } finally {
          await state.restore();
        }
      }
    });
  }
});
