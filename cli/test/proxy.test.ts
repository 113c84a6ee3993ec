// The command and the bridge behind an HTTP proxy, which is the only way to the host: no name server knows it.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Server as TcpServer,
  type Socket,
} from "node:net";
import process from "node:process";
import { after, afterEach, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Failure } from "@mintmark/terminal";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { skipWithout } from "../../tests/support/debian-packages.ts";
import { freePort } from "../../tests/support/free-port.ts";
import { type Certificate, makeCertificate } from "../../tests/support/proxies.ts";
import { loadCliConfig } from "../src/config.ts";
import { proxyFor } from "../src/proxy.ts";
import { createWorld, startSurroundings, type Surroundings, type World } from "./world.ts";

const BIN = fileURLToPath(new URL("../bin/mintmark.mjs", import.meta.url));
const HOST = "tokens.example.com";
const CREDENTIALS = "ada:a%20secret";

describe("behind a proxy", skipWithout("openssl"), () => {
  let surroundings: Surroundings;
  let world: World;
  let certificate: Certificate;
  const servers: Server[] = [];
  let secure: number;
  /** The address of the proxy, and what it received. */
  let proxy: string;
  const received: string[] = [];
  let status = 200;

  async function listen(server: Server | TcpServer): Promise<number> {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    servers.push(server as Server);
    return (server.address() as AddressInfo).port;
  }

  before(async () => {
    [surroundings, certificate] = await Promise.all([startSurroundings(), makeCertificate([HOST])]);
    world = await createWorld(surroundings);
    const { port } = new URL(surroundings.instance.url);
    // The host: https in front of the instance.
    secure = await listen(
      createSecureServer({ cert: certificate.cert, key: certificate.key }, (incoming, response) => {
        const headers = { ...incoming.headers, host: `127.0.0.1:${port}` };
        const { method, url } = incoming;
        incoming.pipe(
          request({ port, host: "127.0.0.1", method, path: url, headers }, (answer) => {
            response.writeHead(answer.statusCode ?? 502, answer.headers);
            answer.pipe(response);
          }),
        );
      }),
    );
    const server = createServer(({ method, url }, response) => {
      received.push(`${method} ${url}`);
      response.writeHead(status === 200 ? 502 : status).end();
    });
    server.on("connect", (asked: { url: string; headers: Record<string, string> }, client: Socket) => {
      received.push(`CONNECT ${asked.url} ${asked.headers["proxy-authorization"] ?? ""}`.trim());
      client.on("error", () => {});
      if (status !== 200) return void client.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      const target = connect(secure, "127.0.0.1", () => {
        client.write("HTTP/1.1 200 Connection established\r\n\r\n");
        client.pipe(target).pipe(client);
      });
      target.on("error", () => client.destroy());
    });
    proxy = `127.0.0.1:${await listen(server)}`;
  });
  after(async () => {
    for (const server of servers) {
      server.closeAllConnections?.();
      server.close();
    }
    await certificate.remove();
    await world.remove();
    await surroundings.close();
  });
  afterEach(() => {
    received.length = 0;
    status = 200;
  });

  const environment = (more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
    MINTMARK_URL: `https://${HOST}`,
    MINTMARK_TOKEN: world.variables["TOKEN"] ?? "",
    NODE_EXTRA_CA_CERTS: certificate.certFile,
    HTTPS_PROXY: `http://${CREDENTIALS}@${proxy}`,
    ...more,
  });
  const basic = `Basic ${Buffer.from("ada:a secret").toString("base64")}`;

  for (const name of ["HTTPS_PROXY", "https_proxy"]) {
    test(`${name} leads to the host, and gets its own password and no token`, async () => {
      const { HTTPS_PROXY: address = "", ...others } = environment();
      const { stdout, stderr, exitCode } = await world.sh("mintmark whoami", { ...others, [name]: address });
      assert.equal(exitCode, 0, stderr);
      assert.match(stdout, /^Token +laptop /m);
      assert.deepEqual(received, [`CONNECT ${HOST}:443 ${basic}`]);
    });
  }

  test("a proxy without a scheme speaks http, and lists of several requests work", async () => {
    const { stderr, exitCode } = await world.sh("mintmark tokens list", environment({ HTTPS_PROXY: proxy }));
    assert.equal(exitCode, 0, stderr);
    assert.equal(received[0], `CONNECT ${HOST}:443`);
  });

  test("the bridge forwards through the proxy", async (t) => {
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [BIN, "mcp", "bridge"],
      env: { ...world.environment, ...environment() },
      stderr: "inherit",
    });
    const client = new Client({ name: "a client", version: "1.0" });
    t.after(() => client.close());
    await client.connect(transport);
    const { tools } = await client.listTools();
    assert.ok(tools.length > 3);
    assert.match(JSON.stringify(await client.callTool({ name: "whoami", arguments: {} })), /laptop/);
    assert.ok(received.every((line) => line === `CONNECT ${HOST}:443 ${basic}`));
    assert.notEqual(received.length, 0);
  });

  test("hosts in NO_PROXY, and this machine, are reached directly", async () => {
    const direct = await world.sh("mintmark whoami", environment({ NO_PROXY: "example.com" }));
    assert.equal(direct.exitCode, 1);
    assert.match(direct.stderr, /its name is not known/);
    const { instance } = surroundings;
    const here = environment({ MINTMARK_URL: instance.url, HTTP_PROXY: `http://${proxy}` });
    assert.equal((await world.sh("mintmark whoami", here)).exitCode, 0);
    assert.deepEqual(received, []);
  });

  describe("that does not work", () => {
    const failing = async (more: Readonly<Record<string, string>>, command = "whoami"): Promise<string> => {
      const { stdout, stderr, exitCode } = await world.sh(`mintmark ${command}`, environment(more));
      assert.equal(stdout, "");
      assert.notEqual(exitCode, 0);
      assert.doesNotMatch(stderr, /secret|ada:/);
      return stderr;
    };

    test("the error names a proxy that is not there, without its password", async () => {
      const nobody = `127.0.0.1:${await freePort()}`;
      for (const command of ["whoami", "login --device"]) {
        const stderr = await failing({ HTTPS_PROXY: `http://${CREDENTIALS}@${nobody}` }, command);
        assert.match(
          stderr,
          new RegExp(
            `cannot reach https://${HOST} through the proxy http://${nobody}: ECONNREFUSED\nmintmark: hint: check HTTPS_PROXY`,
          ),
        );
      }
      const unknown = await failing({ HTTPS_PROXY: `http://${CREDENTIALS}@proxy.invalid:3128` });
      assert.match(unknown, /through the proxy http:\/\/proxy\.invalid:3128: (?:ENOTFOUND|EAI_AGAIN)/);
    });

    test("a refusal of the proxy is no refusal of the host", async () => {
      status = 407;
      assert.match(await failing({}), /through the proxy .+: it responds with 407\nmintmark: hint: put the user name/);
      status = 403;
      assert.match(await failing({}), /through the proxy .+: it responds with 403/);
    });

    test("a proxy that closes the connection is named", async () => {
      const port = await listen(createTcpServer((socket) => socket.destroy()));
      assert.match(await failing({ HTTPS_PROXY: `http://127.0.0.1:${port}` }), /through the proxy .+: /);
    });

    test("text that is not the address of an http proxy is refused, and not repeated", async () => {
      for (const address of [`socks5://${CREDENTIALS}@${proxy}`, "http://", `${CREDENTIALS}@:::`]) {
        assert.match(await failing({ HTTPS_PROXY: address }), /HTTPS_PROXY is not the address of an http proxy/);
      }
    });

    test("the certificate of the host is still checked", async () => {
      const stderr = await failing({ NODE_EXTRA_CA_CERTS: "" });
      assert.match(stderr, new RegExp(`cannot trust https://${HOST}`));
    });
  });

  test("Node's debugging of requests through a proxy shows no token", async () => {
    // `sh` fails when the output contains one.
    const { stderr } = await world.sh("mintmark whoami", environment({ NODE_DEBUG: "http,https,net,stream,tls" }));
    assert.match(stderr, /HTTP|NET/);
  });
});

