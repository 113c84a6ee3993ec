// The package as it is published: compiled, without the sources and away from the checkout, it serves what the checkout
// serves. What is not compiled, the guides and the web app, must be in it.
import assert from "node:assert/strict";
import { access, mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { freePort } from "../../tests/support/free-port.ts";
import { type Finished, run, startProgram } from "../src/programs.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

test("the package serves the web app, the guides and the command, away from the checkout", async (t) => {
  const folder = await mkdtemp(join(ROOT, "node_modules", ".cache", "package-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  // As `npm run build`, without building the web app: the pre-hook of `npm test` has done it, and others are reading it.
  // Types are checked by `npm run types`.
  await succeed(run(join(ROOT, "node_modules", ".bin", "tsc"), ["-b", "--noCheck"]));
  await succeed(run(process.execPath, [join(ROOT, "scripts", "ship.mjs")]));
  // Dependencies are found further up, in the checkout's node_modules; the packages are not.
  const modules = join(folder, "node_modules");
  for (const name of ["core", "mcp-clients", "terminal"]) await pack(name, folder, join(modules, "@mintmark", name));
  await pack("cli", folder, join(modules, "mintmark"));
  const bin = join(modules, "mintmark", "bin", "mintmark.mjs");
  assert.match((await succeed(run(process.execPath, [bin, "--version"]))).stdout, /^\d+\.\d+\.\d+/);
  assert.match((await succeed(run(process.execPath, [bin, "--help"]))).stdout, /mintmark whoami/);

  await pack("server", folder, join(modules, "@mintmark", "server"));
  for (const name of ["mintmark", "@mintmark/server", "@mintmark/core"])
    await assert.rejects(access(join(modules, name, "src")), "sources are not shipped");

  const port = await freePort();
  const data = { MINTMARK_DATA: join(folder, "mintmark.db"), MINTMARK_PORT: String(port) };
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

async function pack(workspace: string, folder: string, to: string): Promise<void> {
  const args = ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder, join(ROOT, workspace)];
  const { stdout } = await succeed(run("npm", args));
  await mkdir(to, { recursive: true });
  await succeed(run("tar", ["-xzf", join(folder, stdout.trim()), "-C", to, "--strip-components=1"]));
}

async function succeed(running: Promise<Finished>): Promise<Finished> {
  const finished = await running;
  assert.equal(finished.code, 0, finished.stdout + finished.stderr);
  return finished;
}
