// The instance itself behind nginx, Caddy and HAProxy with the configurations of docs/proxies.md, and what a browser does
// with it and with an API of another origin.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import type { Browser, Page } from "playwright-core";
import { DAY_MS, type TokenPolicy } from "../../core/src/index.ts";
import { messageOf } from "../../server/test/mcp/speak.ts";
import { PASSWORD, personWithPassword } from "../../server/test/support/accounts.ts";
import { startInstance } from "../../server/test/support/instance.ts";
import { type Person, Seed } from "../../server/test/support/seed.ts";
import { snippets } from "../../tests/repo/markdown.ts";
import { launchChromium } from "../../tests/support/chromium.ts";
import { freePort } from "../../tests/support/free-port.ts";
import { PROXIES, startProxy, whyNoProxies } from "../../tests/support/proxies.ts";
import { type ProxiedStage, startProxied } from "../src/proxied-stage.ts";
import { PROTOCOLS } from "../src/proxy-client.ts";
import { atPage, signIn } from "../src/steps.ts";

const skip = (await whyNoProxies()) ?? false;
const APP = "https://app.example.com";

for (const proxy of PROXIES) {
  describe(`the instance behind ${proxy}`, { skip }, () => {
    let stage: ProxiedStage;
    let seed: Seed;
    let person: Person;
    let app: Server;
    let browser: Browser;
    before(async () => {
      stage = await startProxied(proxy);
      seed = new Seed(stage.instance);
      const { store, clock } = stage.instance.deps;
      await store.transaction((tx) => tx.markSetUp(clock()));
      person = await personWithPassword(seed, "Ada");
      app = await serveBlankPages(stage);
      const places = {
        "mintmark.example.com": stage.instancePort,
        "api.example.com": stage.apiPort,
        "app.example.com": (app.address() as AddressInfo).port,
        "other.example.com": (app.address() as AddressInfo).port,
      };
      const rules = Object.entries(places).map(([name, port]) => `MAP ${name} 127.0.0.1:${port}`);
      browser = await launchChromium([`--host-resolver-rules=${rules.join(",")}`]);
    });
    after(async () => {
      await browser.close();
      app.closeAllConnections();
      app.close();
      await stage.close();
    });

    async function openPage(url: string): Promise<Page> {
      const context = await browser.newContext({ ignoreHTTPSErrors: true });
      const page = await context.newPage();
      await page.goto(url);
      return page;
    }

    it("lets people sign in in a browser, with a cookie that goes nowhere else", async () => {
      const page = await openPage("https://mintmark.example.com/");
      await atPage(page, "Sign in");
      await signIn(page, person.email, PASSWORD);
      await atPage(page, "Personal access tokens");
      const [cookie, ...others] = await page.context().cookies();
      assert.deepEqual(
        [cookie?.name, cookie?.secure, cookie?.httpOnly, cookie?.path, others.length],
        ["__Host-mintmark_session", true, true, "/", 0],
      );
      await page.context().close();
    });

    it("takes the client's address from the proxy, whatever the client says", async () => {
      const client = stage.instanceClient();
      let cookie = "";
      for (const protocol of PROTOCOLS) {
        const body = Buffer.from(JSON.stringify({ email: person.email, password: PASSWORD }));
        const headers = [
          ["Content-Type", "application/json"],
          ["X-Forwarded-For", "203.0.113.9"],
          ["Forwarded", "for=203.0.113.9"],
        ] as const;
        const answer = await client.send({ protocol, method: "POST", path: "/api/sign-in", headers, body });
        assert.ok(answer.status < 300, answer.body);
        assert.match(String(answer.headers["strict-transport-security"]), /^max-age=\d+$/);
        cookie = String(answer.headers["set-cookie"]).split(";")[0] ?? "";
      }
      const { body } = await client.send({ path: "/api/account/sessions", headers: [["Cookie", cookie]] });
      const addresses = JSON.parse(body).items.map(({ ip }: { readonly ip: string }) => ip);
      assert.ok(addresses.length >= 2 && addresses.every((ip: string) => ip === "127.0.0.1"), addresses.join());
    });

    it("says whether it is ready, and shows its metrics to nobody", async () => {
      const client = stage.instanceClient();
      for (const protocol of PROTOCOLS) {
        assert.equal((await client.send({ protocol, path: "/readyz" })).status, 200);
        for (const host of [[], [["X-Other", "1"]] as const])
          assert.equal((await client.send({ protocol, path: "/metrics", headers: host })).status, 404);
      }
    });

    it("passes on what an AI client's stream has to say when it is said", { timeout: 20_000 }, async () => {
      const organization = await seed.organization(person);
      const token = await seed.token(person, organization);
      const { headers, body } = messageOf("2026", "subscriptions/listen", {
        notifications: { toolsListChanged: true },
      });
      const socket = await stage.instanceClient().open();
      let received = "";
      socket.on("data", (chunk: Buffer) => (received += chunk.toString()));
      const lines = Object.entries({
        ...headers,
        Host: "mintmark.example.com",
        Authorization: `Bearer ${token.secret}`,
        "Content-Length": String(body.length),
      }).map(([name, value]) => `${name}: ${value}`);
      socket.write(["POST /mcp HTTP/1.1", ...lines, "", body].join("\r\n"));
      while (!received.includes("text/event-stream")) await once(socket, "data");
      await stage.instance.deps.store.transaction(async (tx) => {
        const record = await tx.findOrganization(organization.id);
        await tx.setPolicy(organization.id, { ...(record?.policy as TokenPolicy), mcp: "read-only" });
      });
      while (!received.includes("notifications/tools/list_changed")) await once(socket, "data");
      socket.destroy();
    });

    describe("and an API of another origin, in a browser", () => {
      interface Asked {
        readonly status: number;
        readonly text: string;
        readonly challenge: string | null;
        readonly expires: string | null;
      }
      const ask = (page: Page, method: string, secret: string): Promise<Asked | string> =>
        page.evaluate(
          async ([name, credential]) => {
            try {
              const headers = { Authorization: `Bearer ${credential}`, "Content-Type": "application/json" };
              const init = { method: name, headers, ...(name === "GET" ? {} : { body: "{}" }) };
              const answer = await fetch("https://api.example.com/scans", init);
              return {
                status: answer.status,
                text: await answer.text(),
                challenge: answer.headers.get("WWW-Authenticate"),
                expires: answer.headers.get("Mintmark-Token-Expires"),
              };
            } catch (error) {
              return String(error);
            }
          },
          [method, secret] as const,
        );

      it("lets a page of an origin in the list call it, and read a refusal", async () => {
        const page = await openPage(`${APP}/`);
        const organization = await seed.organization(person);
        const now = stage.instance.deps.clock();
        const expiresAt = now + DAY_MS;
        const { secret } = await seed.token(person, organization, { createdAt: now - 25 * DAY_MS, expiresAt });
        for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
          const asked = (await ask(page, method, secret)) as Asked;
          assert.equal(asked.status, 200, `${method}: ${JSON.stringify(asked)}`);
          assert.equal(asked.expires, new Date(expiresAt).toISOString());
          assert.equal(JSON.parse(asked.text).method, method);
        }
        const before = stage.api.seen.length;
        const refused = (await ask(page, "POST", `mm_pat_${"0".repeat(48)}`)) as Asked;
        assert.equal(refused.status, 401, JSON.stringify(refused));
        assert.match(refused.challenge ?? "", /invalid_token/);
        assert.equal(stage.api.seen.length, before, "a preflight or a refused request reached the API");
        await page.context().close();
      });

      it("lets no other page call it", async () => {
        const page = await openPage("https://other.example.com/");
        const { secret } = await seed.token(person, await seed.organization(person));
        const before = stage.api.seen.length;
        for (const method of ["GET", "POST", "DELETE"])
          assert.match(JSON.stringify(await ask(page, method, secret)), /^"TypeError/, method);
        assert.equal(stage.api.seen.length, before);
        await page.context().close();
      });

      it("responds to a preflight itself, and asks Mintmark about every other OPTIONS", async () => {
        const client = stage.client();
        const { secret } = await seed.token(person, await seed.organization(person));
        const asks = ["Access-Control-Request-Method", "PUT"] as const;
        for (const protocol of PROTOCOLS) {
          const options = { protocol, method: "OPTIONS" };
          const before = stage.api.seen.length;
          const preflight = await client.send({ ...options, headers: [["Origin", APP], asks] });
          assert.equal(preflight.status, 204);
          assert.equal(preflight.headers["access-control-allow-origin"], APP);
          assert.match(String(preflight.headers["vary"]), /^Origin/);
          for (const headers of [
            [],
            [["Origin", APP]],
            [["Origin", "https://other.example.com"], asks],
            [asks],
          ] as const) {
            const { status, headers: answered } = await client.send({ ...options, headers });
            assert.equal(status, 401, JSON.stringify(headers));
            const isAllowed = headers.some(([, value]) => value === APP);
            assert.equal(answered["access-control-allow-origin"], isAllowed ? APP : undefined);
          }
          assert.equal(stage.api.seen.length, before);
          const own = await client.send({ ...options, headers: [["Authorization", `Bearer ${secret}`]] });
          assert.deepEqual([own.status, stage.api.seen.at(-1)?.method], [200, "OPTIONS"]);
        }
      });
    });
  });
}

