// The server connects to nothing that is not configured: no telemetry, no check for updates.
import assert from "node:assert/strict";
import dgram from "node:dgram";
import { Socket } from "node:net";
import { it, mock } from "node:test";
import { startInstance, type TestInstance } from "../support/instance.ts";
import { Seed } from "../support/seed.ts";

const MINUTE_MS = 60_000;

it("opens no connection by itself, whatever people and programs do, and in its chores", async (t) => {
  const targets = watchConnections();
  // The chores run once a minute.
  t.mock.timers.enable({ apis: ["setInterval"] });
  let instance: TestInstance | undefined;
  try {
    instance = await startInstance();
    const { port } = new URL(instance.url);
    const seed = new Seed(instance);
    const owner = await seed.person("Ada", { instanceAdmin: true });
    const organization = await seed.organization(owner);
    const token = await seed.token(owner, organization);
    const service = await seed.service(owner);
    const session = await seed.session(owner, organization);
    for (const path of [
      "/",
      "/docs",
      "/docs/api",
      "/openapi.json",
      "/llms.txt",
      "/readyz",
      "/api/instance",
      "/api/session",
    ])
      assert.equal((await session.get(path)).status, 200, path);
    assert.equal((await token.client.get("/api/whoami")).status, 200);
    assert.equal((await service.client.post("/api/verify", { token: token.secret })).body.active, true);
    assert.equal((await token.client.delete("/api/personal-access-tokens/current")).status, 200);
    t.mock.timers.tick(2 * MINUTE_MS);
    await instance.close();
    const others = targets.filter((target) => target !== `127.0.0.1:${port}`);
    assert.ok(targets.length > 0, "the requests of this test are seen");
    assert.deepEqual(others, []);
  } finally {
    mock.restoreAll();
  }
});

/** Notes every address that a socket of this process is connected or sent to. `tls`, `http` and `fetch` end up here. */
function watchConnections(): readonly string[] {
  const targets: string[] = [];
  // oxlint-disable-next-line typescript/unbound-method -- it is called with its socket
  const { connect } = Socket.prototype;
  mock.method(Socket.prototype, "connect", function (this: Socket, ...args: readonly unknown[]) {
    const [options] = args.flat(2) as readonly unknown[];
    const { path, host, port } = options as { readonly path?: string; readonly host?: string; readonly port?: number };
    targets.push(path ?? `${host}:${port}`);
    return Reflect.apply(connect, this, args) as Socket;
  });
  mock.method(dgram.Socket.prototype, "send", () => targets.push("a datagram"));
  return targets;
}
