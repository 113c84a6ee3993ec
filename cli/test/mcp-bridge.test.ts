// `mintmark mcp bridge` as AI clients use it: started by the official client library, or by hand with messages on its
// standard input, in front of the real server.
import assert from "node:assert/strict";
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import process from "node:process";
import { text } from "node:stream/consumers";
import { after, before, describe, test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { secretPattern } from "@mintmark/core";
import { Seed } from "../../server/test/support/seed.ts";
import { createWorld, startSurroundings, type Surroundings, type World } from "./world.ts";

const BIN = fileURLToPath(new URL("../bin/mintmark.mjs", import.meta.url));
const REVISION = "2026-07-28";

let surroundings: Surroundings;
let world: World;
before(async () => {
  surroundings = await startSurroundings();
  world = await createWorld(surroundings);
});
after(async () => {
  await world.remove();
  await surroundings.close();
});

const secretOf = (name: string): string => world.variables[name] ?? assert.fail(`there is no ${name}`);

interface Bridged {
  readonly client: Client;
  readonly transport: StdioClientTransport;
  /** The standard error of the bridge so far. */
  readonly log: () => string;
  /** Resolves when the server has notified the client that the tools have changed. */
  readonly changed: Promise<void>;
}

/** The client library, connected through a separate bridge that ends with the test. */
async function connect(
  t: TestContext,
  mode: "legacy" | "modern",
  environment: Record<string, string> = {},
): Promise<Bridged> {
  const env = { ...world.environment, ...environment };
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [BIN, "mcp", "bridge"],
    env,
    stderr: "pipe",
  });
  let log = "";
  transport.stderr?.on("data", (chunk: Buffer) => (log += chunk.toString()));
  const changed = Promise.withResolvers<void>();
  const client = new Client(
    { name: "a client", version: "1.0" },
    {
      versionNegotiation: { mode: mode === "legacy" ? "legacy" : { pin: REVISION } },
      listChanged: { tools: { autoRefresh: false, debounceMs: 0, onChanged: () => changed.resolve() } },
    },
  );
  t.after(() => client.close());
  await client.connect(transport);
  return { client, transport, log: () => log, changed: changed.promise };
}

function textOf(result: unknown): string {
  return JSON.stringify((result as { content?: unknown }).content);
}

for (const mode of ["legacy", "modern"] as const) {
  test(`a client of the ${mode} protocol lists and calls the tools of the token, many in parallel`, async (t) => {
    const { client, log } = await connect(t, mode, { MINTMARK_TOKEN: secretOf("TOKEN") });
    const { tools } = await client.listTools();
    assert.ok(tools.some(({ name }) => name === "whoami"));
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => client.callTool({ name: "whoami", arguments: {} })),
    );
    for (const answer of answers) assert.match(textOf(answer), /Acme/);
    await client.close();
    assert.equal(log(), "");
  });
}

test("after the token was revoked, the next call fails with a message, and a new login repairs the session", async (t) => {
  const { instance } = surroundings;
  const seed = new Seed(instance);
  const person = await seed.person("Ida");
  const [first, second] = [await seed.token(person, person.personal), await seed.token(person, person.personal)];
  const logIn = (secret: string): Promise<unknown> =>
    world.sh(`printf %s ${secret} | env HOME=$HOME/ida mintmark login --with-token`);
  await logIn(first.secret);
  const { client, transport, log } = await connect(t, "legacy", { HOME: `${world.home}/ida` });
  assert.match(textOf(await client.callTool({ name: "whoami", arguments: {} })), /Ida/);
  await first.client.delete("/api/personal-access-tokens/current");
  for (let call = 0; call < 2; call++) {
    await assert.rejects(client.callTool({ name: "whoami", arguments: {} }), (error: Error & { data?: unknown }) => {
      assert.match(error.message, /Not authenticated: the token was revoked: .* mintmark login/);
      assert.equal((error.data as { code?: unknown }).code, "token_revoked");
      return true;
    });
  }
  assert.equal(log().match(/the token was revoked/g)?.length, 1);
  await logIn(second.secret);
  assert.match(textOf(await client.callTool({ name: "whoami", arguments: {} })), /Ida/);
  const commandLine = await readFile(`/proc/${transport.pid}/cmdline`, "utf8").catch(() => "");
  for (const { secret } of [first, second]) assert.equal((commandLine + log()).includes(secret), false);
  await client.close();
});

test("a client is notified that its tools have changed, and that its subscription ended with the token", async (t) => {
  const { instance } = surroundings;
  const seed = new Seed(instance);
  const person = await seed.person("Eve");
  const organization = await seed.organization(person);
  const token = await seed.token(person, organization);
  const { client, changed } = await connect(t, "modern", { MINTMARK_TOKEN: token.secret });
  const names = async (): Promise<string[]> => (await client.listTools()).tools.map(({ name }) => name);
  assert.ok((await names()).includes("revoke_my_token"));
  await instance.deps.store.transaction(async (tx) => {
    const { policy } = (await tx.findOrganization(organization.id)) ?? assert.fail();
    await tx.setPolicy(organization.id, { ...policy, mcp: "read-only" });
  });
  await changed;
  assert.deepEqual(
    (await names()).filter((name) => name.startsWith("revoke")),
    [],
  );
  await token.client.delete("/api/personal-access-tokens/current");
  assert.ok(client.autoOpenedSubscription);
  await client.autoOpenedSubscription.closed;
  await assert.rejects(client.callTool({ name: "whoami", arguments: {} }), /the token was revoked/);
});

