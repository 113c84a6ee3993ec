// The authorization matrix: every route, for every actor, with each of their credentials. The expected response is
// derived from the route's declaration and the catalogue, and a refusal must change nothing. A new route is in the
// matrix at once; one whose declaration does not say who may call it fails.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Operation } from "../../src/http/operation.ts";
import { operations } from "../../src/http/operations.ts";
import { problemOf } from "../../src/wire/problem.ts";
import { notFound } from "../../src/use-cases/use-case.ts";
import { Client, type Reply } from "../support/client.ts";
import { type DatabaseState, openDatabaseState } from "../support/database-state.ts";
import { type Engine, startInstance, type TestInstance } from "../support/instance.ts";
import { type Cast, castActors, type MatrixActor } from "./actors.ts";
import { bodyOf, hasTarget, pathOf } from "./examples.ts";
import { EXCEPTIONS, exceptionFor } from "./exceptions.ts";
import { type Expectation, expectationOf, statusOf, type Target } from "./expectation.ts";
import { Targets } from "./targets.ts";

/** Every cell on SQLite; on PostgreSQL, a part of them: there the responses can differ only by a fault of the store. */
const EVERY: Readonly<Record<Engine, number>> = { sqlite: 1, postgres: 11 };

const NOT_FOUND = JSON.parse(problemOf(notFound(), { requestId: "", credentialSent: false }).body);

for (const engine of ["sqlite", "postgres"] as const) {
  describe(`the authorization matrix on ${engine}`, () => {
    let instance: TestInstance;
    let cast: Cast;
    let targets: Targets;
    let state: DatabaseState;
    let cells = 0;
    const needed = new Set<unknown>();

    before(async () => {
      instance = await startInstance({ engine });
      await instance.deps.store.transaction((tx) => tx.markSetUp(instance.deps.clock()));
      cast = await castActors(instance);
      targets = await Targets.place(cast);
      state = await openDatabaseState(instance);
    });
    after(async () => {
      await state.close();
      await instance.close();
    });

    for (const operation of operations) {
      const { operationId, credentials, permission } = operation;
      const needs = permission === undefined ? "" : ` with ${[permission].flat().join(", ")}`;
      it(`${operationId}: ${credentials.join(", ")}${needs}`, async () => {
        await judge(operation, "own");
        if (hasTarget(operation)) await judge(operation, "foreign");
      });
    }

    async function judge(operation: Operation, target: Target): Promise<void> {
      let everybody: Reply | null = null;
      const lacking = [operation.permission ?? []].flat().map(cast.without);
      if (operation.scope !== undefined) lacking.push(cast.withoutScope(operation.scope));
      for (const actor of [...cast.actors, ...lacking]) {
        const expectation = expectationOf(operation, actor, target);
        needed.add(exceptionFor(operation, actor, target));
        for (const [header, headers] of Object.entries(actor.presented)) {
          const isReference = expectation === "as anonymous" && everybody === null;
          if (!isReference && cells++ % EVERY[engine] !== 0) continue;
          const cell = `${actor.name}, ${header}, ${target} target`;
          try {
            const reply = await send(operation, actor, target, headers);
            everybody ??= reply;
            assertAnswer(operation, expectation, reply, everybody, cell);
            await assertTrace(operation, reply, cell);
          } finally {
            await state.restore();
          }
        }
      }
    }

    async function send(
      operation: Operation,
      actor: MatrixActor,
      target: Target,
      headers: Readonly<Record<string, string>>,
    ): Promise<Reply> {
      const scene = { cast, targets, actor, operation };
      const path = pathOf(scene, target);
      const body = bodyOf(scene);
      const client = new Client(instance.url, headers);
      return operation.bodyType === "form" && body !== undefined
        ? client.sendForm(path, body as Readonly<Record<string, string>>)
        : client.send(operation.method.toUpperCase(), path, body);
    }

    /** A refusal leaves every row as it was. A read may record itself in the audit log. */
    async function assertTrace(operation: Operation, reply: Reply, cell: string): Promise<void> {
      const isRefused = reply.status >= 400;
      if (!isRefused && operation.method !== "get") return;
      const changed = (await state.changed()).filter((table) => isRefused || table !== "audit_events");
      assert.deepEqual(changed, [], `${cell}: ${reply.status} changed rows`);
    }

    it("needs every exception it names", () => {
      for (const exception of EXCEPTIONS)
        assert.ok(needed.has(exception), `${exception.operations.join(", ")}: ${exception.reason}`);
      assert.ok(cells > operations.length * 20);
    });
  });
}

function assertAnswer(
  operation: Operation,
  expectation: Expectation,
  reply: Reply,
  everybody: Reply,
  cell: string,
): void {
  const answered = answerOf(reply);
  if (expectation === "as anonymous") {
    assert.deepEqual(answered, answerOf(everybody), cell);
    return;
  }
  const wanted = [statusOf(operation, expectation), expectation];
  assert.deepEqual(answered, wanted, `${cell}: ${JSON.stringify(reply.body)}`);
  // Things of other people look as if they did not exist.
  if (expectation === "not_found") assert.deepEqual({ ...reply.body, requestId: "" }, NOT_FOUND, cell);
  if (expectation === "permission_denied" && operation.permission !== undefined)
    assert.ok([operation.permission].flat().includes(reply.body.missingPermissions[0]), cell);
}

function answerOf({ status, body }: Reply): readonly [number, string] {
  return [status, status < 400 ? "allowed" : body?.code];
}
