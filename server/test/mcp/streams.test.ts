// An open stream ends within 100 ms of the end of its token, also if another replica ended it, and notifies of a
// change of the tools meanwhile. Times are measured from the response to the change to the end that the client sees.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { join } from "node:path";
import { after, before, describe, it, type TestContext } from "node:test";
import { DAY_MS, type MembershipId, type TokenPolicy } from "@mintmark/core";
import { freePort } from "../../../tests/support/free-port.ts";
import { loadConfig } from "../../src/config/config.ts";
import { createInstance, type Instance } from "../../src/instance.ts";
import type { Transaction } from "../../src/store/store.ts";
import { Client as Postgres } from "pg";
import { pino } from "pino";
import { ENGINES, startInstance, type TestInstance } from "../support/instance.ts";
import { Client } from "../support/client.ts";
import { type Person, Seed, type SeededCredential, type SeededOrganization } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";
import { bearer, callTool, codeOf, connectClient, ERAS, type Headers, messageOf } from "./speak.ts";

const LIMIT_MS = 100;

interface Listening {
  /** Everything that arrived, once the stream has ended. */
  readonly ended: Promise<{ readonly at: number; readonly text: string }>;
  /** Resolves with the whole text so far, when it contains this. */
  readonly until: (text: string) => Promise<string>;
  readonly leave: () => void;
}

/** Opens a stream by plain fetch and reads it to its end. */
async function listen(instance: Pick<TestInstance, "url">, credential: Headers): Promise<Listening> {
  const { headers, body } = messageOf("2026", "subscriptions/listen", { notifications: { toolsListChanged: true } });
  const leaving = new AbortController();
  const response = await fetch(`${instance.url}/mcp`, {
    method: "POST",
    headers: { ...headers, ...credential },
    body,
    signal: leaving.signal,
  });
  assert.equal(response.status, 200);
  assert.match(response.headers.get("content-type") ?? "", /^text\/event-stream/);
  assert.equal(response.headers.get("x-accel-buffering"), "no");
  let text = "";
  let changed: () => void = () => {};
  const read = async (): Promise<{ at: number; text: string }> => {
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      changed();
    }
    return { at: performance.now(), text };
  };
  const ended = read();
  // A test that leaves the stream need not handle its error.
  ended.catch(() => undefined);
  return {
    ended,
    until: (wanted) =>
      new Promise((resolve, reject) => {
        changed = () => text.includes(wanted) && resolve(text);
        changed();
        void ended.then(() => reject(new Error(`the stream ended without ${wanted}`)), reject);
      }),
    leave: () => leaving.abort(),
  };
}

