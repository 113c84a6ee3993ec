// The packages as they are published: compiled, without the sources and away from the checkout. The command needs few
// others, and the server serves what the checkout serves: also what is not compiled, the guides and the web app. And the
// image, which is made of them.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { access, chown, cp, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { whyNoRoot } from "../../tests/support/debian-root.ts";
import { freePort } from "../../tests/support/free-port.ts";
import { scratchParent } from "../../tests/support/scratch.ts";
import { buildImage, copyContext, type Image } from "../src/image.ts";
import { doMainJob } from "../src/main-job.ts";
import { type Finished, run, startProgram } from "../src/programs.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const WORKSPACES: Readonly<Record<string, string>> = {
  mintmark: "cli",
  "@mintmark/core": "core",
  "@mintmark/terminal": "terminal",
  "@mintmark/server": "server",
};

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
}

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "mintmark-packages-"));
  // As `npm run build`, without building the web app: the pre-hook of `npm test` has done it, and others are reading it.
  // Types are checked by `npm run types`.
  await succeed(run(join(ROOT, "node_modules", ".bin", "tsc"), ["-b", "--noCheck"]));
  for (const script of ["ship.mjs", "bundle-command.mjs"])
    await succeed(run(process.execPath, [join(ROOT, "scripts", script)]));
});
after(() => rm(folder, { recursive: true, force: true }));

test("the command runs with few packages, and names the package that it lacks", async () => {
  const place = join(folder, "command");
  const installed = await install("mintmark", place);
  assert.ok(installed.size <= 15, [...installed].join(" "));
  const bin = join(place, "node_modules", "mintmark", "bin", "mintmark.mjs");
  assert.match((await succeed(run(process.execPath, [bin, "--version"]))).stdout, /^\d+\.\d+\.\d+/);
  for (const args of [["--help"], ["tokens", "revoke", "--help"], ["mcp", "config", "--list"], ["completion", "bash"]])
    await succeed(run(process.execPath, [bin, ...args]));
  const refused = await run(process.execPath, [bin, "mcp", "bridge", "--host", "http://127.0.0.1:1"]);
  assert.deepEqual([refused.code, refused.stdout], [4, ""], refused.stderr);
  const filtered = await succeed(run(process.execPath, [bin, "version", "--jq", '.version | split(".") | length']));
  assert.equal(filtered.stdout, "3\n");
  const { code, stdout, stderr } = await run(process.execPath, [bin, "serve", "--port", "1"]);
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(stderr, /^mintmark: error: serve is a command of the server.*\n.*npm install @mintmark\/server\n$/);
});

test("the package of the server serves the web app and the guides, also as `mintmark serve`", async (t) => {
  const place = join(folder, "server");
  await install("@mintmark/server", place);
  await install("mintmark", place);
  const bin = join(place, "node_modules", "mintmark", "bin", "mintmark.mjs");
  const ownBin = join(place, "node_modules", "@mintmark", "server", "bin", "mintmark-server.mjs");
  assert.match((await succeed(run(process.execPath, [ownBin, "backup", "--help"]))).stdout, /mintmark-server backup/);

  const port = await freePort();
  const data = { MINTMARK_DATA: join(place, "mintmark.db"), MINTMARK_PORT: String(port) };
  const server = startProgram(process.execPath, [bin, "serve"], data);
  t.after(() => server.kill());
  await server.waitFor(/^Mintmark is ready at /m);
  const textAt = async (path: string): Promise<string> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    assert.equal(response.status, 200, path);
    return response.text();
  };
  assert.match(await textAt("/"), /<div id="root">/);
  assert.match(await textAt("/docs"), /href="\/docs\/concepts"/);
  assert.match(await textAt("/docs/security"), /<h1 id="security">/);
  assert.match(await textAt("/docs/decisions/0004-suspension-pauses"), /<h1 /);
  assert.match(await textAt("/llms-full.txt"), /When revoke returns, it is over/);
  assert.match(await textAt("/docs/api"), /<h1>API reference<\/h1>/);
  assert.equal((await server.end("SIGTERM")).code, 0);
});

