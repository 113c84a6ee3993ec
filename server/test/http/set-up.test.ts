// The first account: the person with the code that the server printed makes it, once.
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { UserId } from "@mintmark/core";
import { renewSetupCode, startSetup } from "../../src/use-cases/admin/set-up.ts";
import { actionsOf, assertProblem, browserOf, PASSWORD } from "../support/accounts.ts";
import type { Reply } from "../support/client.ts";
import { ENGINES, startInstance, type TestInstance } from "../support/instance.ts";

const HOUR = 3_600_000;
const ADA = { name: "Ada", email: "ada@example.com", password: PASSWORD };
const NO_CODE = "0".repeat(32);

for (const engine of ENGINES) {
  describe(`set-up on ${engine}`, () => {
    let instance: TestInstance;
    beforeEach(async () => void (instance = await startInstance({ engine })));
    afterEach(() => instance.close());

    const setUp = (body: object): Promise<Reply> => instance.client().post("/api/setup", body);
    const freshCode = async (): Promise<string> => (await startSetup(instance.deps))?.expose() ?? "";
    const isSetUp = async (): Promise<boolean> => (await instance.client().get("/api/instance")).body.setUp;
    const countUsers = async (): Promise<number> =>
      (await instance.deps.store.reads.listUsers({ query: null }, { limit: 200, after: null })).items.length;

    it("makes the first account an instance admin with a personal organization, and signs it in", async () => {
      const code = await freshCode();
      assert.match(code, /^[0-9a-f]{32}$/, "128 bits");
      assert.equal(await isSetUp(), false);
      const reply = await setUp({ code, ...ADA });
      assert.equal(reply.status, 201, JSON.stringify(reply.body));
      assert.equal(await isSetUp(), true);
      const { user, organization, organizations } = reply.body;
      assert.deepEqual(
        [user.name, user.email, user.emailVerified, user.instanceAdmin],
        ["Ada", "ada@example.com", false, true],
      );
      assert.deepEqual([organization.personal, organization.role, organization.name], [true, "owner", "Personal"]);
      assert.deepEqual(organizations, [organization]);
      const session = await browserOf(instance, reply).get("/api/session");
      assert.deepEqual(session.body, reply.body);
      assert.deepEqual((await actionsOf(instance, { id: user.id as UserId })).toSorted(), [
        "organization.created",
        "session.created",
        "user.created",
      ]);
    });

    it("ends for good with the first account", async () => {
      const code = await freshCode();
      assert.equal((await setUp({ code, ...ADA })).status, 201);
      for (const again of [code, NO_CODE]) {
        const reply = await setUp({ code: again, ...ADA, email: "eve@example.com" });
        assertProblem(reply, 409, "setup_done");
        assert.deepEqual(reply.headers.getSetCookie(), []);
      }
      assert.equal(await countUsers(), 1);
      assert.equal(await startSetup(instance.deps), null, "a restart prints no more links");
      await assert.rejects(renewSetupCode(instance.deps), { code: "setup_done" });
    });

    it("refuses a wrong code, an empty one, and any code before one was made", async () => {
      assertProblem(await setUp({ code: NO_CODE, ...ADA }), 403, "setup_code_invalid");
      await freshCode();
      assertProblem(await setUp({ code: NO_CODE, ...ADA }), 403, "setup_code_invalid");
      assertProblem(await setUp({ code: "", ...ADA }), 403, "setup_code_invalid");
      assert.equal(await countUsers(), 0);
    });

    it("refuses bad input with its own error, which does not count as a try", async () => {
      const code = await freshCode();
      const refusals: readonly (readonly [object, number, string])[] = [
        [{ ...ADA, code, name: "" }, 400, "name_invalid"],
        [{ ...ADA, code, email: "ada" }, 400, "email_invalid"],
        [{ ...ADA, code, password: "short" }, 400, "password_weak"],
        [{ ...ADA, code, password: "ada@example.com" }, 400, "password_weak"],
        [{ ...ADA, code: 7 }, 400, "field_invalid"],
        [{ ...ADA }, 400, "field_invalid"],
        [{ ...ADA, code, instanceAdmin: true }, 400, "field_unknown"],
      ];
      for (const [body, status, problem] of refusals) assertProblem(await setUp(body), status, problem);
      const instanceRecord = await instance.deps.store.reads.getInstance();
      assert.equal(instanceRecord.setupCodeAttempts, 0);
      assert.equal(await countUsers(), 0);
    });

    it("counts wrong tries durably, and the code stops working after ten", async () => {
      const code = await freshCode();
      for (let tries = 1; tries <= 10; tries++) {
        assertProblem(await setUp({ code: NO_CODE, ...ADA }), 403, "setup_code_invalid");
        assert.equal((await instance.deps.store.reads.getInstance()).setupCodeAttempts, tries);
      }
      const reply = await setUp({ code, ...ADA });
      assertProblem(reply, 403, "setup_code_invalid");
      assert.match(reply.body.detail, /mintmark-server setup-code/);
      assert.equal(await countUsers(), 0);
      const next = (await renewSetupCode(instance.deps)).expose();
      assert.equal((await setUp({ code: next, ...ADA })).status, 201);
    });

    it("takes the code for 24 hours", async () => {
      const code = await freshCode();
      instance.advance(24 * HOUR);
      assertProblem(await setUp({ code, ...ADA }), 403, "setup_code_invalid");
      const next = await freshCode();
      instance.advance(24 * HOUR - 60_000);
      assert.equal((await setUp({ code: next, ...ADA })).status, 201);
    });

    it("takes the newest code only", async () => {
      const first = await freshCode();
      const second = (await renewSetupCode(instance.deps)).expose();
      const third = await freshCode();
      for (const code of [first, second]) assertProblem(await setUp({ code, ...ADA }), 403, "setup_code_invalid");
      assert.equal((await setUp({ code: third, ...ADA })).status, 201);
    });

    it("shows everyone the instance's settings, and nothing about people", async () => {
      const { status, body } = await instance.client().get("/api/instance");
      assert.equal(status, 200);
      assert.deepEqual(
        [body.setUp, body.signUp, body.brand, body.personalTokens, body.baseUrl, body.mail],
        [false, "invite", "mm", "allow", instance.url, false],
      );
      assert.deepEqual(
        body.roles.map((role: { name: string }) => role.name),
        ["owner", "admin", "member", "viewer"],
      );
      assert.deepEqual(
        body.permissions.find((permission: { name: string }) => permission.name === "members:read"),
        { name: "members:read", access: "read", description: "See who is a member" },
      );
      assert.deepEqual(Object.keys(body).toSorted(), [
        "baseUrl",
        "brand",
        "directory",
        "host",
        "hostSignInUrl",
        "mail",
        "permissions",
        "personalTokens",
        "roles",
        "setUp",
        "signUp",
        "version",
      ]);
    });
  });
}
