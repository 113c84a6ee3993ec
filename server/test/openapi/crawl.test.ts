// Every operation, called by every kind of caller and with broken input. The OpenAPI document declares each answer: its status,
// content type, headers and body, and the code of a refusal.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { openApiDocument } from "../../src/http/openapi/document.ts";
import type { Operation } from "../../src/http/operation.ts";
import { operations } from "../../src/http/operations.ts";
import { type Cast, castActors, type MatrixActor } from "../authorization/actors.ts";
import { bodyOf, hasTarget, pathOf } from "../authorization/examples.ts";
import { Targets } from "../authorization/targets.ts";
import { ERAS, messageOf } from "../mcp/speak.ts";
import { type DatabaseState, openDatabaseState } from "../support/database-state.ts";
import { startInstance, type TestInstance } from "../support/instance.ts";
import { HOSTILE_VALUE } from "../support/wrong-input.ts";
import { type Answer, Description } from "./described.ts";

type Sent = Readonly<Record<string, string>>;

describe("the OpenAPI document declares every answer", () => {
  let instance: TestInstance;
  let cast: Cast;
  let targets: Targets;
  let state: DatabaseState;
  const description = new Description(openApiDocument(operations));

  before(async () => {
    instance = await startInstance({ env: { MINTMARK_SIGN_UP: "open" } });
    await instance.deps.store.transaction((tx) => tx.markSetUp(instance.deps.clock()));
    cast = await castActors(instance);
    targets = await Targets.place(cast);
    state = await openDatabaseState(instance);
  });
  after(async () => {
    await state.close();
    await instance.close();
  });

  async function answerTo(method: string, path: string, headers: Sent = {}, body?: string): Promise<Answer> {
    const response = await fetch(instance.url + path, {
      method: method.toUpperCase(),
      redirect: "manual",
      headers,
      ...(body === undefined ? {} : { body }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  const actor = (name: string): MatrixActor => cast.actors.find((one) => one.name === name) ?? assert.fail(name);
  const headersOf = ({ presented }: MatrixActor): Sent => Object.values(presented)[0] ?? {};

  interface Wanted {
    readonly path: string;
    readonly headers: Sent;
    readonly body: string | undefined;
  }

  /** A request of the actor that the operation would accept. */
  function requestOf(operation: Operation, by: MatrixActor, target: "own" | "foreign" = "own"): Wanted {
    const scene = { cast, targets, actor: by, operation };
    const body = bodyOf(scene);
    const form = operation.bodyType === "form";
    const type = form ? "application/x-www-form-urlencoded" : "application/json";
    return {
      path: pathOf(scene, target),
      headers: { ...headersOf(by), ...(body === undefined ? {} : { "Content-Type": type }) },
      body:
        body === undefined
          ? undefined
          : form
            ? new URLSearchParams(body as Record<string, string>).toString()
            : JSON.stringify(body),
    };
  }

  /** Somebody who may call the operation. */
  function allowed({ credentials }: Operation): MatrixActor {
    if (credentials.includes("public")) return actor("anonymous");
    if (credentials.includes("session")) return actor("owner");
    if (credentials.includes("instance-admin")) return actor("instance admin");
    return credentials.includes("service") ? actor("service key") : actor("owner's token");
  }

  /** The request with one thing broken, for everything that can be. */
  function broken(operation: Operation): readonly (readonly [string, Wanted])[] {
    const by = allowed(operation);
    const { path, headers, body } = requestOf(operation, by);
    const token = headersOf(actor("viewer's token"));
    const query = path.includes("?") ? "&" : "?";
    const withHeaders = (more: Sent): Wanted => ({ path, headers: { ...headers, ...more }, body });
    const cases: [string, Wanted][] = [
      ["an unknown parameter", { path: `${path}${query}no-such=1`, headers, body }],
      ["a parameter twice", { path: `${path}${query}limit=1&limit=2`, headers, body }],
      ["a wrong limit", { path: `${path}${query}limit=x`, headers, body }],
      ["a wrong cursor", { path: `${path}${query}cursor=x`, headers, body }],
      ["a token in the address", { path: `${path}${query}token=mm_pat_${"0".repeat(48)}`, headers, body }],
      ["a wrong id", { path: operation.path.replaceAll(/\{\w+\}/g, "%00"), headers, body }],
      ["two credentials", withHeaders({ ...token, "X-API-Key": "x" })],
      ["an empty credential", withHeaders({ Authorization: "Bearer" })],
      ["another scheme", withHeaders({ Authorization: "Basic eDp5" })],
      ["no token", withHeaders({ Authorization: "Bearer abc" })],
      ["an ended session", withHeaders({ Cookie: `mintmark_session=${"0".repeat(64)}` })],
      ["another site", withHeaders({ "Sec-Fetch-Site": "cross-site" })],
      ["a condition", withHeaders({ "If-Match": '"x"' })],
    ];
    if (operation.method === "get") return cases;
    const bodies: readonly (readonly [string, string])[] = [
      ["no JSON", "{"],
      ["a batch", "[]"],
      ["an unknown field", JSON.stringify({ ...JSON.parse(isJson(body) ? body : "{}"), "no-such": 1 })],
      ["an immutable field", JSON.stringify({ expiresAt: null, permissions: [] })],
      ["a large body", JSON.stringify({ name: "x".repeat(70_000) })],
      ["a NUL character", '{"name":"a\\u0000"}'],
      ...HOSTILE_VALUE.map((value, index) => [`hostile values ${index}`, hostile(operation, value)] as const),
    ];
    cases.push(...bodies.map(([name, text]): [string, Wanted] => [name, { path, headers, body: text }]));
    cases.push(["another type", { path, headers: { ...headers, "Content-Type": "text/plain" }, body: body ?? "x" }]);
    return cases;
  }

  function hostile({ body, bodyType }: Operation, value: unknown): string {
    const fields = Object.keys((body as { readonly shape?: object } | undefined)?.shape ?? {});
    if (bodyType === "form")
      return new URLSearchParams(fields.map((field) => [field, JSON.stringify(value)])).toString();
    return JSON.stringify(Object.fromEntries(fields.map((field) => [field, value])));
  }

  for (const operation of operations) {
    const { operationId, path, method } = operation;
    it(operationId, async () => {
      const judge = async (label: string, wanted: Wanted): Promise<void> => {
        try {
          const answer = await answerTo(method, wanted.path, wanted.headers, wanted.body);
          description.assertDeclares(path, method, answer, label);
        } finally {
          await state.restore();
        }
      };
      for (const by of cast.actors) {
        await judge(by.name, requestOf(operation, by));
        if (hasTarget(operation)) await judge(`${by.name}, foreign target`, requestOf(operation, by, "foreign"));
      }
      for (const [label, wanted] of broken(operation)) await judge(label, wanted);
      const isAccepted = description.seen.has(`${operationId} ${operation.status}`);
      assert.equal(
        isAccepted,
        !NEVER_ACCEPTED.has(operationId),
        `${operationId} was ${isAccepted ? "" : "never "}accepted`,
      );
    });
  }

  it("of MCP, in both revisions", async () => {
    const messages = [
      "initialize",
      "server/discover",
      "tools/list",
      "tools/call",
      "prompts/list",
      "notifications/initialized",
      "ping",
      "no/such",
    ];
    for (const by of cast.actors) {
      for (const era of ERAS) {
        for (const method of messages) {
          const { headers, body } = messageOf(era, method, method === "tools/call" ? { name: "whoami" } : {});
          const notification = JSON.parse(body) as Record<string, unknown>;
          if (method.startsWith("notifications/")) delete notification["id"];
          const answer = await answerTo("post", "/mcp", { ...headers, ...headersOf(by) }, JSON.stringify(notification));
          description.assertDeclares("/mcp", "post", answer, `${by.name} ${era} ${method}`);
        }
      }
    }
    const own = headersOf(actor("owner's token"));
    const { headers, body } = messageOf("2026", "tools/list");
    const listen = messageOf("2026", "subscriptions/listen", { notifications: { toolsListChanged: true } });
    const cases: readonly (readonly [string, Sent, string, string?])[] = [
      ["no JSON", {}, "{"],
      ["a batch", {}, "[]"],
      ["an empty message", {}, "{}"],
      ["a NUL character", {}, '{"jsonrpc":"2.0","id":1,"method":"a\\u0000"}'],
      ["a large body", {}, body.padEnd(70_000)],
      ["another type", { "Content-Type": "text/plain" }, body],
      ["two credentials", { "X-API-Key": "x" }, body],
      ["another scheme", { Authorization: "Basic eDp5" }, body],
      ["another site", { Origin: "https://evil.example" }, body],
      ["an unknown revision", { "MCP-Protocol-Version": "1999-01-01" }, body],
      ["no stream", { ...listen.headers, Accept: "application/json" }, listen.body],
      ["a token in the address", {}, body, `?token=mm_pat_${"0".repeat(48)}`],
    ];
    for (const [label, more, text, query = ""] of cases) {
      const answer = await answerTo("post", `/mcp${query}`, { ...headers, ...own, ...more }, text);
      description.assertDeclares("/mcp", "post", answer, label);
    }
  });

  it("of forward-auth", async () => {
    for (const query of ["", "?permission=members:read", "?permission=no:such", "?x=1", "?read=a&write=b", "?read=a"]) {
      for (const by of cast.actors) {
        const answer = await answerTo("get", `/forward-auth${query}`, headersOf(by));
        description.assertDeclares("/forward-auth", "get", answer, `${by.name} ${query}`);
      }
      for (const more of [{ "X-Mintmark-Role": "owner" }, { Authorization: "Bearer" }, { Authorization: "Basic eDp5" }])
        description.assertDeclares(
          "/forward-auth",
          "get",
          await answerTo("get", `/forward-auth${query}`, more),
          JSON.stringify(more),
        );
    }
  });

  it("of the pages", async () => {
    const guides = ["/docs/concepts", "/docs/concepts.md", "/docs/concepts/", "/docs/no-such", "/docs/security"];
    const described = description.operations.filter(
      ({ operationId }) => !operations.some((one) => one.operationId === operationId),
    );
    for (const { path, method } of described.filter(({ path: one }) => !["/mcp", "/forward-auth"].includes(one))) {
      for (const address of path.includes("{") ? guides : [path]) {
        for (const headers of [
          {},
          { "If-None-Match": "*" },
          { "If-Match": '"x"' },
          { "Accept-Encoding": "identity" },
          { "Accept-Encoding": "*;q=0" },
          { "X-Forwarded-For": "203.0.113.7" },
        ])
          description.assertDeclares(path, method, await answerTo(method, address, headers), JSON.stringify(headers));
      }
    }
  });
});

function isJson(text: string | undefined): text is string {
  return text?.startsWith("{") === true;
}

/** Operations that the instance of this test never accepts. journeys.test.ts compares their responses. */
const NEVER_ACCEPTED: ReadonlySet<string> = new Set([
  "setUp",
  "resetPassword",
  "forgotPassword",
  "requestEmailVerification",
  "sendTestEmail",
  "joinOrganization",
  "readCalendar",
  "issueToken",
  "approveDevice",
  "denyDevice",
]);
