// Wrong input, by the thousand: no request of a generated corpus gets a server error, and no
// refused request changes a row. The generator is seeded, so a failure can be repeated.
import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { after, before, describe, it } from "node:test";
import type { z } from "@hono/zod-openapi";
import type { Operation } from "../../src/http/operation.ts";
import { operations } from "../../src/http/operations.ts";
import { type DatabaseState, openDatabaseState } from "../support/database-state.ts";
import { startInstance, type TestInstance } from "../support/instance.ts";
import { Seed } from "../support/seed.ts";
import { generator, HOSTILE_TEXT, HOSTILE_VALUE } from "../support/wrong-input.ts";

const REQUESTS = 12_000;
const BATCHES = 8;

describe("a corpus of wrong input", () => {
  let instance: TestInstance;
  let state: DatabaseState;
  let credentials: readonly Readonly<Record<string, string>>[];
  let ids: readonly string[];
  let secrets: readonly string[];

  before(async () => {
    instance = await startInstance({ env: { MINTMARK_SIGN_UP: "open" } });
    const seed = new Seed(instance);
    const owner = await seed.person("Owner", { instanceAdmin: true });
    const member = await seed.person("Member");
    const organization = await seed.organization(owner);
    const membershipId = await seed.member(organization, member, "member");
    const token = await seed.token(owner, organization);
    const memberToken = await seed.token(member, organization, { permissions: ["members:read"] });
    const key = await seed.apiKey(organization, owner);
    const service = await seed.service(owner);
    credentials = [
      {},
      (await seed.session(owner, organization)).headers,
      (await seed.session(member, organization)).headers,
      token.client.headers,
      memberToken.client.headers,
      key.client.headers,
      service.client.headers,
    ];
    secrets = [token.secret, memberToken.secret, key.secret, service.secret];
    ids = [organization.id, membershipId, token.id, memberToken.id, key.id, owner.id, member.id, "current"];
    // The first uses are written now, so that later ones only count.
    for (const headers of credentials) await fetch(`${instance.url}/api/whoami`, { headers });
    await instance.uses.flush();
    state = await openDatabaseState(instance);
  });
  after(async () => {
    await state.close();
    await instance.close();
  });

  interface Wrong {
    readonly method: string;
    readonly path: string;
    readonly headers: Record<string, string | string[]>;
    readonly body: Buffer | null;
  }

  function send({ method, path, headers, body }: Wrong): Promise<{ readonly status: number; readonly text: string }> {
    const { port } = new URL(instance.url);
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest(
        { host: "127.0.0.1", port, method, path, headers, setHost: !("Host" in headers) },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("end", () =>
            resolve({ status: response.statusCode as number, text: Buffer.concat(chunks).toString() }),
          );
        },
      );
      outgoing.on("error", reject);
      outgoing.end(body ?? undefined);
    });
  }

  function make(random: () => number): Wrong {
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    const text = (): string => pick([...HOSTILE_TEXT, ...ids, ...secrets, Math.floor(random() * 1e9).toString(36)]);
    const value = (): unknown => (random() < 0.5 ? text() : pick(HOSTILE_VALUE));
    const operation: Operation = pick(operations);
    const segment = (): string => {
      const raw = random() < 0.6 ? pick(ids) : text();
      return (
        (random() < 0.9
          ? encodeURIComponent(raw.toWellFormed())
          : raw.replaceAll(/[^\x21-\x7e]/g, "").replaceAll(/[?#]/g, "")
        ).slice(0, 3000) || "x"
      );
    };
    let path = operation.path.replaceAll(/\{\w+\}/g, segment);
    const parameters = [...fieldsOf(operation.query), "limit", "cursor", "x", "token"];
    if (random() < 0.3) path += `?${encodeURIComponent(pick(parameters))}=${encodeURIComponent(text().toWellFormed())}`;
    if (random() < 0.05) path += pick(["?%", "?a=%zz", "?limit=1&limit=2", "?__proto__=1", "//", "/..%2f..", ";x=1"]);
    const headers: Record<string, string | string[]> = { ...pick(credentials) };
    mutateHeaders(headers, random, pick);
    const method =
      random() < 0.95
        ? operation.method.toUpperCase()
        : pick(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "PROPFIND"]);
    if (method === "GET" || method === "HEAD") return { method, path, headers, body: null };
    headers["Content-Type"] ??=
      operation.bodyType === "form" ? "application/x-www-form-urlencoded" : "application/json";
    const body = makeBody(operation, random, pick, value);
    headers["Content-Length"] = String(body.length);
    return { method, path, headers, body };
  }

  function mutateHeaders(
    headers: Record<string, string | string[]>,
    random: () => number,
    pick: <T>(list: readonly T[]) => T,
  ): void {
    const roll = random();
    const secret = pick(secrets);
    if (roll < 0.05) headers["Authorization"] = [`Bearer ${secret}`, `Bearer ${secret}`];
    else if (roll < 0.1) Object.assign(headers, { Authorization: `Bearer ${secret}`, "X-API-Key": secret });
    else if (roll < 0.15)
      headers["Authorization"] = pick([
        "",
        "Bearer",
        "Basic eDp5",
        "bearer  ",
        `Bearer ${secret.slice(0, -1)}`,
        `Bearer ${secret}x`,
        `Bearer ${secret.toUpperCase()}`,
        "Bearer \u00e9",
      ]);
    else if (roll < 0.2)
      headers["Cookie"] = pick([
        "mintmark_session=",
        "mintmark_session=zz",
        `mintmark_session=${"0".repeat(64)}`,
        "=; ;;=",
        "a=b; mintmark_session",
      ]);
    if (random() < 0.1)
      headers["Content-Type"] = pick([
        "text/plain",
        "application/xml",
        "application/json; charset=utf-16",
        "multipart/form-data; boundary=x",
        ";",
      ]);
    if (random() < 0.05) headers["X-Forwarded-For"] = pick(["999.1.1.1", "::::", "a, b", "127.0.0.1"]);
    if (random() < 0.03) headers["Host"] = pick(["", "a b", "exa mple", "evil.example", "[::1", "127.0.0.1:99999"]);
    if (random() < 0.05) headers["User-Agent"] = pick(["x".repeat(9000), "\u00ff\u00fe", "<b>"]);
  }

  function makeBody(
    operation: Operation,
    random: () => number,
    pick: <T>(list: readonly T[]) => T,
    value: () => unknown,
  ): Buffer {
    const roll = random();
    if (roll < 0.05)
      return Buffer.from(
        pick(["{", "[]", "null", '"x"', "{'a':1}", '{"a":1,}', "\ufeff{}", "{}{}", '{"name":"\\ud800"}']),
      );
    if (roll < 0.07) return Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]);
    if (roll < 0.08) return Buffer.from(JSON.stringify({ name: "x".repeat(70_000) }));
    if (roll < 0.09) return Buffer.from(`${"[".repeat(20_000)}${"]".repeat(20_000)}`);
    const body: Record<string, unknown> = {};
    for (const field of fieldsOf(operation.body)) if (random() < 0.8) body[field] = value();
    if (random() < 0.3) body[pick(["x", "__proto__", "constructor", "id", "role", "user_id", "\u0000"])] = value();
    if (operation.bodyType !== "form") return Buffer.from(JSON.stringify(body));
    return Buffer.from(
      new URLSearchParams(
        Object.entries(body).map(([name, field]) => [
          name,
          String(field && typeof field === "object" ? JSON.stringify(field) : field),
        ]),
      ).toString(),
    );
  }

  for (let batch = 0; batch < BATCHES; batch++) {
    it(`neither fails the server nor changes a row (seed ${batch})`, async () => {
      const random = generator(batch * 7919 + 1);
      let refused = 0;
      for (let i = 0; i < REQUESTS / BATCHES; i++) {
        const wrong = make(random);
        const { status, text } = await send(wrong);
        const described = () =>
          `${wrong.method} ${wrong.path}\n${JSON.stringify(wrong.headers)}\n${wrong.body?.toString().slice(0, 500)}\n→ ${status} ${text.slice(0, 500)}`;
        assert.ok(status < 500, described());
        if (status >= 400) {
          refused++;
          assert.deepEqual(await state.changed(), [], `a refused request changed a row: ${described()}`);
          for (const secret of secrets) assert.ok(!text.includes(secret), `a refusal echoes a secret: ${described()}`);
        }
        // A request that succeeded may have ended things that the rest of the corpus needs.
        await state.restore();
      }
      assert.ok(refused > REQUESTS / BATCHES / 2, `only ${refused} were refused`);
    });
  }
});

function fieldsOf(schema: z.ZodType | undefined): readonly string[] {
  return Object.keys((schema as { readonly shape?: Record<string, z.ZodType> } | undefined)?.shape ?? {});
}
