// The clients can read the output of `mintmark mcp config`, and --write loses nothing in their files.
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
import { dirname, join } from "node:path";
import process from "node:process";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import * as fc from "fast-check";
import { parse as parseToml } from "smol-toml";
import { MCP_CLIENTS, type McpSetup } from "@mintmark/mcp-clients";
import { mergeEntry } from "../src/mcp-config/merge-entry.ts";
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
    test(`${id} via ${via}: the file parses, names the server, and connects to the host without a secret`, async () => {
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

test("--full-path starts the bridge with the running Node and script", async () => {
  const { stdout } = await mintmark("mcp", "config", "zed", "--full-path", "--json");
  const { file } = JSON.parse(stdout) as McpSetup;
  const { context_servers: servers } = JSON.parse(file.text) as {
    readonly context_servers: { readonly mintmark: { readonly command: string; readonly args: readonly string[] } };
  };
  assert.equal(servers.mintmark.command, process.execPath);
  assert.deepEqual(servers.mintmark.args.slice(1), ["mcp", "bridge", "--host", HOST]);
});

test("a symbolic link and the permissions of its file stay unchanged", async () => {
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

test("a second --write changes nothing, and a later one never overwrites the first backup", async () => {
  const path = join(home, ".config", "Claude", "claude_desktop_config.json");
  rmSync(dirname(path), { recursive: true, force: true });
  mkdirSync(dirname(path), { recursive: true });
  const original = '{"mine": true}\n';
  writeFileSync(path, original);
  const write = async (...more: readonly string[]): Promise<{ isChanged: boolean; backup: string | null }> => {
    const { exitCode, stdout } = await mintmark("mcp", "config", "claude-desktop", "--write", "--json", ...more);
    assert.equal(exitCode, 0);
    return (JSON.parse(stdout) as { written: { isChanged: boolean; backup: string | null } }).written;
  };
  assert.equal((await write()).backup, `${path}.before-mintmark`);
  const ours = readFileSync(path, "utf8");
  assert.partialDeepStrictEqual(await write(), { isChanged: false, backup: null });
  assert.equal((await write("--name", "second")).backup, `${path}.before-mintmark.2`);
  assert.equal(readFileSync(`${path}.before-mintmark`, "utf8"), original);
  assert.equal(readFileSync(`${path}.before-mintmark.2`, "utf8"), ours);
});

describe("merging", () => {
  const json = fc.dictionary(fc.string(), fc.jsonValue({ depthSize: "small" }));
  const entry = { inputs: [{ id: "t", type: "promptString" }], servers: { mintmark: { url: HOST } } };

  const merge = (text: string): string => {
    const merged = mergeEntry(text, entry, "mintmark");
    assert.ok(merged.ok, text);
    return merged.text;
  };
  const why = (text: string): string => {
    const merged = mergeEntry(text, entry, "mintmark");
    return merged.ok ? "merged" : merged.why;
  };

  test("everything but the entry of that name stays, in JSON of any layout", () => {
    fc.assert(
      fc.property(json, json, fc.constantFrom(0, 1, 2, "\t"), (others, servers, indent) => {
        const present = { ...others, servers, inputs: [{ id: "other" }, { id: "t", type: "old" }] };
        const text = merge(JSON.stringify(present, null, indent));
        // Converted through text once, because -0 and numeric keys change.
        const plain = JSON.parse(JSON.stringify(present)) as typeof present;
        assert.deepEqual(JSON.parse(text), { ...plain, servers: { ...plain.servers, mintmark: { url: HOST } } });
        assert.equal(merge(text), text);
      }),
    );
    assert.deepEqual(JSON.parse(merge('{"inputs": [{"id": "other"}]}')), {
      inputs: [{ id: "other" }, { id: "t", type: "promptString" }],
      servers: { mintmark: { url: HOST } },
    });
    assert.deepEqual(JSON.parse(merge("{}")), entry);
  });

  test("comments, trailing commas and the spelling of values stay", () => {
    const text = `{
  // mine
  "n": 12345678901234567890, "f": 1.0, /* twice */ "a": 1, "a": 2,
  "servers": {
    "other": { "url": "\\u0061" }, // the other
    "mintmark": { "url": "old" /* old */ },
  },
  "inputs": [{ "id": "t" /* kept */ }], // last
}
`;
    assert.equal(merge(text), text.replace('{ "url": "old" /* old */ }', `{\n      "url": "${HOST}"\n    }`));
    assert.match(merge('{ "servers": { /* none */ } }'), /\/\* none \*\//);
    assert.match(merge('{\r\n\t"b": 1\r\n}\r\n'), /\r\n\t"servers": \{\r\n\t\t"mintmark"/);
    assert.doesNotMatch(merge('{\r\n\t"b": 1\r\n}\r\n'), /[^\r]\n/);
  });

  test("text that is not a JSON object, or is broken, is refused", () => {
    for (const text of ["[1]", "null", "", "{", '{"a": }', '{"a": 1} {"b": 2}', "{'a': 1}", '"x"', "{a: 1}"]) {
      assert.equal(why(text), "unreadable", text);
    }
  });

  test("a file with another value in the place of the servers is refused, and so is one with two of them", () => {
    for (const servers of [[], "x", 1, null]) assert.equal(why(JSON.stringify({ servers })), "occupied");
    assert.equal(why('{"servers": {}, "servers": {}}'), "occupied");
    assert.equal(why('{"servers": {"mintmark": {}, "mintmark": {}}}'), "occupied");
    assert.equal(why('{"inputs": {}}'), "occupied");
  });
});
