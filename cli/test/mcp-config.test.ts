// What `mintmark mcp config` prints is what the clients read, and what it writes into their files loses nothing.
import assert from "node:assert/strict";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import * as fc from "fast-check";
import { parse as parseToml } from "smol-toml";
import { MCP_CLIENTS, type McpSetup } from "@mintmark/mcp-clients";
import { mergeEntry, parseExactly } from "../src/mcp-config/merge-entry.ts";
import { run } from "../src/run.ts";
import { loadCliConfig } from "../src/config.ts";
import { newSecret } from "../../server/src/secrets/generate.ts";

const HOST = "https://tokens.example.com";
const secret = newSecret("mm", "pat").expose();

let home: string;
const formerHome = process.env["HOME"];
before(() => {
  home = mkdtempSync(join(tmpdir(), "mintmark-config-"));
  process.env["HOME"] = home;
});
after(() => {
  process.env["HOME"] = formerHome;
  rmSync(home, { recursive: true, force: true });
});

interface Printed {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function mintmark(...args: readonly string[]): Promise<Printed> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const config = loadCliConfig({ HOME: home, MINTMARK_TOKEN: secret, MINTMARK_KEYRING: "off" });
  const exitCode = await run([...args, "--host", HOST], config, { stdin, stdout, stderr });
  stdout.end();
  stderr.end();
  const printed = { exitCode, stdout: await text(stdout), stderr: await text(stderr) };
  assert.equal((printed.stdout + printed.stderr).includes(secret.slice(0, 20)), false);
  return printed;
}

for (const { id, holdings } of MCP_CLIENTS) {
  for (const via of holdings.filter((holding) => holding !== "literal")) {
    test(`${id} via ${via}: the file parses, names the server, and leads to the host without a secret`, async () => {
      const { exitCode, stdout } = await mintmark("mcp", "config", id, "--via", via, "--name", "tokens", "--json");
      assert.equal(exitCode, 0);
      const { file } = JSON.parse(stdout) as McpSetup;
      const parsed = file.syntax === "json" ? (JSON.parse(file.text) as unknown) : parseToml(file.text);
      const found = JSON.stringify(parsed);
      assert.match(found, /"tokens":\{/);
      if (via === "bridge")
        assert.match(
          found,
          /"mintmark","mcp","bridge","--host","https:\/\/tokens\.example\.com"|"command":"mintmark","args":\["mcp","bridge","--host","https:\/\/tokens\.example\.com"\]/,
        );
      else assert.match(found, /https:\/\/tokens\.example\.com\/mcp/);
      if (via === "environment") assert.match(found, /MINTMARK_TOKEN/);
    });
  }
}

test("--full-path starts the bridge with the Node and the script that run now", async () => {
  const { stdout } = await mintmark("mcp", "config", "zed", "--full-path", "--json");
  const { file } = JSON.parse(stdout) as McpSetup;
  const { context_servers: servers } = JSON.parse(file.text) as {
    readonly context_servers: { readonly mintmark: { readonly command: string; readonly args: readonly string[] } };
  };
  assert.equal(servers.mintmark.command, process.execPath);
  assert.deepEqual(servers.mintmark.args.slice(1), ["mcp", "bridge", "--host", HOST]);
});

test("a file that is a link, and its permissions, stay what they are", async () => {
  const folder = join(home, ".config", "Claude");
  const [link, target] = [join(folder, "claude_desktop_config.json"), join(home, "dotfiles.json")];
  mkdirSync(folder, { recursive: true });
  writeFileSync(target, '{\n\t"a": "é\\\\"\n}\n');
  chmodSync(target, 0o640);
  symlinkSync(target, link);
  assert.equal((await mintmark("mcp", "config", "claude-desktop", "--write")).exitCode, 0);
  assert.equal(lstatSync(link).isSymbolicLink(), true);
  assert.equal(statSync(target).mode & 0o777, 0o640);
  assert.match(readFileSync(target, "utf8"), /^\{\n\t"a": "é\\\\",\n\t"mcpServers": \{\n\t\t"mintmark"/);
  const once = readFileSync(target, "utf8");
  assert.equal((await mintmark("mcp", "config", "claude-desktop", "--write")).exitCode, 0);
  assert.equal(readFileSync(target, "utf8"), once);
});

describe("merging", () => {
  const json = fc.dictionary(fc.string(), fc.jsonValue({ depthSize: "small" }));
  const entry = { inputs: [{ id: "t", type: "promptString" }], servers: { mintmark: { url: HOST } } };

  test("JSON of any layout is read exactly, and read again it is the same", () => {
    fc.assert(
      fc.property(json, fc.constantFrom(0, 1, 2, "\t"), (value, indent) => {
        // Through text once: -0 and keys that are numbers come out otherwise.
        const plain = JSON.parse(JSON.stringify(value)) as unknown;
        assert.deepEqual(parseExactly(` ${JSON.stringify(plain, null, indent)}\n`), plain);
      }),
    );
  });

  test("what would come out otherwise is refused", () => {
    for (const text of [
      '{"a": 1, "a": 2}',
      '{"a": 12345678901234567890}',
      '{"a": 1.0}',
      '{"a": "\\u0061"}',
      '{ /* mine */ "a": 1 }',
      '{"a": 1,}',
      '{"2": 1, "1": 2}',
      "[1]",
      "null",
      "",
    ]) {
      assert.equal(parseExactly(text), null, text);
    }
  });

  test("everything stays but the entry of that name", () => {
    fc.assert(
      fc.property(json, json, (others, servers) => {
        const present = { ...others, servers, inputs: [{ id: "other" }, { id: "t", type: "old" }] };
        const merged = mergeEntry(present, entry, "mintmark");
        assert.deepEqual(merged, {
          ...present,
          servers: { ...servers, mintmark: { url: HOST } },
          inputs: [{ id: "other" }, { id: "t", type: "old" }],
        });
      }),
    );
    assert.deepEqual(mergeEntry({ inputs: [{ id: "other" }] }, entry, "mintmark"), {
      inputs: [{ id: "other" }, { id: "t", type: "promptString" }],
      servers: { mintmark: { url: HOST } },
    });
  });

  test("something else in the place of the servers is refused", () => {
    for (const servers of [[], "x", 1, null]) assert.equal(mergeEntry({ servers }, entry, "mintmark"), null);
  });
});
