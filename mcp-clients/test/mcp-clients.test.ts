import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import {
  findMcpClient,
  MCP_CLIENTS,
  type McpClient,
  type McpSetup,
  type McpSetupRequest,
  type McpSystem,
  TOKEN_PLACEHOLDER,
  TOKEN_VARIABLE,
} from "../src/index.ts";
import { base64, shellCommand, tomlString } from "../src/quoting.ts";

const SYSTEMS: readonly McpSystem[] = ["macos", "linux", "windows"];
const SECRET = `mm_pat_${"0a1b2c3d".repeat(6)}`;

/** Of ASCII and the like: each is one character. */
const characters = (text: string): string[] => Array.from(text);
const hex = fc.string({ unit: fc.constantFrom(...characters("0123456789abcdef")), minLength: 48, maxLength: 48 });
const address = fc
  .tuple(
    fc.constantFrom("http", "https"),
    fc.constantFrom("mm.example", "127.0.0.1", "[::1]", "xn--bcher-kva.example", "a-b.c_d.example"),
    fc.option(fc.integer({ min: 1, max: 65535 })),
    fc.array(
      fc.string({
        unit: fc.constantFrom(...characters("abzAZ09-._~!&'()*+,;=:@"), "%20", "%24"),
        minLength: 1,
        maxLength: 8,
      }),
      { maxLength: 3 },
    ),
  )
  .map(
    ([scheme, host, port, path]) =>
      `${scheme}://${host}${port === null ? "" : `:${port}`}/${[...path, "mcp"].join("/")}`,
  );
const serverName = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);

/** Every client with every way it has, for any server and system. */
const anySetup = fc
  .record({ client: fc.constantFrom(...MCP_CLIENTS), url: address, name: serverName, secret: hex })
  .chain(({ client, url, name, secret }) =>
    fc
      .record({ holding: fc.constantFrom(...client.holdings), system: fc.constantFrom(...SYSTEMS) })
      .map(({ holding, system }) => {
        const request = { url, name, secret: `mm_pat_${secret}`, holding, system } satisfies McpSetupRequest;
        return { client, request, setup: client.setUp(request) };
      }),
  );

/** A file as the client reads it. */
function parseFile({ file }: McpSetup): Record<string, unknown> {
  return file.syntax === "json" ? (JSON.parse(file.text) as Record<string, unknown>) : parseToml(file.text);
}

/** One table with strings, arrays of strings and inline tables: what the module writes. TOML 1.0 reads it so. */
function parseToml(text: string): Record<string, unknown> {
  const [head = "", ...lines] = text.trimEnd().split("\n");
  const path = /^\[([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\]$/.exec(head);
  assert.ok(path, `a table is opened: ${head}`);
  const table = lines.map((line) => {
    const pair = /^([A-Za-z0-9_-]+) = (.+)$/.exec(line);
    assert.ok(pair, `a key and its value: ${line}`);
    const json = (pair[2] ?? "").replace(/^\{ ([A-Za-z0-9_-]+) = (.*) \}$/, '{"$1": $2}');
    return [pair[1], JSON.parse(json) as unknown];
  });
  return { [path[1] ?? ""]: { [path[2] ?? ""]: Object.fromEntries(table) as unknown } };
}

/** Every text anywhere in it, keys too. */
function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...textsOf(inner)]);
}

function shown(client: McpClient, request: Partial<McpSetupRequest> = {}): McpSetup {
  const [holding] = client.holdings;
  return client.setUp({ url: "https://mm.example/mcp", holding, system: "linux", ...request });
}

