// The command as a process: signals, what it loads, what Node's own debugging shows of it.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { freePort } from "../../tests/support/free-port.ts";
import { createWorld, startSurroundings, type Surroundings, type World } from "./world.ts";

const BIN = fileURLToPath(new URL("../bin/mintmark.mjs", import.meta.url));

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

async function exitOf(child: ChildProcess): Promise<number | null> {
  const [code] = (await once(child, "close")) as [number | null];
  return code;
}

test("Ctrl-C while the command waits for the server exits with 130 and without a message", async (t) => {
  const arrived = Promise.withResolvers<void>();
  const server = createServer(() => arrived.resolve());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const child = spawn(process.execPath, [BIN, "whoami"], {
    env: {
      ...world.environment,
      MINTMARK_TOKEN: world.variables["TOKEN"],
      MINTMARK_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    },
  });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const exited = exitOf(child);
  await arrived.promise;
  child.kill("SIGINT");
  assert.equal(await exited, 130);
  assert.deepEqual(await output, ["", ""]);
});

test("Ctrl-C ends a filter of --jq that runs for ever", async () => {
  const filter = 'if .action == "member.removed" then until(false; .) else .action end';
  const child = spawn(process.execPath, [BIN, "audit", "tail", "--jq", filter], {
    env: { ...world.environment, MINTMARK_TOKEN: world.variables["TOKEN"] },
  });
  // The first event is printed. At a later one the filter does not end.
  await once(child.stdout, "data");
  child.kill("SIGINT");
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  assert.deepEqual([code, signal], [null, "SIGINT"]);
});

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  test(`serve prints its address, responds, and exits with 0 on ${signal}`, async () => {
    const port = await freePort();
    const child = spawn(process.execPath, [BIN, "serve"], {
      env: {
        ...world.environment,
        MINTMARK_DATA: join(world.home, `${signal}.db`),
        MINTMARK_PORT: String(port),
        MINTMARK_LOG_LEVEL: "silent",
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = exitOf(child);
    let printed = "";
    for await (const chunk of child.stdout) {
      printed += String(chunk);
      if (printed.includes("#code=")) break;
    }
    assert.match(printed, new RegExp(`http://127\\.0\\.0\\.1:${port}`));
    assert.equal((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200);
    child.kill(signal);
    assert.equal(await exited, 0);
  });
}

test("commands load the server, the prompts and the keyring only when they need them", async () => {
  const watch = `
    import { registerHooks } from "node:module";
    registerHooks({ load(url, context, next) { process.stderr.write(url + "\\n"); return next(url, context); } });
    process.argv = [process.argv[0], "mintmark", ...process.argv.slice(1)];
    await import(${JSON.stringify(new URL("../bin/mintmark.mjs", import.meta.url).href)});`;
  for (const args of [["--version"], ["whoami"], ["token", "--help"], ["--help"]]) {
    const child = spawn(process.execPath, ["--input-type=module", "--eval", watch, "--", ...args], {
      env: world.environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [loaded] = await Promise.all([text(child.stderr), text(child.stdout)]);
    assert.match(loaded, /cli\/bin\/mintmark\.mjs/);
    // Only the typed command is loaded.
    if (args[0] === "whoami") assert.doesNotMatch(loaded, /src\/commands\/(?!whoami)/);
    if (args[0] === "--version") assert.doesNotMatch(loaded, /\/src\/|commander/);
    assert.doesNotMatch(
      loaded,
      /\/server\/src\/|node_modules\/(zod|hono|kysely|pg|pino|open|jq-wasm|@clack|@napi-rs|@modelcontextprotocol)\//,
    );
  }
});

test("Node's own debugging of requests shows no secret", async () => {
  // `sh` fails when the output of a command contains one.
  const { stderr } = await world.sh("MINTMARK_TOKEN=$TOKEN NODE_DEBUG=http,net,stream,fetch,undici mintmark whoami");
  assert.match(stderr, /HTTP|NET|STREAM/);
});
