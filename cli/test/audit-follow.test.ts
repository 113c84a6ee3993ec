// `mintmark audit tail --follow` as a process, behind a proxy that fails on demand.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { createInterface, type Interface } from "node:readline";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createWorld, startSurroundings, type Surroundings, type World } from "./world.ts";

const BIN = fileURLToPath(new URL("../bin/mintmark.mjs", import.meta.url));

let surroundings: Surroundings;
let world: World;
let proxy: Server;
let isBusy = false;
/** Fulfilled with the second request that is refused while the proxy is busy. */
const refusedTwice = Promise.withResolvers<void>();
let refusals = 0;
before(async () => {
  surroundings = await startSurroundings();
  world = await createWorld(surroundings);
  proxy = createServer((incoming, outgoing) => {
    if (isBusy) {
      if (++refusals === 2) refusedTwice.resolve();
      outgoing.writeHead(503, { "Retry-After": "1" }).end("<h1>Back in a moment</h1>");
      return;
    }
    const { method, url, headers } = incoming;
    const onward = request(surroundings.instance.url + url, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
});
after(async () => {
  proxy.closeAllConnections();
  proxy.close();
  await world.remove();
  await surroundings.close();
});

interface Following {
  readonly child: ChildProcess;
  readonly lines: AsyncIterator<string>;
  readonly errors: Promise<string>;
  readonly exited: Promise<number | null>;
}

function follow(token: string): Following {
  const child = spawn(
    process.execPath,
    [BIN, "audit", "tail", "-f", "--interval", "1", "-n", "1", "--action", "organization.renamed", "--json"],
    {
      env: {
        ...world.environment,
        MINTMARK_TOKEN: world.variables[token],
        MINTMARK_URL: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const reader: Interface = createInterface({ input: child.stdout });
  const exited = once(child, "close").then(([code]) => code as number | null);
  return { child, lines: reader[Symbol.asyncIterator](), errors: text(child.stderr), exited };
}

async function rename(name: string): Promise<void> {
  const { stderr, exitCode } = await world.sh(
    `MINTMARK_TOKEN=$TOKEN mintmark api PATCH '/api/organizations/{org}' -f 'name=${name}' > /dev/null`,
  );
  assert.deepEqual([stderr, exitCode], ["", 0]);
}

async function nameIn({ lines }: Following): Promise<unknown> {
  const { value } = (await lines.next()) as { value: string };
  return (JSON.parse(value) as { target: { name: unknown } }).target.name;
}

test("--follow prints each event once, also through an outage, and exits with 4 when the token is revoked", async () => {
  await rename("First");
  await rename("Second");
  const following = follow("ENDING");
  assert.equal(await nameIn(following), "Second");
  await rename("Third");
  assert.equal(await nameIn(following), "Third");
  isBusy = true;
  await rename("Fourth");
  await rename("Fifth");
  await refusedTwice.promise;
  isBusy = false;
  assert.equal(await nameIn(following), "Fourth");
  assert.equal(await nameIn(following), "Fifth");
  await world.sh("MINTMARK_TOKEN=$ENDING mintmark tokens revoke current --yes");
  assert.equal(await following.exited, 4);
  assert.equal((await following.lines.next()).done, true);
  const [ending, outage, failure, ...rest] = (await following.errors).trim().split("\n");
  assert.match(ending ?? "", /"token_expires_soon"/);
  assert.match(outage ?? "", /"warning".*still trying/);
  assert.match(failure ?? "", /"token_revoked"/);
  assert.deepEqual(rest, []);
});

test("Ctrl-C ends --follow with 130 and without a message", async () => {
  await rename("Last");
  const following = follow("TOKEN");
  assert.equal(await nameIn(following), "Last");
  following.child.kill("SIGINT");
  assert.equal(await following.exited, 130);
  assert.equal(await following.errors, "");
});