describe("a plain nginx on the same machine", { skip }, () => {
  it("passes no metrics on", async () => {
    const instance = await startInstance();
    const port = await freePort();
    const lead = `proxy_pass ${instance.url};`;
    const nginx = await startProxy("nginx", `server { listen 127.0.0.1:${port}; location / { ${lead} } }`, port);
    try {
      assert.equal((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200);
      assert.equal((await fetch(`http://127.0.0.1:${port}/metrics`)).status, 404);
      assert.equal((await fetch(`${instance.url}/metrics`)).status, 200);
    } finally {
      await nginx.stop();
      await instance.close();
    }
  });
});

describe("docs/proxies.md", () => {
  it("has no configuration but those that are run", () => {
    const guide = readFileSync(new URL("../../docs/proxies.md", import.meta.url), "utf8");
    const languages = snippets(guide).map(({ language }) => language);
    assert.deepEqual(
      languages.filter((language) => language !== "").toSorted(),
      [...PROXIES, ...PROXIES, "lua"].toSorted(),
    );
  });
});

/** A server of pages with nothing in them, for origins that call the API. */
async function serveBlankPages({ certificate }: ProxiedStage): Promise<Server> {
  const server = createServer({ cert: certificate.cert, key: certificate.key }, (_request, response) => {
    response.writeHead(200, { "Content-Type": "text/html" });
    response.end("<!doctype html><title>App</title>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