test("the server gets the name of the client behind the bridge", async (t) => {
  const { client } = await connect(t, "legacy", { MINTMARK_TOKEN: secretOf("NARROW") });
  await client.callTool({ name: "whoami", arguments: {} });
  await client.close();
  const { instance } = surroundings;
  await instance.uses.flush();
  const { body } = await instance
    .client()
    .withBearer(secretOf("TOKEN"))
    .get(`/api/personal-access-tokens/${secretOf("NARROW_ID")}`);
  assert.match(body.lastUsedUserAgent, /^mintmark-mcp-bridge\/\S+ \(a client\/1\.0\)$/);
});

describe("standard streams", () => {
  /** A bridge with its messages typed by hand. */
  function start(t: TestContext, environment: Record<string, string>): ChildProcessWithoutNullStreams {
    const env = { ...world.environment, ...environment };
    const child = spawn(process.execPath, [BIN, "mcp", "bridge"], { env });
    t.after(() => child.kill("SIGKILL"));
    return child;
  }

  interface Outcome {
    readonly messages: readonly Record<string, unknown>[];
    readonly stderr: string;
    readonly exitCode: number | null;
  }

  async function outcomeOf(child: ChildProcessWithoutNullStreams): Promise<Outcome> {
    const exited = once(child, "close") as Promise<[number | null]>;
    const [stdout, stderr, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
    assert.doesNotMatch(stdout + stderr, secretPattern("[a-z0-9]+"));
    const lines = stdout.split("\n").slice(0, -1);
    return { messages: lines.map((line) => JSON.parse(line) as Record<string, unknown>), stderr, exitCode };
  }

  const request = (id: number | string, method: string, params: object = {}): string =>
    `${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`;
  const idsOf = ({ messages }: Outcome): Set<unknown> => new Set(messages.map(({ id }) => id));

  test("requests sent before the end of standard input get a response, and nothing else is written", async (t) => {
    const child = start(t, { MINTMARK_TOKEN: secretOf("TOKEN") });
    child.stdin.end(`${request(1, "tools/list")}\r\n${request("two", "ping").trimEnd()}`);
    const outcome = await outcomeOf(child);
    assert.deepEqual(idsOf(outcome), new Set([1, "two"]));
    assert.equal(outcome.messages.length, 2);
    assert.ok(outcome.messages.every(({ jsonrpc }) => jsonrpc === "2.0"));
    assert.deepEqual([outcome.stderr, outcome.exitCode], ["", 0]);
  });

  test("a line that is not a message gets an error response, and the next message is read", async (t) => {
    const child = start(t, { MINTMARK_TOKEN: secretOf("TOKEN") });
    child.stdin.end(`{"jsonrpc"\n[]\nnull\n{"id":1}\n${request(5, "tools/list")}${request(6, "tools/list", [1])}`);
    const { messages, exitCode } = await outcomeOf(child);
    const codeOf = ({ error }: Record<string, unknown>): number | string =>
      (error as { code?: number } | undefined)?.code ?? "result";
    assert.deepEqual(messages.slice(0, 4).map(codeOf), [-32_700, -32_600, -32_600, -32_600]);
    assert.deepEqual(
      new Map(messages.slice(4).map((message) => [message["id"], typeof codeOf(message)])),
      new Map([
        [5, "string"],
        [6, "number"],
      ]),
    );
    assert.equal(exitCode, 0);
  });

  test("a message that is too large for the server gets an error response, and the next one works", async (t) => {
    const child = start(t, { MINTMARK_TOKEN: secretOf("TOKEN") });
    const large = "x".repeat(8 * 1024 * 1024);
    child.stdin.end(request(1, "tools/call", { name: "whoami", arguments: { large } }) + request(2, "tools/list"));
    const outcome = await outcomeOf(child);
    assert.deepEqual(idsOf(outcome), new Set([1, 2]));
    const refused = outcome.messages.find(({ id }) => id === 1) as { error: { message: string } };
    assert.match(refused.error.message, /large/);
  });

  test("SIGTERM ends it with 0, also while a subscription is open", async (t) => {
    const child = start(t, { MINTMARK_TOKEN: secretOf("TOKEN") });
    const outcome = outcomeOf(child);
    child.stdin.write(
      request("s", "subscriptions/listen", { notifications: { toolsListChanged: true }, ...envelope() }),
    );
    await once(child.stdout, "data");
    child.kill("SIGTERM");
    assert.deepEqual([(await outcome).exitCode, (await outcome).stderr], [0, ""]);
  });

  test("a client that is notified that its token was revoked ends with exit code 4", async (t) => {
    const child = start(t, { MINTMARK_TOKEN: secretOf("REVOKED") });
    child.stdin.end(request(1, "initialize", { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: {} }));
    const { messages, stderr, exitCode } = await outcomeOf(child);
    assert.match(JSON.stringify(messages), /Not authenticated: the token was revoked/);
    assert.match(stderr, /^mintmark: error: not authenticated\nmintmark: hint: the token was revoked/);
    assert.equal(exitCode, 4);
  });

  function envelope(): object {
    return {
      _meta: {
        "io.modelcontextprotocol/protocolVersion": REVISION,
        "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
        "io.modelcontextprotocol/clientCapabilities": {},
      },
    };
  }
});