describe("an AI client's configuration", () => {
  it("parses back, holds the server's name as a key, and its address or how to reach it", () => {
    fc.assert(
      fc.property(anySetup, ({ request, setup }) => {
        const texts = textsOf(parseFile(setup));
        assert.ok(texts.includes(request.name));
        const reached = request.holding === "bridge" ? (/^https?:\/\/[^/]+/.exec(request.url)?.[0] ?? "") : request.url;
        assert.ok(texts.includes(reached), `${reached} in ${setup.file.text}`);
      }),
    );
  });

  it("holds the secret in the way `literal`, and in no other way anywhere", () => {
    fc.assert(
      fc.property(anySetup, ({ request, setup }) => {
        const { file, command, ...rest } = setup;
        assert.equal(JSON.stringify(rest).includes(request.secret), false);
        assert.equal(file.text.includes(request.secret), request.holding === "literal");
        if (request.holding !== "literal")
          assert.equal(JSON.stringify([file, command]).includes(request.secret), false);
      }),
    );
  });

  it("has no install link in the way `literal`, and in the others one that leads back to the same entry", () => {
    fc.assert(
      fc.property(anySetup, ({ client, request, setup }) => {
        if (request.holding === "literal") return assert.equal(setup.link, null);
        if (client.id === "cursor") {
          const query = new URL(setup.link ?? "").searchParams;
          const inner = JSON.parse(Buffer.from(query.get("config") ?? "", "base64").toString()) as unknown;
          assert.deepEqual({ mcpServers: { [query.get("name") ?? ""]: inner } }, parseFile(setup));
        } else if (client.id === "vs-code") {
          const { name, inputs, ...inner } = JSON.parse(
            decodeURIComponent(/^vscode:mcp\/install\?(.*)$/.exec(setup.link ?? "")?.[1] ?? ""),
          ) as Record<string, unknown>;
          assert.deepEqual({ ...(inputs ? { inputs } : {}), servers: { [String(name)]: inner } }, parseFile(setup));
        } else assert.equal(setup.link, null);
      }),
    );
  });

  it("names a variable or an input where the secret would stand", () => {
    for (const client of MCP_CLIENTS) {
      if (client.holdings.includes("environment")) {
        assert.match(shown(client, { holding: "environment" }).file.text, new RegExp(`\\b${TOKEN_VARIABLE}\\b`));
      }
    }
    const asked = JSON.parse(findMcpClient("vs-code") === null ? "" : shown(find("vs-code")).file.text) as {
      inputs: { id: string; password: boolean }[];
      servers: { mintmark: { headers: { Authorization: string } } };
    };
    assert.equal(asked.inputs[0]?.password, true);
    assert.equal(asked.servers.mintmark.headers.Authorization, `Bearer \${input:${asked.inputs[0]?.id}}`);
  });

  it("holds a placeholder for a secret that is not known", () => {
    const { file } = shown(find("cursor"), { holding: "literal" });
    assert.ok(file.text.includes(`Bearer ${TOKEN_PLACEHOLDER}`));
  });

  it("warns of an address without https that is not this computer's", () => {
    const notes = (url: string): string => shown(find("cursor"), { url }).notes.join(" ");
    assert.match(notes("http://mm.example/mcp"), /https/);
    assert.match(notes("http://localhost.mm.example/mcp"), /https/);
    for (const url of [
      "https://mm.example/mcp",
      "http://127.0.0.1:3210/mcp",
      "http://[::1]/mcp",
      "http://localhost/mcp",
    ]) {
      assert.doesNotMatch(notes(url), /https/);
    }
  });

  it("is asked for in a way that keeps the secret out of files wherever there is one", () => {
    for (const { id, holdings } of MCP_CLIENTS) {
      assert.notEqual(holdings[0], "literal", id);
      assert.equal(new Set(holdings).size, holdings.length, id);
    }
  });

  it("is refused for ways, names, addresses and secrets that the client could misread", () => {
    const refused: readonly Partial<McpSetupRequest>[] = [
      { holding: "prompt" },
      ...["", "a b", "a.b", 'a"', "a".repeat(65), "a\nb"].map((name) => ({ name })),
      ...[
        "ftp://mm.example/mcp",
        "https://user:password@mm.example/mcp",
        "https://mm.example/mcp#part",
        "https://mm.example/$HOME",
        'https://mm.example/"',
        "https://mm.example/${env:X}",
        "https://mm.example/a b",
        "https://mm.example/mcp\n",
        "javascript:alert(1)",
        "",
      ].map((url) => ({ url })),
      ...["", "a b", "a\r\nb", "${HOME}", '"'].map((secret) => ({ secret })),
    ];
    for (const request of refused) {
      assert.throws(() => shown(find("claude-code"), request), RangeError, JSON.stringify(request));
    }
  });

  it("leads the bridge to a profile, and starts it by a full path, where these are named", () => {
    const program = ["/opt/node/bin/node", "/opt/my tools/mintmark.mjs"] as const;
    for (const client of MCP_CLIENTS.filter(({ holdings }) => holdings.includes("bridge"))) {
      const setup = shown(client, { holding: "bridge", profile: "work:8443", program: [...program] });
      const texts = textsOf(parseFile(setup));
      const login = ["--profile", "work:8443", "--host", "https://mm.example"];
      const words: readonly string[] = [...program, "mcp", "bridge", ...login];
      assert.deepEqual(
        texts.slice(texts.indexOf(program[0])).filter((text) => words.includes(text)),
        words,
        client.id,
      );
      assert.match(
        setup.preparation?.text ?? "",
        /^mintmark login .*--profile work:8443 --host https:\/\/mm\.example$/,
      );
    }
    assert.throws(() => shown(find("zed"), { holding: "bridge", profile: "a b" }), RangeError);
  });

  it("is found by an id that can stand in an address, and by no other", () => {
    for (const client of MCP_CLIENTS) {
      assert.match(client.id, /^[a-z][a-z0-9-]*$/);
      assert.equal(findMcpClient(client.id), client);
    }
    assert.equal(new Set(MCP_CLIENTS.map(({ id }) => id)).size, MCP_CLIENTS.length);
    assert.equal(findMcpClient("constructor"), null);
    assert.equal(MCP_CLIENTS.at(-1)?.id, "generic");
  });
});

