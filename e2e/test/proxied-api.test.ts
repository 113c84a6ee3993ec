// An API behind nginx, Caddy and HAProxy with the configurations of docs/proxies.md: nobody poses as somebody, whatever
// they send, and everything that an API does still works.
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";
import { Seed } from "../../server/test/support/seed.ts";
import { hasIpv6, PROXIES, type ProxyName, whyNoProxies } from "../../tests/support/proxies.ts";
import { assertIdentity, forgeAll } from "../src/forged-headers.ts";
import type { Seen } from "../src/proxied-api.ts";
import { type Cast, type ProxiedStage, startProxied } from "../src/proxied-stage.ts";
import { type HeaderLines, PROTOCOLS, type ProxyClient } from "../src/proxy-client.ts";

const skip = (await whyNoProxies()) ?? false;
const DAY_MS = 86_400_000;

for (const proxy of PROXIES) {
  describe(`an API behind ${proxy}`, { skip }, () => {
    let stage: ProxiedStage;
    let client: ProxyClient;
    let full: Cast["full"];
    let reading: Cast["reading"];
    before(async () => {
      stage = await startProxied(proxy);
      client = stage.client();
      ({ full, reading } = stage.cast);
    });
    after(() => stage.close());

    const bearer = (secret: string): HeaderLines => [["Authorization", `Bearer ${secret}`]];
    const last = (): Seen => stage.api.seen.at(-1) as Seen;

    const assertHonest = (seen: Seen, what: string): void => assertIdentity(seen, stage.cast.identity, what);
    const forge = (credentials: HeaderLines, method?: string): Promise<ReadonlySet<number>> =>
      forgeAll(stage, client, credentials, method);

    it("gives the API the identity from Mintmark, over both protocols and with either header", async () => {
      for (const protocol of PROTOCOLS) {
        for (const headers of [bearer(full.secret), [["X-API-Key", full.secret]] as const]) {
          const { status } = await client.send({ protocol, headers, method: "POST", body: Buffer.from("{}") });
          assert.equal(status, 200);
          assert.deepEqual([last().method, last().bytes], ["POST", 2]);
          assertHonest(last(), protocol);
        }
      }
    });

    it("lets nobody forge it: with a live token", async () => {
      const statuses = await forge(bearer(full.secret));
      assert.ok(
        [...statuses].every((status) => status === 200 || status === 403),
        [...statuses].join(),
      );
    });

    it("lets nobody forge it: without a token, and with an unknown one", async () => {
      for (const credentials of [[], bearer(`mm_pat_${"0".repeat(48)}`)]) {
        const statuses = await forge(credentials);
        assert.ok(
          [...statuses].every((status) => status === 401 || status === 403),
          [...statuses].join(),
        );
      }
    });

    it("lets nobody forge it: with a token that may not", async () => {
      assert.deepEqual([...(await forge(bearer(reading.secret), "POST"))], [403]);
      assert.equal((await client.send({ headers: bearer(reading.secret) })).status, 200);
    });

    it("lets no client tell its own address, or where it asked", async () => {
      const names = ["X-Forwarded-For", "X_Forwarded_For", "X.Forwarded.For", "X-Real-IP", "X_Real_IP", "Forwarded"];
      for (const protocol of PROTOCOLS) {
        for (const name of names) {
          const headers = [...bearer(full.secret), [name, "203.0.113.9"] as const];
          assert.equal((await client.send({ protocol, headers })).status, 200, name);
          assert.ok(!Object.values(last().environment).some((value) => value.includes("203.0.113.9")), name);
        }
        const asked = ["X-Forwarded-Host", "X-Forwarded-Proto"].map((name) => [name, "evil.example"] as const);
        await client.send({ protocol, headers: [...bearer(full.secret), ...asked] });
        const { environment } = last();
        assert.equal(environment["X_FORWARDED_HOST"], "api.example.com");
        assert.equal(environment["X_FORWARDED_PROTO"], "https");
      }
      await stage.instance.uses.flush();
      const token = await stage.instance.deps.store.reads.findToken(full.id);
      assert.match(token?.lastUsedIp ?? "", /^(127\.0\.0\.1|::1)$/);
    });

    it("takes an upload of 20 MB", async () => {
      const body = Buffer.alloc(20 * 1024 * 1024, "x");
      for (const protocol of PROTOCOLS) {
        const { status } = await client.send({ protocol, method: "POST", headers: bearer(full.secret), body });
        assert.deepEqual([status, last().bytes], [200, body.length], protocol);
      }
    });

    it("passes on as large headers as it takes, and never turns them into a fault", async () => {
      const large = (kib: number): HeaderLines =>
        Array.from({ length: kib / 6 }, (_, index) => [`X-Large-${index}`, "x".repeat(6 * 1024)]);
      // The default limits: Caddy accepts a megabyte, and Mintmark 64 KiB.
      const taken = { nginx: 24, caddy: 60, haproxy: 12 }[proxy];
      for (const protocol of PROTOCOLS) {
        for (const kib of [12, 24, 60, 120]) {
          const headers = [...bearer(full.secret), ...large(kib)];
          // HTTP/2 has another way to refuse, which ends the connection.
          const { status } = await stage
            .client()
            .send({ protocol, headers })
            .catch(() => ({ status: 431 }));
          const what = `${protocol}, ${kib} KiB: ${status}`;
          assert.ok(kib <= taken ? status === 200 : [200, 400, 403, 431].includes(status), what);
        }
        const cookie = [["Cookie", "x".repeat(7 * 1024)]] as const;
        assert.equal((await client.send({ protocol, headers: [...bearer(full.secret), ...cookie] })).status, 200);
      }
    });

    it("takes a request for a write when its client asks the API to", async () => {
      const headers = [...bearer(reading.secret), ["X-HTTP-Method-Override", "DELETE"]] as const;
      for (const protocol of PROTOCOLS) assert.equal((await client.send({ protocol, headers })).status, 403, protocol);
    });

    it("refuses control characters, and never turns them into a fault", { timeout: 20_000 }, async () => {
      for (const line of [
        "X-Other: a\u0001b",
        "Authorization: Bearer \u0002",
        "User-Agent: \u007f",
        "X-API-Key: \u0003",
      ]) {
        const socket = await client.open();
        const before = stage.api.seen.length;
        const lines = ["GET / HTTP/1.1", "Host: api.example.com", line, "Connection: close"];
        socket.write(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
        const [answer] = (await once(socket, "data")) as [Buffer];
        socket.destroy();
        assert.match(answer.toString(), /^HTTP\/1\.[01] (400|401|403) /, JSON.stringify(line));
        assert.equal(stage.api.seen.length, before);
      }
    });

    it("hands a connection over to a websocket, and to no other protocol", { timeout: 20_000 }, async () => {
      const upgrade = async (protocol: string, secret: string, connection = "Upgrade"): Promise<string> => {
        const socket = await client.open();
        const lines = ["GET /socket HTTP/1.1", "Host: api.example.com", `Authorization: Bearer ${secret}`];
        const key = ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="];
        socket.write([...lines, ...key, `Upgrade: ${protocol}`, `Connection: ${connection}`, "", ""].join("\r\n"));
        const [head] = (await once(socket, "data")) as [Buffer];
        const status = head.toString().split(" ")[1] ?? "";
        if (status !== "101") return (socket.destroy(), status);
        socket.write("through the tunnel");
        const [echo] = (await once(socket, "data")) as [Buffer];
        socket.destroy();
        return echo.toString();
      };
      assert.equal(await upgrade("websocket", full.secret), "through the tunnel");
      assertHonest(last(), "websocket");
      assert.equal(await upgrade("WebSocket", full.secret, "keep-alive, Upgrade"), "through the tunnel");
      const before = stage.api.seen.length;
      assert.equal(await upgrade("websocket", `mm_pat_${"0".repeat(48)}`), "401");
      assert.equal(stage.api.seen.length, before);
      for (const other of ["h2c", "websocket, h2c", "tcp"]) {
        assert.notEqual(await upgrade(other, full.secret), "through the tunnel", other);
        assert.ok(!("UPGRADE" in last().environment), other);
      }
      for (const both of ["h2c\r\nUpgrade: websocket", "websocket\r\nUpgrade: h2c"]) {
        await upgrade(both, full.secret);
        assert.ok(["websocket", undefined].includes(last().environment["UPGRADE"]), both);
      }
      await upgrade("websocket", full.secret, "Upgrade, X-Mintmark-User");
      assertHonest(last(), "websocket that names a header");
    });

    it("passes on each event of a stream when it comes", { timeout: 20_000 }, async () => {
      const socket = await client.open();
      let received = "";
      socket.on("data", (chunk: Buffer) => (received += chunk.toString()));
      const until = async (text: string): Promise<void> => {
        while (!received.includes(text)) await once(socket, "data");
      };
      const lines = ["GET /events HTTP/1.1", "Host: api.example.com", `Authorization: Bearer ${full.secret}`, "", ""];
      socket.write(lines.join("\r\n"));
      await until("data: begin");
      for (const event of ["one", "two", "three"]) {
        stage.api.sendEvent(event);
        await until(`data: ${event}`);
      }
      socket.destroy();
    });

    it("keeps its connections to Mintmark", async () => {
      let connections = 0;
      const count = (): number => connections++;
      stage.instance.server.on("connection", count);
      for (let request = 0; request < 40; request++) await client.send({ headers: bearer(full.secret) });
      stage.instance.server.off("connection", count);
      assert.ok(connections <= 4, `${connections} connections for 40 requests`);
    });

    it("listens on IPv6 too", { skip: !hasIpv6 && "this machine has no ::1" }, async () => {
      const { status } = await stage.client("::1").send({ headers: bearer(full.secret) });
      assert.equal(status, 200);
      assert.equal(last().environment["X_FORWARDED_FOR"], "::1");
    });

    it("tells the client when its token ends soon, and nothing when it does not", async () => {
      const { deps } = stage.instance;
      const seed = new Seed(stage.instance);
      const person = await seed.person();
      const organization = await seed.organization(person);
      const now = deps.clock();
      const endsAt = now + 5 * DAY_MS;
      const soon = await seed.token(person, organization, { createdAt: now - 25 * DAY_MS, expiresAt: endsAt });
      for (const protocol of PROTOCOLS) {
        const near = await client.send({ protocol, headers: bearer(soon.secret) });
        assert.deepEqual([near.status, near.headers["mintmark-token-expires"]], [200, new Date(endsAt).toISOString()]);
        for (const forged of ["2099-01-01T00:00:00.000Z", "x"]) {
          const headers = [...bearer(full.secret), ["Mintmark-Token-Expires", forged] as const];
          const far = await client.send({ protocol, headers });
          assert.deepEqual([far.status, far.headers["mintmark-token-expires"]], [200, undefined]);
        }
        assert.equal((await client.send({ protocol })).headers["mintmark-token-expires"], undefined);
      }
    });

    it("passes on a refusal with what the client is to do", async () => {
      const { status, headers, body } = await client.send({ headers: bearer(`mm_pat_${"0".repeat(48)}`) });
      assert.deepEqual([status, headers["www-authenticate"]], [401, 'Bearer realm="mintmark", error="invalid_token"']);
      if (proxy !== "nginx") assert.equal(JSON.parse(body).code, "token_checksum_mismatch");
      const lacking = await client.send({ headers: bearer(reading.secret), method: "POST" });
      const challenge = 'Bearer realm="mintmark", error="insufficient_scope", scope="scans:run"';
      assert.deepEqual([lacking.status, lacking.headers["www-authenticate"]], [403, challenge]);
      const twice = [...bearer(full.secret), ["X-API-Key", full.secret] as const];
      const refused = await client.send({ headers: twice });
      assert.deepEqual(
        [refused.status, refused.headers["www-authenticate"]],
        [401, 'Bearer realm="mintmark", error="invalid_request"'],
      );
    });

    // The last test: nothing reads the database after it.
    it("lets nothing pass, forged or not, while the truth cannot be read", async () => {
      await stage.instance.deps.store.close();
      const statuses = await forge(bearer(full.secret));
      assert.ok(
        [...statuses].every((status) => status === 503 || status === 403),
        [...statuses].join(),
      );
      assert.equal((await client.send({ headers: bearer(full.secret) })).status, 503);
      stage.instance.server.close();
      stage.instance.server.closeAllConnections();
      const before = stage.api.seen.length;
      const { status } = await client.send({ headers: bearer(full.secret) });
      assert.deepEqual([status, stage.api.seen.length - before], [proxy === "caddy" ? 502 : 503, 0]);
    });
  });
}

describe("a proxy that lets odd names pass", { skip }, () => {
  const LENIENT: Readonly<Record<string, readonly [ProxyName, (configuration: string) => string]>> = {
    "nginx that is configured to": [
      "nginx",
      (text) => text.replace("server {", "server {\n  underscores_in_headers on;\n  ignore_invalid_headers off;"),
    ],
    "Caddy as the guide had it before": [
      "caddy",
      (text) =>
        text.replace(
          /request_header -\*Mintmark\*\n\s*request_header -\*_\*\n\s*request_header -\*\.\*/,
          "request_header -X-Mintmark-*",
        ),
    ],
  };
  for (const [name, [proxy, change]] of Object.entries(LENIENT)) {
    it(`refuses them because of Mintmark: ${name}`, async () => {
      let isChanged = false;
      const stage = await startProxied(proxy, (text) => {
        isChanged = change(text) !== text;
        return change(text);
      });
      try {
        assert.ok(isChanged);
        const statuses = await forgeAll(stage, stage.client(), [["Authorization", `Bearer ${stage.cast.full.secret}`]]);
        assert.deepEqual(statuses, new Set([200, 403]));
      } finally {
        await stage.close();
      }
    });
  }
});