test("NO_PROXY names hosts with their subdomains, addresses, networks and ports", () => {
  const goesThrough = (host: string, none: string): boolean => {
    const { proxies } = loadCliConfig({
      HTTPS_PROXY: "proxy.example.com:3128",
      HTTP_PROXY: "proxy.example.com",
      NO_PROXY: none,
    });
    assert.ok(proxies !== null);
    return proxyFor(new URL(host), proxies) !== null;
  };
  for (const [host, none] of [
    ["https://a.example.com", "*"],
    ["https://a.example.com", "example.com"],
    ["https://a.example.com", "other.net, .example.com"],
    ["https://a.example.com", "*.example.com"],
    ["https://example.com", ".EXAMPLE.com"],
    ["https://example.com:8443", "example.com:8443"],
    ["https://10.1.2.3", "10.0.0.0/8"],
    ["https://10.1.2.3", "10.1.2.3"],
    ["https://[2001:db8::1]", "2001:db8::/32"],
    ["https://[2001:db8::1]", "2001:db8::1"],
    ["https://[2001:db8::1]:8443", "[2001:db8::1]:8443"],
    ["https://localhost", ""],
    ["http://127.0.0.2:3210", ""],
    ["http://[::1]:3210", ""],
  ] as const) {
    assert.equal(goesThrough(host, none), false, `${host} with NO_PROXY=${none}`);
  }
  for (const [host, none] of [
    ["https://example.com", ""],
    ["https://badexample.com", "example.com"],
    ["https://example.com", "a.example.com"],
    ["https://example.com:8443", "example.com:443"],
    ["https://11.1.2.3", "10.0.0.0/8"],
    ["https://10.1.2.3", "10.0.0.0/99"],
    ["https://10.1.2.3", "2.3"],
    ["https://example.com", "10.0.0.0/8"],
  ] as const) {
    assert.equal(goesThrough(host, none), true, `${host} with NO_PROXY=${none}`);
  }
});

test("a proxy whose password holds a lone % is refused with what to write, and without the password", () => {
  const { proxies } = loadCliConfig({ HTTPS_PROXY: "http://ada:100%secret@proxy.example.com:3128" });
  assert.ok(proxies !== null);
  assert.throws(
    () => proxyFor(new URL("https://example.com"), proxies),
    ({ message, hint }: Failure) => {
      assert.match(hint ?? "", /%25/);
      return message === "HTTPS_PROXY is not the address of an http proxy";
    },
  );
});
