// The package as it is published: small, without a dependency, with types that every resolver finds, and able to run
// where there is nothing of Node. And the programs of docs/sdk.md, with the package as their reader installs it.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { createContext, runInContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { rolldown } from "rolldown";
import { writeTypes } from "../../cli/src/commands/types.ts";
import { Seed } from "../../server/test/support/seed.ts";
import { snippets } from "../../tests/repo/markdown.ts";
import { freePort } from "../../tests/support/free-port.ts";
import type * as Sdk from "../src/index.ts";
import { type RealWorld, startRealWorld } from "./support/real-world.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const run = promisify(execFile);
const MOST_BYTES = 12 * 1024;

interface Manifest {
  readonly exports: Readonly<Record<string, { readonly types: string; readonly default: string }>>;
  readonly dependencies?: unknown;
}

let folder: string;
/** The package as an adopter has it. */
let installed: string;
let tarball: string;
let manifest: Manifest;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "mintmark-sdk-package-"));
  const source = join(folder, "source");
  await mkdir(source);
  for (const file of ["package.json", "README.md"]) await cp(join(ROOT, "sdk", file), join(source, file));
  await run(process.execPath, [join(ROOT, "scripts/bundle-sdk.mjs"), join(source, "dist")]);
  const packed = await run("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder], {
    cwd: source,
  });
  tarball = join(folder, packed.stdout.trim());
  installed = join(folder, "shop/node_modules/@mintmark/sdk");
  await mkdir(installed, { recursive: true });
  await run("tar", ["-xzf", tarball, "-C", installed, "--strip-components=1"]);
  manifest = JSON.parse(await readFile(join(installed, "package.json"), "utf8")) as Manifest;
});
after(() => rm(folder, { recursive: true, force: true }));

const textOf = (file: string): Promise<string> => readFile(join(installed, file), "utf8");

/** The modules that an entry consists of. */
async function modulesOf(entry: string, found: Set<string> = new Set([entry])): Promise<ReadonlySet<string>> {
  for (const [, name = ""] of (await textOf(entry)).matchAll(/from\s*"\.\/([\w-]+\.js)"/g)) {
    if (found.has(`dist/${name}`)) continue;
    found.add(`dist/${name}`);
    await modulesOf(`dist/${name}`, found);
  }
  return found;
}

describe("the package @mintmark/sdk", () => {
  it("has no dependency, and imports nothing but its own modules", async () => {
    assert.equal(manifest.dependencies, undefined);
    for (const file of await readdir(join(installed, "dist"))) {
      const imported = [...(await textOf(`dist/${file}`)).matchAll(/(?:from\s*|import\s*\(?\s*)"([^"]+)"/g)].map(
        ([, specifier = ""]) => specifier,
      );
      const foreign = imported.filter((specifier) => !specifier.startsWith("./"));
      // Types of the frameworks and of node:http, which only an adopter of these loads.
      const allowed = file.endsWith(".d.ts") ? ["node:http", "fastify", "hono", "@modelcontextprotocol/server"] : [];
      assert.deepEqual(
        foreign.filter((specifier) => !allowed.includes(specifier)),
        [],
        file,
      );
    }
  });

  it("has a main entry of at most 12 KB, compressed", async () => {
    const modules = await Promise.all([...(await modulesOf("dist/index.js"))].map((file) => textOf(file)));
    const bytes = gzipSync(modules.join("\n"), { level: 9 }).byteLength;
    assert.ok(bytes <= MOST_BYTES, `${bytes} bytes`);
  });

  it("ships no source, no test and no case", async () => {
    const files = await readdir(installed, { recursive: true });
    const others = files.filter((file) => !/^(?:dist(?:\/[\w-]+\.(?:js|d\.ts))?|package\.json|README\.md)$/.test(file));
    assert.deepEqual(others, []);
  });

  it("satisfies publint", async () => {
    const { messages } = await publint({ pkgDir: installed, strict: true, pack: false });
    assert.deepEqual(
      messages.map((message) => formatMessage(message, manifest as never)),
      [],
    );
  });

  it("satisfies are-the-types-wrong for programs that import modules", async () => {
    const { stdout } = await run(process.execPath, [join(ROOT, "sdk/test/support/check-types.mjs"), tarball]);
    const result = JSON.parse(stdout) as {
      readonly hasTypes: boolean;
      readonly problems: readonly { readonly kind: string; readonly resolutionKind?: string }[];
    };
    assert.ok(result.hasTypes);
    // The package has modules only. A program that calls require() loads them, too, from Node 22 on, but its compiler does
    // not know that. And the resolver of Node 10 knows no entries besides the main one.
    const problems = result.problems.filter(
      ({ kind, resolutionKind }) => kind !== "CJSResolvesToESM" && resolutionKind !== "node10",
    );
    assert.deepEqual(problems, []);
  });

  it("runs where there are only the globals of the web", async () => {
    const context = createContext({
      AbortController,
      clearTimeout,
      crypto,
      Headers,
      Request,
      Response,
      setTimeout,
      TextDecoder,
      TextEncoder,
      URL,
    });
    const { createVerifier } = (await evaluate("index.js", context)) as typeof Sdk;
    const verifier = createVerifier({
      url: "https://mintmark.example.com",
      serviceKey: "mm_svc_0000000000000000000000000000000000000000dd7c1036",
      fetch: async () => Response.json({ active: false, code: "token_revoked" }),
    });
    const token = "mm_pat_3f8a1c5b7d9e0f2a4c6b8d0e1f3a5c7b9d0e2f4af6a45d06";
    const verification = await verifier.verify(
      new Request("https://shop.example.com", { headers: { "X-API-Key": token } }),
    );
    assert.ok(!verification.ok);
    assert.equal(verification.toResponse().status, 401);
  });

  it("runs on Node 20, where the machine has it", async () => {
    const old = "/usr/bin/node";
    if (!existsSync(old) || !(await run(old, ["--version"])).stdout.startsWith("v20.")) return;
    const program = join(folder, "shop/program.mjs");
    const entries = Object.keys(manifest.exports).map((entry) => `@mintmark/sdk${entry.slice(1)}`);
    await writeFile(
      program,
      `${entries.map((entry) => `await import(${JSON.stringify(entry)});`).join("\n")}
      const { createVerifier } = await import("@mintmark/sdk");
      const serviceKey = "mm_svc_0000000000000000000000000000000000000000dd7c1036";
      const verifier = createVerifier({ url: "http://127.0.0.1:1", serviceKey });
      const { code, cause } = await verifier.verify("mm_pat_3f8a1c5b7d9e0f2a4c6b8d0e1f3a5c7b9d0e2f4af6a45d06");
      console.log(code, cause);`,
    );
    assert.match((await run(old, [program])).stdout, /^verifier_unavailable the instance cannot be reached: /);
  });
});

