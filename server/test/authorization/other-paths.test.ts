// The authorization matrix, beyond the operations: the requests of proxies, and the pages. A path of the document
// or of the router that is none of these fails.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { ErrorCode } from "@mintmark/core";
import { openApiDocument } from "../../src/http/openapi/document.ts";
import { operations } from "../../src/http/operations.ts";
import { Client } from "../support/client.ts";
import { type DatabaseState, openDatabaseState } from "../support/database-state.ts";
import { startInstance, type TestInstance } from "../support/instance.ts";
import { codeOf, speak } from "../mcp/speak.ts";
import { type Cast, castActors, type MatrixActor } from "./actors.ts";

const FORWARD_AUTH = "/forward-auth";

describe("the authorization matrix of the other paths", () => {
  let instance: TestInstance;
  let cast: Cast;
  let state: DatabaseState;
  before(async () => {
    instance = await startInstance();
    cast = await castActors(instance);
    state = await openDatabaseState(instance);
  });
  after(async () => {
    await state.close();
    await instance.close();
  });

  /** Every path that is served without an operation, but `/forward-auth`. */
  function pages(): readonly string[] {
    const declared = new Set(operations.map(({ path }) => path.replaceAll(/\{(\w+)\}/g, ":$1")));
    const paths = instance.app.routes.map(({ path }) => path).filter((path) => !declared.has(path));
    return [...new Set([...paths, "/", "/settings/tokens", "/organization/members", "/admin"])];
  }

  async function forEachCell(
    check: (actor: MatrixActor, client: Client, cell: string) => Promise<void>,
  ): Promise<void> {
    for (const actor of cast.actors) {
      for (const [header, headers] of Object.entries(actor.presented))
        await check(actor, new Client(instance.url, headers), `${actor.name}, ${header}`);
    }
    assert.deepEqual(await state.changed(), [], "a read changed a row");
  }

  it("covers every path of the document and of the router", () => {
    const { paths } = openApiDocument(operations) as { readonly paths: Readonly<Record<string, object>> };
    const known = new Set([FORWARD_AUTH, ...pages(), ...operations.map(({ path }) => path)]);
    assert.deepEqual(
      Object.keys(paths).filter((path) => !known.has(path.replace("{guide}", "*"))),
      [],
    );
  });

  it("returns the same pages to everybody", async () => {
    for (const page of pages()) {
      const { status } = await instance.client().get(page);
      await forEachCell(async (_actor, client, cell) => {
        assert.equal((await client.get(page)).status, status, `${page}: ${cell}`);
      });
    }
  });

  for (const permission of [null, "members:read", "members:write", "organization:delete"]) {
    it(`passes requests ${permission === null ? "of active credentials" : `with ${permission}`}, and no session`, async () => {
      const { catalogue } = instance.deps;
      await forEachCell(async (actor, client, cell) => {
        const query = permission === null ? "" : `?permission=${permission}`;
        const { status, body } = await client.get(FORWARD_AUTH + query);
        const wanted = forwardAuthOf(
          actor,
          permission,
          catalogue.permissionsOf("owner"),
          catalogue.permissionsOf("admin"),
        );
        assert.deepEqual([status, status === 200 ? "ok" : body?.code], wanted, cell);
      });
    });
  }

  it("accepts active tokens and keys at /mcp, in either header, and nothing else", async () => {
    await forEachCell(async (actor, client, cell) => {
      const answer = await speak(instance, client.headers, ["tools/list"]);
      assert.equal(codeOf(answer), mcpOf(actor), cell);
    });
  });

  it("refuses every request that another site makes a signed-in browser send", async () => {
    const owner = cast.actors.find(({ name }) => name === "instance admin")?.presented["Cookie"];
    for (const { operationId, path, method, credentials } of operations) {
      const takesCookie = credentials.some((credential) => /^(session|instance-admin)$/.test(credential));
      if (method === "get" || !takesCookie) continue;
      const address = path.replaceAll(/\{\w+\}/g, cast.organization.id);
      for (const site of ["cross-site", "same-site", "none"]) {
        const client = new Client(instance.url, { ...owner, "Sec-Fetch-Site": site });
        const { status, body } = await client.send(method.toUpperCase(), address, {});
        assert.deepEqual([status, body?.code], [403, "cross_site_request"], `${operationId}, ${site}`);
      }
    }
    assert.deepEqual(await state.changed(), []);
  });

  it("refuses two credentials at once wherever one is accepted, and ignores a session beside one", async () => {
    const actor = (name: string): MatrixActor => cast.actors.find((one) => one.name === name) ?? assert.fail(name);
    const token = actor("viewer's token").presented;
    const both = { ...token["Authorization"], ...token["X-API-Key"] };
    const owner = actor("owner").presented["Cookie"];
    for (const { operationId, path, method, credentials, bodyType } of operations) {
      if (credentials.includes("public")) continue;
      const address = path.replaceAll(/\{\w+\}/g, cast.organization.id);
      const ask = (headers: Readonly<Record<string, string>>) => {
        const client = new Client(instance.url, { ...owner, ...headers });
        return bodyType === "form" ? client.sendForm(address, {}) : client.send(method.toUpperCase(), address);
      };
      const twice = await ask(both);
      assert.deepEqual([twice.status, twice.body?.code], [400, "credentials_multiple"], operationId);
      if (credentials.includes("pat")) continue;
      const beside = await ask(token["Authorization"] ?? {});
      assert.ok(/^(session|service_key|management_key)_required$/.test(beside.body?.code), operationId);
    }
    assert.deepEqual(await state.changed(), []);
  });
});

function isForServer({ kind }: MatrixActor): boolean {
  return kind === "service_key" || kind === "management_key";
}

/** The response to a proxy that asks about this actor. */
function forwardAuthOf(
  actor: MatrixActor,
  permission: string | null,
  owners: readonly string[],
  admins: readonly string[],
): readonly [number, ErrorCode | "ok"] {
  if (actor.kind === "anonymous" || actor.kind === "session") return [401, "credentials_missing"];
  if (isForServer(actor) || actor.kind === "page_token") return [401, "token_unknown"];
  if (actor.isSuspended) return [401, "user_suspended"];
  // A credential of another organization passes with its permissions there: the proxy asks about the credential alone.
  const held = actor.permissions ?? (actor.kind === "pat" ? owners : admins);
  return permission === null || held.includes(permission) ? [200, "ok"] : [403, "permission_denied"];
}

/** The response to an AI client of this actor. server/test/mcp/ covers the tools. */
function mcpOf(actor: MatrixActor): ErrorCode | "ok" {
  if (actor.kind === "anonymous" || actor.kind === "session") return "credentials_missing";
  if (isForServer(actor) || actor.kind === "page_token") return "personal_credential_required";
  return actor.isSuspended ? "user_suspended" : "ok";
}
