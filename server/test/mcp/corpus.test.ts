// Wrong input to `/mcp`, by the thousand: none gets a server error, none that is refused changes a row,
// and no response to it has a secret.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type DatabaseState, openDatabaseState } from "../support/database-state.ts";
import { startInstance, type TestInstance } from "../support/instance.ts";
import { Seed } from "../support/seed.ts";
import { generator, HOSTILE_TEXT, HOSTILE_VALUE } from "../support/wrong-input.ts";
import { bearer, ERAS, type Headers, messageOf, speak } from "./speak.ts";

const REQUESTS = 800;
const METHODS = [
  "tools/call",
  "tools/list",
  "initialize",
  "server/discover",
  "subscriptions/listen",
  "resources/read",
  "prompts/get",
  "completion/complete",
  "logging/setLevel",
  "notifications/cancelled",
  "__proto__",
];
const FIELDS = [
  "token",
  "email",
  "role",
  "invitation",
  "limit",
  "cursor",
  "query",
  "actor",
  "actions",
  "from",
  "days",
  "__proto__",
];

describe("a corpus of wrong messages", () => {
  let instance: TestInstance;
  let state: DatabaseState;
  let credentials: readonly Headers[];
  let secrets: readonly string[];
  let tools: readonly string[];
  before(async () => {
    instance = await startInstance();
    const seed = new Seed(instance);
    const owner = await seed.person();
    const organization = await seed.organization(owner);
    const token = await seed.token(owner, organization);
    const reading = await seed.token(owner, organization, { permissions: ["members:read"] });
    const key = await seed.apiKey(organization, owner);
    secrets = [token.secret, reading.secret, key.secret];
    credentials = [bearer(token), bearer(reading), { "X-API-Key": key.secret }];
    const { result } = await speak(instance, bearer(token), ["tools/list"]);
    tools = result.tools.map(({ name }: { name: string }) => name);
    for (const credential of credentials) await speak(instance, credential, ["tools/list"]);
    await instance.uses.flush();
    state = await openDatabaseState(instance);
  });
  after(async () => {
    await state.close();
    await instance.close();
  });

  it("neither fails the server nor changes a row", async () => {
    const random = generator(20_261_127);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    const text = (): string => pick([...HOSTILE_TEXT, ...secrets]);
    const value = (): unknown => (random() < 0.5 ? text() : pick(HOSTILE_VALUE));
    const fields = (): Record<string, unknown> =>
      Object.fromEntries(FIELDS.flatMap((field) => (random() < 0.25 ? [[field, value()]] : [])));
    const message = (): { readonly headers: Headers; readonly body: string } => {
      const isCall = random() < 0.6;
      const params = isCall
        ? { name: random() < 0.8 ? pick(tools) : text(), arguments: random() < 0.9 ? fields() : value() }
        : fields();
      const made = messageOf(pick(ERAS), isCall ? "tools/call" : pick(METHODS), params);
      const roll = random();
      if (roll < 0.05)
        return {
          ...made,
          body: pick(["{", "null", "[]", '"x"', "{}", "[1,2]", `${"[".repeat(30_000)}${"]".repeat(30_000)}`]),
        };
      if (roll < 0.15)
        return { ...made, body: made.body.replace(/"id":1/, `"id":${JSON.stringify(pick(HOSTILE_VALUE)) ?? "null"}`) };
      if (roll < 0.2) return { ...made, body: made.body.replace(/"jsonrpc":"2.0"/, '"jsonrpc":1') };
      if (roll < 0.3)
        return {
          headers: { ...made.headers, "MCP-Protocol-Version": pick(["", "1999-01-01", "2025-06-18", "x"]) },
          body: made.body,
        };
      if (roll < 0.35) return { ...made, body: made.body.replace(/"_meta":\{.*?\}/, '"_meta":7') };
      return made;
    };
    const seen = new Map<number, number>();
    for (let index = 0; index < REQUESTS; index++) {
      const { headers, body } = message();
      const printable = Object.fromEntries(
        Object.entries(headers).filter(([, header]) => /^[\t\x20-\x7e]*$/.test(header)),
      );
      const leaving = new AbortController();
      const response = await fetch(`${instance.url}/mcp`, {
        method: "POST",
        headers: { ...printable, ...pick(credentials) },
        body,
        signal: leaving.signal,
      });
      seen.set(response.status, (seen.get(response.status) ?? 0) + 1);
      const isListening = /subscriptions\/listen/.test(body) && response.status === 200;
      const answer = isListening ? "" : await response.text();
      if (isListening) leaving.abort();
      const described = `${JSON.stringify(headers)}\n${body.slice(0, 600)}\n→ ${response.status} ${answer.slice(0, 400)}`;
      assert.ok(response.status < 500 && !answer.includes("internal_error"), described);
      for (const secret of secrets) assert.ok(!answer.includes(secret), described);
      // A call that was served is recorded; nothing else may be.
      if (!answer.includes('"structuredContent"')) assert.deepEqual(await state.changed(), [], described);
      await state.restore();
    }
    assert.ok((seen.get(200) ?? 0) > 100 && (seen.get(400) ?? 0) > 100, JSON.stringify([...seen]));
  });
});
