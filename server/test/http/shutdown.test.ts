// The end of a server under load, as a process: a request sent before the signal gets its response, readiness says
// no while requests are still served, and the time of the shutdown is bounded.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { BARE_ENVIRONMENT } from "../../../tests/support/bare-environment.ts";
import { freePort } from "../../../tests/support/free-port.ts";
import { bearer, messageOf } from "../mcp/speak.ts";
import { ENGINES, startInstance, type TestInstance } from "../support/instance.ts";
import { Seed, type SeededCredential } from "../support/seed.ts";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const KEPT = 150;
const NEW = 50;

for (const engine of ENGINES) {
  describe(`the end of a server on ${engine}`, () => {
    let world: TestInstance;
    let token: SeededCredential<string>;
    before(async () => {
      world = await startInstance({ engine });
      const seed = new Seed(world);
      const owner = await seed.person();
      token = await seed.token(owner, owner.personal);
    });
    after(() => world.close());

    /** A process on the same database. */
    async function start(env: Readonly<Record<string, string>> = {}) {
      const port = await freePort();
      const child = spawn(process.execPath, ["--conditions=development", MAIN], {
        env: {
          ...BARE_ENVIRONMENT,
          MINTMARK_DATA: `${world.folder}/mintmark.db`,
          ...(world.databaseUrl === null ? {} : { DATABASE_URL: world.databaseUrl }),
          MINTMARK_PORT: String(port),
          MINTMARK_LOG_LEVEL: "silent",
          ...env,
        },
        stdio: ["ignore", "pipe", "inherit"],
      });
      const exited = once(child, "exit") as Promise<[number | null, string | null]>;
      for await (const chunk of child.stdout) if (String(chunk).includes("is ready at")) break;
      child.stdout.resume();
      return { child, port, exited, url: `http://127.0.0.1:${port}` };
    }

    const request = (path: string): string =>
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token.secret}\r\n\r\n`;

    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      it(`responds to every request sent before ${signal}, on kept and on new connections, also one behind another`, async () => {
        const { child, port, exited } = await start({ MINTMARK_SHUTDOWN_GRACE: "1" });
        const kept = await Promise.all(Array.from({ length: KEPT }, () => openConnection(port)));
        await Promise.all(kept.map((client) => client.ask([request("/forward-auth")])));
        // A process that is busy for a moment: a request that is sent now is in the kernel when the signal comes.
        child.kill("SIGSTOP");
        const fresh = await Promise.all(Array.from({ length: NEW }, () => openConnection(port)));
        const paths = ["/forward-auth", "/api/whoami", "/api/personal-access-tokens", "/healthz"];
        const answers = [...kept, ...fresh].map((client, index) => {
          const path = paths[index % paths.length] as string;
          return client.ask(index % 3 === 0 ? [request(path), request(path)] : [request(path)]);
        });
        child.kill(signal);
        child.kill("SIGCONT");
        const statuses = await Promise.all(answers);
        const lost = statuses.filter((some) => some.length === 0 || some.some((status) => status !== 200));
        assert.equal(lost.length, 0, `${lost.length} of ${answers.length} were lost`);
        assert.deepEqual(await exited, [0, null]);
      });
    }

    it("is not ready at once and serves for the grace period; each response ends its connection, and streams end cleanly", async () => {
      const { child, url, exited } = await start({ MINTMARK_SHUTDOWN_GRACE: "2" });
      const { headers, body } = messageOf("2026", "subscriptions/listen", {
        notifications: { toolsListChanged: true },
      });
      const stream = await fetch(`${url}/mcp`, { method: "POST", headers: { ...headers, ...bearer(token) }, body });
      assert.equal((await fetch(`${url}/readyz`)).status, 200);
      child.kill("SIGTERM");
      let ready = await fetch(`${url}/readyz`);
      while (ready.status === 200) ready = await fetch(`${url}/readyz`);
      assert.equal(ready.status, 503);
      assert.deepEqual(await ready.json(), { status: "not ready", reason: "The instance is shutting down." });
      for (const path of ["/forward-auth", "/api/whoami", "/healthz"]) {
        const served = await fetch(url + path, { headers: bearer(token) });
        assert.deepEqual([served.status, served.headers.get("connection")], [200, "close"], path);
      }
      // The whole stream arrives: one that is cut off would reject.
      assert.equal(typeof (await stream.text()), "string");
      assert.deepEqual(await exited, [0, null]);
    });
  });
}

describe("the end of a server is bounded", () => {
  let world: TestInstance;
  before(async () => {
    world = await startInstance();
  });
  after(() => world.close());

  async function start(): Promise<{ child: ChildProcess; port: number; exited: Promise<unknown[]> }> {
    const port = await freePort();
    const child = spawn(process.execPath, ["--conditions=development", MAIN], {
      env: {
        ...BARE_ENVIRONMENT,
        MINTMARK_DATA: `${world.folder}/mintmark.db`,
        MINTMARK_PORT: String(port),
        MINTMARK_SHUTDOWN_GRACE: "300",
        MINTMARK_LOG_LEVEL: "silent",
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = once(child, "exit");
    for await (const chunk of child.stdout as NodeJS.ReadableStream) if (String(chunk).includes("is ready")) break;
    return { child, port, exited };
  }

  it("Ctrl-C has no grace period, and waits for no connection that never sent anything", async () => {
    const { child, port, exited } = await start();
    const silent = await openConnection(port);
    const began = performance.now();
    child.kill("SIGINT");
    assert.deepEqual(await exited, [0, null]);
    assert.ok(performance.now() - began < 5_000, "silent connections are not waited for");
    silent.socket.destroy();
  });

  it("a second signal ends it at once", async () => {
    const { child, port, exited } = await start();
    child.kill("SIGTERM");
    const url = `http://127.0.0.1:${port}/readyz`;
    while ((await fetch(url)).status !== 503);
    // Repeated until it counts as another: two within half a second are one Ctrl-C.
    while (child.exitCode === null) {
      child.kill("SIGTERM");
      await fetch(url).catch(() => null);
    }
    assert.deepEqual(await exited, [1, null]);
  });
});

interface Connection {
  readonly socket: Socket;
  /** Sends these requests at once, one behind the other, and returns the statuses; none when the connection broke. */
  ask(requests: readonly string[]): Promise<readonly number[]>;
}

async function openConnection(port: number): Promise<Connection> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  let received = "";
  let onChange = (): void => {};
  let isOver = false;
  socket.on("data", (chunk) => {
    received += String(chunk);
    onChange();
  });
  for (const event of ["error", "close"])
    socket.on(event, () => {
      isOver = true;
      onChange();
    });
  return {
    socket,
    ask: (requests) =>
      new Promise((resolve) => {
        received = "";
        onChange = () => {
          const statuses = [...received.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
          if (statuses.length === requests.length) resolve(statuses);
          else if (isOver) resolve([]);
        };
        socket.write(requests.join(""));
      }),
  };
}