describe("the image of deploy/Dockerfile", { skip: (await whyNoRoot()) ?? false }, () => {
  let scratch: string;
  let data: string;
  let image: Image;
  before(async () => {
    scratch = await mkdtemp(join(scratchParent(), "mintmark-image-"));
    data = join(scratch, "data");
    // `npm test` has installed and compiled already. `npm run image` does all of it in the image's own root.
    image = await buildImage(scratch, copyContext, {
      "npm ci --no-audit --no-fund": () => Promise.resolve(),
      "npm run build": copyBuild,
    });
    await mkdir(data);
    await chown(data, 1000, 1000);
  });
  after(() => rm(scratch, { recursive: true, force: true }));

  test("runs as another user on a root file system that is read-only, does the main job, and says whether it is ready", async (t) => {
    assert.equal(image.user, "1000:1000");
    const port = await freePort();
    const env = { MINTMARK_PORT: String(port), MINTMARK_HOST: "127.0.0.1" };
    const healthcheck = () => image.run(data, image.healthcheck, env);
    assert.equal((await healthcheck()).code, 1, "nothing runs yet");
    const server = image.start(data, env);
    t.after(() => server.kill());
    const [, url = "", code = ""] = await server.waitFor(/^ {2}(http:\S+)\/setup#code=(\w+)$/m);
    assert.deepEqual(await healthcheck(), { code: 0, signal: null, stdout: "ready\n", stderr: "" });
    await doMainJob(url, code);
    // The process itself has no right, and its files are where they belong.
    const status = await readFile(`/proc/${server.pid}/status`, "utf8");
    assert.match(status, /^Uid:\t1000\t1000\t1000\t1000$/m);
    assert.match(status, /^CapEff:\t0+$/m);
    assert.match(status, /^NoNewPrivs:\t1$/m);
    const written = await image.run(data, ["sh", "-c", "touch /app/x /usr/x /x; touch /data/y && ls /data"], env);
    assert.equal(written.stderr.match(/Read-only file system/g)?.length, 3, written.stderr);
    assert.match(written.stdout, /^mintmark\.db$/m);
    assert.equal((await server.end("SIGTERM")).code, 0, server.stderr());
    assert.equal((await healthcheck()).code, 1, "nothing runs any more");
  });

  test("holds what the server needs at run time, and nothing else", async () => {
    const { stdout } = await image.run(data, [
      "ls",
      "/app",
      "/app/core",
      "/app/terminal",
      "/app/server",
      "/app/node_modules",
    ]);
    const [own = "", others = ""] = stdout.split("/app/node_modules:\n");
    assert.doesNotMatch(own, /^(?:src|test|e2e|cli|web|bench|docs|tests)$/m);
    assert.match(others, /^hono$/m);
    assert.doesNotMatch(others, /^(?:typescript|playwright-core|oxlint|react)$/m);
  });
});

async function copyBuild(to: string): Promise<void> {
  for (const name of ["core", "terminal", "server"])
    await cp(join(ROOT, name, "dist"), join(to, name, "dist"), { recursive: true });
}

/**
 * Puts a package of this repository into a folder's node_modules, and what it depends on: packed where it is ours, and
 * else as a link into the checkout. Returns the names of all that npm would install, but of one native build.
 */
async function install(name: string, place: string): Promise<ReadonlySet<string>> {
  const installed = new Set<string>();
  const add = async (wanted: string): Promise<void> => {
    if (installed.has(wanted)) return;
    installed.add(wanted);
    const to = join(place, "node_modules", wanted);
    const workspace = WORKSPACES[wanted];
    const source = join(ROOT, workspace ?? join("node_modules", wanted));
    if (!existsSync(to)) {
      if (workspace !== undefined) await pack(source, to);
      else {
        await mkdir(dirname(to), { recursive: true });
        await symlink(source, to);
      }
    }
    const { dependencies = {} } = JSON.parse(await readFile(join(source, "package.json"), "utf8")) as Manifest;
    for (const dependency of Object.keys(dependencies)) await add(dependency);
  };
  await add(name);
  return installed;
}

async function pack(source: string, to: string): Promise<void> {
  const args = ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder, source];
  const { stdout } = await succeed(run("npm", args));
  await mkdir(to, { recursive: true });
  await succeed(run("tar", ["-xzf", join(folder, stdout.trim()), "-C", to, "--strip-components=1"]));
  await assert.rejects(access(join(to, "src")), "sources are not shipped");
}

async function succeed(running: Promise<Finished>): Promise<Finished> {
  const finished = await running;
  assert.equal(finished.code, 0, finished.stdout + finished.stderr);
  return finished;
}