describe("the command of an AI client", () => {
  it("reaches the program as the words that were meant, from a POSIX shell", () => {
    const setups = MCP_CLIENTS.flatMap((client) =>
      client.holdings.map((holding) => shown(client, { holding, secret: SECRET, url: "https://mm.example/it's/mcp" })),
    );
    const commands = setups.flatMap(({ command }) => (command === null ? [] : [command.text]));
    assert.ok(commands.length >= 5);
    for (const [at, words] of shellWords(commands).entries()) {
      const header = words.find((word) => word.startsWith("Authorization:"));
      if (header !== undefined)
        assert.match(header, /^Authorization: Bearer (\$\{MINTMARK_TOKEN\}|mm_pat_[0-9a-f]{48})$/);
      assert.ok(
        words.includes("https://mm.example/it's/mcp") || words.includes("https://mm.example"),
        commands[at] ?? "",
      );
    }
  });

  it("quotes any text for a POSIX shell", () => {
    const samples = fc.sample(
      fc.string({ unit: fc.constantFrom(...characters("ab '\"$`\\!*?#~(){}[]|&;<>\n\tä%@-=")) }),
      300,
    );
    const words = ["true", ...samples];
    assert.deepEqual(shellWords([shellCommand(words, "posix")])[0], words);
  });

  it("quotes any text for PowerShell, which takes typographic quotes for straight ones", () => {
    assert.equal(
      shellCommand(["claude", "--", "a b", "it's", "‘’", "@x", "$env:X", "--header"], "powershell"),
      ["claude", "'--'", "'a b'", "'it''s'", "'‘‘’’'", "'@x'", "'$env:X'", "--header"].join(" "),
    );
  });
});

describe("texts inside other texts", () => {
  it("base64() is that of the text in UTF-8", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        assert.equal(base64(text), Buffer.from(text.toWellFormed()).toString("base64"));
      }),
    );
  });

  it("tomlString() leaves no control character and no quote that would end it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const written = tomlString(text);
        assert.match(written, /^"(?:[^"\\\p{Cc}]|[\u0080-\u009f]|\\["\\bfnrt]|\\u[0-9A-Fa-f]{4})*"$/u);
        assert.equal(JSON.parse(written), text.toWellFormed());
      }),
    );
    assert.equal(tomlString('"\\\u007F\n'), '"\\"\\\\\\u007F\\n"');
  });
});

function find(id: string): McpClient {
  const client = findMcpClient(id);
  assert.ok(client);
  return client;
}

/** What each command's program would be given: the shell itself says. */
function shellWords(commands: readonly string[]): string[][] {
  const script = commands.map((command) => `printf '%s\\0' ${command}; printf '\\1\\0'`).join("\n");
  const printed = execFileSync("sh", ["-c", script], { encoding: "utf8" }).split("\0").slice(0, -1);
  const found: string[][] = [[]];
  for (const word of printed) {
    if (word === "\u0001") found.push([]);
    else found.at(-1)?.push(word);
  }
  return found.slice(0, -1);
}