describe("the guide of the SDK", () => {
  const guide = snippets(readFileSync(join(ROOT, "docs/sdk.md"), "utf8")).filter(({ language }) => language === "ts");
  let world: RealWorld;
  let shop: string;
  /** The port of each program of the guide. */
  const ports = new Map<string, number>();
  before(async () => {
    world = await startRealWorld();
    shop = join(folder, "shop");
    for (const name of ["express", "fastify", "hono", "@hono", "@modelcontextprotocol", "@types"])
      await symlink(join(ROOT, "node_modules", name), join(shop, "node_modules", name));
    await writeFile(join(shop, "package.json"), JSON.stringify({ type: "module" }));
    for (const { text } of guide) {
      const name = /^\/\/ (\S+)/.exec(text)?.[1] ?? assert.fail(text);
      const port = await freePort();
      if (text.includes("3000")) ports.set(name, port);
      const placed = text
        .replaceAll("https://mintmark.example.com", world.instance.url)
        .replace(/\b3000\b/, String(port));
      await writeFile(join(shop, name), placed);
    }
  });
  after(() => world.close());

  it("has programs that compile, with the types of `mintmark types`, and beside those of the OpenAPI document", async () => {
    const { permissions, roles } = (await (await fetch(`${world.instance.url}/api/instance`)).json()) as {
      permissions: { name: string }[];
      roles: { name: string }[];
    };
    const names = { permissions: permissions.map(({ name }) => name), roles: roles.map(({ name }) => name) };
    await writeFile(join(shop, "mintmark.d.ts"), writeTypes(names));
    await writeFile(
      join(shop, "typed.ts"),
      `import { createVerifier, type Role } from "@mintmark/sdk";
      import { protect } from "@mintmark/sdk/express";
      const { requirePermission } = protect(createVerifier({ url: "", serviceKey: "" }));
      requirePermission("scans:read");
      export const role: Role = "viewer";
      // @ts-expect-error: the catalogue has no such permission
      requirePermission("scans:reed");
      // @ts-expect-error: nor such a role
      export const other: Role = "king";`,
    );
    await cp(join(ROOT, "web/src/api/openapi.generated.ts"), join(shop, "openapi.ts"));
    await cp(join(ROOT, "sdk/test/support/same-types.ts.txt"), join(shop, "same-types.ts"));
    const options = {
      module: "nodenext",
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      types: ["node"],
    };
    const compilerOptions = { ...options, noPropertyAccessFromIndexSignature: true, skipLibCheck: true };
    await writeFile(join(shop, "tsconfig.json"), JSON.stringify({ compilerOptions }));
    const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
    const { stdout } = await run(process.execPath, [compiler, "-p", shop]).catch(
      (error: unknown) => error as { stdout: string },
    );
    assert.equal(stdout, "");
  });

  it("has programs that refuse and serve as it says", async () => {
    const functions = ["verify.ts", "route.ts", "mcp.ts"];
    const port = await freePort();
    await writeFile(
      join(shop, "all.ts"),
      `import { serve } from "@hono/node-server";
      ${[...ports.keys()].map((name) => `import "./${name}";`).join("\n")}
      ${functions.map((name, index) => `import * as module${index} from "./${name}";`).join("\n")}
      const modules = { ${functions.map((name, index) => `"/${name}": module${index}`).join(", ")} };
      serve({ port: ${port}, hostname: "127.0.0.1", fetch: (request) => {
        const module = modules[new URL(request.url).pathname];
        return (module.default ?? module.GET)(request);
      } });`,
    );
    const env = { ...process.env, MINTMARK_SERVICE_KEY: world.serviceKey };
    const child = spawn(process.execPath, [join(shop, "all.ts")], { env, stdio: ["ignore", "ignore", "inherit"] });
    try {
      const addresses: [string, string][] = [...ports].map(([name, at]) => [name, `http://127.0.0.1:${at}/scans`]);
      for (const name of functions) addresses.push([name, `http://127.0.0.1:${port}/${name}`]);
      for (const [name, address] of addresses) {
        const ask = (credential: string): Promise<Response> =>
          retried(() => requestTo(address, world.secrets[credential]?.secret ?? "", name === "mcp.ts"));
        const served = await ask("active");
        assert.equal(served.status, 200, name);
        assert.match(await served.text(), /org_[0-9a-f]{32}/, name);
        for (const [credential, status] of [
          ["revoked", 401],
          ["unknown", 401],
        ] as const)
          assert.equal((await ask(credential)).status, status, name);
      }
    } finally {
      child.kill();
      await once(child, "exit");
    }
  });

  it("has a program that keeps the directory, and one that follows its events", async () => {
    const { secret } = await new Seed(world.instance).managementKey();
    const env = { ...process.env, MINTMARK_MANAGEMENT_KEY: secret };
    const { stdout } = await run(process.execPath, [join(shop, "directory.ts")], { env });
    assert.match(stdout, /^The link works until \S+Z\nTheir tokens are revoked since \S+Z\n$/);
    const child = spawn(process.execPath, [join(shop, "events.ts")], {
      env,
      cwd: shop,
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      let text = "";
      for await (const chunk of child.stdout) {
        text += String(chunk);
        if (text.includes("member.removed")) break;
      }
      assert.match(text, /^user\.created Ada$[^]*^organization\.created Northwind$[^]*^member\.removed/m);
    } finally {
      child.kill();
    }
  });

  it("has a route that takes a signed webhook, and no other", async () => {
    const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
    const before = process.env["MINTMARK_WEBHOOK_SECRET"];
    process.env["MINTMARK_WEBHOOK_SECRET"] = secret;
    try {
      const { POST } = (await import(pathToFileURL(join(shop, "webhook.ts")).href)) as { POST: typeof fetch };
      const body = JSON.stringify({ type: "member.removed", timestamp: new Date().toISOString(), data: {} });
      const timestamp = String(Math.floor(Date.now() / 1000));
      const signature = createHmac("sha256", Buffer.alloc(32, 7)).update(`msg_1.${timestamp}.${body}`).digest("base64");
      const headers = { "webhook-id": "msg_1", "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
      const post = (sent: string): Request =>
        new Request("https://shop.example.com", { method: "POST", headers, body: sent });
      assert.equal((await POST(post(body))).status, 204);
      assert.equal((await POST(post(`${body} `))).status, 400);
    } finally {
      if (before === undefined) delete process.env["MINTMARK_WEBHOOK_SECRET"];
      else process.env["MINTMARK_WEBHOOK_SECRET"] = before;
    }
  });

  it("has a test that passes without a server", async () => {
    const { NODE_TEST_CONTEXT: _ours, ...env } = process.env;
    const { stdout } = await run(process.execPath, [join(shop, "scans.test.ts")], { env });
    assert.match(stdout, /pass 1\b/);
  });
});

function requestTo(address: string, token: string, isMcp: boolean): Promise<Response> {
  const headers = { Authorization: `Bearer ${token}` };
  if (!isMcp) return fetch(address, { headers });
  const params = { name: "organization", arguments: {} };
  return fetch(address, {
    method: "POST",
    headers: { ...headers, "Content-Type": "application/json", Accept: "application/json, text/event-stream" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }),
  });
}

/** Until the program listens. */
async function retried(send: () => Promise<Response>): Promise<Response> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      if (attempt > 200) throw error;
      await delay(25);
    }
  }
}

/** Evaluates an entry of the package in a context. A script has no imports, so its modules are put together first. */
async function evaluate(file: string, context: object): Promise<unknown> {
  const bundle = await rolldown({ input: join(installed, "dist", file) });
  const { output } = await bundle.generate({ format: "iife", name: "sdk" });
  await bundle.close();
  return runInContext(`${output[0].code}\nsdk`, context);
}