for (const engine of ENGINES) {
  describe(`an open stream on ${engine}`, () => {
    let instance: TestInstance;
    let replica: Instance & { readonly url: string };
    let seed: Seed;
    before(async () => {
      instance = await startInstance({ engine });
      const port = await freePort();
      const database = instance.databaseUrl === null ? {} : { DATABASE_URL: instance.databaseUrl };
      const config = loadConfig({
        MINTMARK_DATA: join(instance.folder, "mintmark.db"),
        MINTMARK_PORT: String(port),
        MINTMARK_BASE_URL: instance.deps.settings.baseUrl,
        ...database,
      });
      const other = await createInstance(config, { logger: pino({ level: "silent" }) });
      await other.listen();
      replica = { ...other, url: `http://127.0.0.1:${port}` };
      seed = new Seed(instance);
    });
    after(async () => {
      await replica.close();
      await instance.close();
    });

    interface Scene {
      readonly owner: Person;
      readonly person: Person;
      readonly organization: SeededOrganization;
      readonly membershipId: MembershipId;
      readonly token: SeededCredential<string>;
      /** The owner in a browser, on this replica and on the other. */
      readonly admins: readonly [Client, Client];
    }

    async function scene(): Promise<Scene> {
      const owner = await seed.person();
      const person = await seed.person();
      const organization = await seed.organization(owner);
      const membershipId = await seed.member(organization, person, "admin");
      const token = await seed.token(person, organization);
      const admin = await seed.session(owner, organization);
      return {
        owner,
        person,
        organization,
        membershipId,
        token,
        admins: [admin, new Client(replica.url, admin.headers)],
      };
    }

    const write = (work: (tx: Transaction) => Promise<void>): Promise<void> => replica.deps.store.transaction(work);
    async function setPolicy({ organization }: Scene, change: Partial<TokenPolicy>): Promise<void> {
      await write(async (tx) => {
        const record = await tx.findOrganization(organization.id);
        await tx.setPolicy(organization.id, { ...(record?.policy as TokenPolicy), ...change });
      });
    }
    const revoke = (on: 0 | 1) => async (s: Scene) => {
      const { status } = await s.admins[on].delete(
        `/api/organizations/${s.organization.id}/personal-access-tokens/${s.token.id}`,
      );
      assert.equal(status, 200);
    };

    const DEATHS: Readonly<Record<string, readonly [end: (s: Scene) => Promise<void>, next: string]>> = {
      "its revocation": [revoke(0), "token_revoked"],
      "its revocation by another replica": [revoke(1), "token_revoked"],
      "its owner's removal": [
        async (s) =>
          void (await s.admins[1].delete(`/api/organizations/${s.organization.id}/members/${s.membershipId}`)),
        "member_removed",
      ],
      "its owner's suspension in the organization": [
        async (s) =>
          void (await s.admins[0].post(`/api/organizations/${s.organization.id}/members/${s.membershipId}/suspend`)),
        "member_suspended",
      ],
      "its owner's suspension": [
        (s) => write(async (tx) => void (await tx.suspendUser(s.person.id, instance.deps.clock(), s.owner.id))),
        "user_suspended",
      ],
      "the end of its organization": [
        async (s) =>
          void (await s.admins[1].delete(`/api/organizations/${s.organization.id}`, { name: s.organization.name })),
        "organization_deleted",
      ],
      "a policy without MCP": [(s) => setPolicy(s, { mcp: "off" }), "policy_mcp"],
      "a policy that refuses tokens without expiry": [
        (s) => setPolicy(s, { allowNoExpiry: false }),
        "policy_no_expiry",
      ],
      "a policy of other networks": [(s) => setPolicy(s, { networks: ["203.0.113.0/24"] }), "policy_network"],
    };

    for (const [what, [kill, next]] of Object.entries(DEATHS)) {
      it(`ends with ${what}, and the next call says why`, async (t: TestContext) => {
        const rounds = what.includes("revocation") ? 3 : 1;
        const times: number[] = [];
        for (let round = 0; round < rounds; round++) {
          const s = await scene();
          const stream = await listen(instance, bearer(s.token));
          await stream.until("notifications/subscriptions/acknowledged");
          await kill(s);
          const answeredAt = performance.now();
          const { at, text } = await stream.ended;
          times.push(at - answeredAt);
          // It ends as a complete response does, not by a broken connection.
          assert.match(text, /"resultType":"complete"/);
          assert.equal(codeOf(await callTool(instance, bearer(s.token), "whoami")), next);
        }
        t.diagnostic(`${times.map((time) => time.toFixed(1)).join(", ")} ms after the answer`);
        // One of three leaves room for a machine that does other things; none takes long.
        assert.ok(Math.max(...times) < 1000, times.join());
        if (rounds > 1) assert.ok(Math.min(...times) < LIMIT_MS, times.join());
      });
    }

    it("ends when its token expires", async () => {
      const { owner, organization } = await scene();
      const token = await seed.token(owner, organization, { expiresAt: instance.deps.clock() + 5 * DAY_MS });
      const stream = await listen(instance, bearer(token));
      instance.advance(5 * DAY_MS);
      await stream.ended;
      assert.equal(codeOf(await callTool(instance, bearer(token), "whoami")), "token_expired");
    });

    it("stays open while nothing changes, and notifies of a change of the tools, and of nothing else", async () => {
      const s = await scene();
      const other = await scene();
      const stream = await listen(instance, bearer(s.token));
      const bystander = await listen(instance, bearer(other.token));
      const changed = "notifications/tools/list_changed";
      await write((tx) => tx.setMemberRole(s.membershipId, "viewer"));
      await stream.until(changed);
      await setPolicy(s, { mcp: "read-only" });
      const text = await stream.until(`${changed}"`);
      assert.ok(text.includes(changed));
      stream.leave();
      await assert.rejects(stream.ended);
      await revoke(0)(other);
      assert.ok(!(await bystander.ended).text.includes(changed));
    });

    // Nothing holds up a call on SQLite.
    if (engine === "sqlite") return;
    it("is not a call: an accepted call gets its response, even if its token is revoked before", async () => {
      assert.ok(instance.databaseUrl !== null);
      const s = await scene();
      const holding = new Postgres({ connectionString: instance.databaseUrl });
      await holding.connect();
      try {
        await holding.query("begin; lock table invitations in access exclusive mode");
        const stream = await listen(instance, bearer(s.token));
        const calls = Promise.all(ERAS.map((era) => callTool(instance, bearer(s.token), "list_invitations", {}, era)));
        const waiting =
          "select count(*)::int as count from pg_locks where not granted and relation = 'invitations'::regclass";
        while ((await holding.query<{ count: number }>(waiting)).rows[0]?.count !== ERAS.length);
        await revoke(0)(s);
        await stream.ended;
        await holding.query("commit");
        assert.deepEqual((await calls).map(codeOf), ["ok", "ok"]);
      } finally {
        await holding.end();
      }
    });
  });
}

describe("streams", () => {
  const { instance, seed } = withInstance();

  async function openStreams(): Promise<number> {
    const { body } = await instance.client().get("/metrics");
    return Number(/^mintmark_mcp_streams (\d+)$/m.exec(String(body))?.[1] ?? Number.NaN);
  }

  /** Metrics say so when the server has noticed that a client is gone. */
  async function untilOpen(count: number): Promise<void> {
    for (const deadline = performance.now() + 5000; (await openStreams()) !== count;)
      assert.ok(performance.now() < deadline, `${await openStreams()} streams are open, not ${count}`);
  }

  it("notify the library's client of changed tools, end for it, and can be opened again while the token is active", async () => {
    const owner = await seed.person();
    const organization = await seed.organization(owner);
    const token = await seed.token(owner, organization);
    let changes = 0;
    const told = Promise.withResolvers<void>();
    const client = await connectClient(instance, bearer(token), "2026", () => {
      changes++;
      told.resolve();
    });
    assert.equal((await client.listTools()).tools.length, 11);
    await instance.deps.store.transaction(async (tx) => {
      const record = await tx.findOrganization(organization.id);
      await tx.setPolicy(organization.id, { ...(record?.policy as TokenPolicy), mcp: "read-only" });
    });
    await told.promise;
    assert.equal(changes, 1);
    assert.equal((await client.listTools()).tools.length, 7);
    const { autoOpenedSubscription } = client;
    await token.client.delete("/api/personal-access-tokens/current");
    assert.equal(await autoOpenedSubscription?.closed, "graceful");
    await assert.rejects(client.callTool({ name: "whoami" }), /was revoked/);
    await client.close();
    await untilOpen(0);
  });

  it("are counted, forgotten when their client is gone, and bounded for each token", async () => {
    const owner = await seed.person();
    const token = bearer(await seed.token(owner, owner.personal));
    const streams = await Promise.all(Array.from({ length: 64 }, () => listen(instance, token)));
    assert.equal(await openStreams(), 64);
    const { headers, body } = messageOf("2026", "subscriptions/listen", { notifications: { toolsListChanged: true } });
    const refused = await fetch(`${instance.url}/mcp`, { method: "POST", headers: { ...headers, ...token }, body });
    assert.deepEqual([refused.status, ((await refused.json()) as { code: string }).code], [429, "rate_limited"]);
    assert.equal(refused.headers.get("ratelimit"), '"mcp:streams:credential";r=0;t=5');
    const policy = '"mcp:streams:credential";q=64;qu="concurrent-requests"';
    assert.equal(refused.headers.get("ratelimit-policy"), policy);
    assert.equal(codeOf(await callTool(instance, token, "whoami")), "ok");
    for (const { leave, ended } of streams) {
      leave();
      await assert.rejects(ended);
    }
    await untilOpen(0);
    (await listen(instance, token)).leave();
  });

  it("are bounded for each person with all tokens and keys, in all organizations, and refused by name", async () => {
    const { headers, body } = messageOf("2026", "subscriptions/listen", { notifications: { toolsListChanged: true } });
    const listenWith = (credential: Headers): Promise<Response> =>
      fetch(`${instance.url}/mcp`, { method: "POST", headers: { ...headers, ...credential }, body });
    const owner = await seed.person();
    const credentials: Headers[] = [];
    for (let organization = 0; organization < 2; organization++) {
      const founded = await seed.organization(owner);
      credentials.push(bearer(await seed.token(owner, founded)), bearer(await seed.apiKey(founded, owner)));
    }
    const opened = await Promise.all(
      credentials.flatMap((credential) => Array.from({ length: 64 }, () => listenWith(credential))),
    );
    assert.ok(opened.every(({ status }) => status === 200));
    const refused = await listenWith(bearer(await seed.apiKey(await seed.organization(owner), owner)));
    const problem = (await refused.json()) as { code: string; detail: string };
    assert.deepEqual([refused.status, problem.code, refused.headers.get("retry-after")], [429, "rate_limited", "5"]);
    assert.match(problem.detail, /^More than 256 streams .* of one person\./);
    const other = await seed.person();
    const free = await listenWith(bearer(await seed.token(other, other.personal)));
    assert.equal(free.status, 200);
    for (const { body: stream } of [...opened, free]) await stream?.cancel();
    await untilOpen(0);
  });

  it("are bounded also when they are asked for all at once", async () => {
    const owner = await seed.person();
    const token = bearer(await seed.token(owner, owner.personal));
    const { headers, body } = messageOf("2026", "subscriptions/listen", { notifications: { toolsListChanged: true } });
    const request = { method: "POST", headers: { ...headers, ...token }, body };
    const answers = await Promise.all(Array.from({ length: 100 }, () => fetch(`${instance.url}/mcp`, request)));
    assert.equal(answers.filter(({ status }) => status === 429).length, 36);
    assert.equal(await openStreams(), 64);
    for (const { body } of answers) await body?.cancel();
    await untilOpen(0);
  });

  it("are forgotten when their client is gone before the response has begun", async () => {
    const owner = await seed.person();
    const token = bearer(await seed.token(owner, owner.personal));
    const { headers, body } = messageOf("2026", "subscriptions/listen", { notifications: { toolsListChanged: true } });
    const { hostname, port } = new URL(instance.url);
    const head = Object.entries({ Host: hostname, ...headers, ...token, "Content-Length": String(body.length) });
    const request = `POST /mcp HTTP/1.1\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`;
    const leave = (): Promise<void> =>
      new Promise((resolve, reject) => {
        const socket = connect(Number(port), hostname);
        socket.on("error", reject).on("close", () => resolve());
        socket.write(request, () => socket.destroy());
      });
    await Promise.all(Array.from({ length: 64 }, leave));
    // Each request is under way by now; the streams of the accepted ones are counted and closed.
    assert.equal(codeOf(await callTool(instance, token, "whoami")), "ok");
    await untilOpen(0);
  });

  it("do not keep a token from being idle: evaluating them is not a use of it", async () => {
    const owner = await seed.person();
    const organization = await seed.organization(owner);
    const token = await seed.token(owner, organization);
    const useCount = async (): Promise<number> => {
      await instance.uses.flush();
      return (await instance.deps.store.reads.findToken(token.id))?.useCount ?? Number.NaN;
    };
    const stream = await listen(instance, bearer(token));
    const before = await useCount();
    // The stream notifies of a change only after an evaluation.
    await instance.deps.store.transaction(async (tx) => {
      const record = await tx.findOrganization(organization.id);
      await tx.setPolicy(organization.id, { ...(record?.policy as TokenPolicy), mcp: "read-only" });
    });
    await stream.until("notifications/tools/list_changed");
    assert.equal(await useCount(), before);
    stream.leave();
    await assert.rejects(stream.ended);
  });

  it("end at once when the instance stops, which waits for none of them", async () => {
    const closing = await startInstance();
    const there = new Seed(closing);
    const owner = await there.person();
    const stream = await listen(closing, bearer(await there.token(owner, owner.personal)));
    const startedAt = performance.now();
    await Promise.all([closing.close(), stream.ended]);
    assert.ok(performance.now() - startedAt < 3000);
    assert.match((await stream.ended).text, /"resultType":"complete"/);
  });
});
