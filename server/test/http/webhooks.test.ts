// Webhooks, with real receivers: each event arrives at least once and signed, a receiver that fails or is slow delays nobody
// else, nothing reaches a private network unless the operator allows it, and nobody sees a secret twice.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createNetServer } from "node:net";
import { text } from "node:stream/consumers";
import { after, describe, it } from "node:test";
import { Webhook } from "standardwebhooks";
import { createWebhookPoster, problemOfUrl } from "../../src/webhook/post.ts";
import { ENGINES } from "../support/instance.ts";
import { withInstance } from "../support/with-instance.ts";

interface Received {
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly event: { readonly type: string; readonly timestamp: string; readonly data: { readonly id: string } };
}

/** A receiver that keeps what it gets, and responds as `respond` says. */
class Receiver {
  readonly received: Received[] = [];
  respond: (response: ServerResponse, count: number) => void = (response) => void response.writeHead(204).end();
  readonly #server: Server;
  #waiting: (() => void)[] = [];

  constructor() {
    this.#server = createServer((request, response) => void this.#take(request, response));
  }

  async listen(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hooks/secret-path`;
  }

  /** Resolves when so many requests have arrived. */
  async until(count: number): Promise<readonly Received[]> {
    while (this.received.length < count) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.received;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const headers = request.headers as Record<string, string>;
    this.received.push({ headers, body, event: JSON.parse(body) as Received["event"] });
    this.respond(response, this.received.length);
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

const PATH = "/api/admin/webhooks";
const DAY_MS = 86_400_000;

for (const engine of ENGINES) {
  describe(`webhooks on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine, env: { MINTMARK_WEBHOOK_PRIVATE: "allow" } });
    const receivers: Receiver[] = [];
    after(() => {
      for (const receiver of receivers) receiver.close();
    });

    async function fixture(input: Readonly<Record<string, unknown>> = {}) {
      const admin = await seed.person("Ada", { instanceAdmin: true });
      // Each request has a new session, because tests move the clock.
      const signedIn = () => seed.session(admin, admin.personal);
      const session = {
        get: async (at: string) => (await signedIn()).get(at),
        post: async (at: string, body?: object) => (await signedIn()).post(at, body),
        patch: async (at: string, body: object) => (await signedIn()).patch(at, body),
        delete: async (at: string) => (await signedIn()).delete(at),
      };
      const receiver = new Receiver();
      receivers.push(receiver);
      const url = await receiver.listen();
      const { status, body } = await session.post(PATH, { url, eventTypes: ["organization.renamed"], ...input });
      assert.equal(status, 201, JSON.stringify(body));
      const organization = await seed.organization(admin);
      const rename = async (name: string): Promise<void> => {
        const owner = await seed.session(admin, organization);
        assert.equal((await owner.patch(`/api/organizations/${organization.id}`, { name })).status, 200);
      };
      const path = `${PATH}/${body.webhook.id as string}`;
      const deliveries = async () => (await session.get(`${path}/deliveries`)).body.items as Delivery[];
      return { admin, session, receiver, url, path, secret: body.secret as string, rename, deliveries };
    }

    it("an event arrives signed, as Standard Webhooks verifies it, with the id and the body of the audit event", async () => {
      const { receiver, rename, secret, session, path, deliveries } = await fixture();
      await rename("Northwind");
      const [first] = await receiver.until(1);
      assert.ok(first !== undefined);
      const payload = new Webhook(secret).verify(first.body, first.headers) as Received["event"];
      assert.equal(payload.type, "organization.renamed");
      assert.equal(first.headers["webhook-id"], payload.data.id);
      const { body } = await session.get("/api/admin/audit-events?action=organization.renamed&limit=1");
      assert.deepEqual(payload.data, body.items[0]);
      assert.throws(() => new Webhook(secret).verify(`${first.body} `, first.headers));
      await instance.webhooks.settled();
      const [delivery] = await deliveries();
      assert.deepEqual(
        [delivery?.state, delivery?.attempts, delivery?.responseStatus, delivery?.error],
        ["delivered", 1, 204, null],
      );
      const shown = JSON.stringify([(await session.get(path)).body, (await session.get(PATH)).body]);
      assert.ok(!shown.includes(secret.slice(6)));
    });

    it("after a rotation both secrets sign for 24 hours, then the new one alone", async () => {
      const { receiver, rename, secret, session, path } = await fixture();
      const { status, body } = await session.post(`${path}/rotate-secret`);
      assert.equal(status, 200);
      await rename("Both");
      const [both] = await receiver.until(1);
      for (const known of [secret, body.secret as string])
        new Webhook(known).verify(both?.body ?? "", both?.headers ?? {});
      instance.advance(DAY_MS);
      await rename("One");
      const one = (await receiver.until(2))[1];
      assert.equal(one?.headers["webhook-signature"]?.split(" ").length, 1);
    });

    it("a delivery that fails is tried again with the same id, while another webhook gets its events", async () => {
      const failing = await fixture();
      const other = await fixture();
      failing.receiver.respond = (response, count) =>
        void response.writeHead(count < 2 ? 500 : 200).end("a secret body");
      await failing.rename("Again");
      await other.receiver.until(1);
      await failing.receiver.until(1);
      await instance.webhooks.settled();
      const [waiting] = await failing.deliveries();
      assert.deepEqual([waiting?.state, waiting?.error], ["waiting", "The response had the status 500."]);
      instance.advance(60_000);
      instance.webhooks.begin();
      const [first, second] = await failing.receiver.until(2);
      assert.equal(first?.headers["webhook-id"], second?.headers["webhook-id"]);
      await instance.webhooks.settled();
      const [done] = await failing.deliveries();
      assert.deepEqual([done?.state, done?.attempts], ["delivered", 2]);
      assert.ok(!JSON.stringify(done).includes("secret body"));
    });

    it("a webhook whose receiver is gone is turned off, and continues where it stopped", async () => {
      const { receiver, rename, session, path, admin } = await fixture();
      receiver.respond = (response) => void response.writeHead(410).end();
      await rename("Gone");
      await receiver.until(1);
      await instance.webhooks.settled();
      const { body } = await session.get(path);
      assert.equal(body.disabledBecause, "gone");
      const notices = (await session.get("/api/notices")).body.items as { kind: string; details: object }[];
      const [notice] = notices.filter(({ kind }) => kind === "webhook.disabled");
      assert.ok(JSON.stringify(notice?.details).includes('"because":"gone"'), admin.name);
      await rename("Meanwhile");
      assert.deepEqual((await session.post(`${path}/test`)).body.code, "webhook_disabled");
      receiver.respond = (response) => void response.writeHead(200).end();
      instance.advance(60_000);
      assert.equal((await session.patch(path, { enabled: true })).status, 200);
      const names = (await receiver.until(3)).map(({ body: sent }) => /"after":\{"name":"(\w+)"/.exec(sent)?.[1]);
      assert.deepEqual(names.map(String).sort(), ["Gone", "Gone", "Meanwhile"]);
    });

    it("a webhook that fails for three days is turned off", async () => {
      const { receiver, rename, session, path, deliveries } = await fixture();
      receiver.respond = (response) => void response.writeHead(503).end();
      await rename("Down");
      for (let count = 1; (await session.get(path)).body.disabledAt === null; count++) {
        assert.ok(count < 30, "it is never turned off");
        await receiver.until(count);
        await instance.webhooks.settled();
        const next = (await deliveries())[0]?.nextAttemptAt ?? null;
        if (next !== null) instance.advance(Date.parse(next) - instance.deps.clock());
        instance.webhooks.begin();
        await instance.webhooks.settled();
      }
      const webhook = (await session.get(path)).body;
      assert.equal(webhook.disabledBecause, "failing");
      const failedMs = Date.parse(webhook.disabledAt) - Date.parse(webhook.failingSince);
      assert.ok(failedMs > 2 * DAY_MS && failedMs <= 3 * DAY_MS);
      await session.delete(path);
    });

    it("one delivery, or all events since an instant, are sent again; a test event ignores the types", async () => {
      const { receiver, rename, session, path, deliveries } = await fixture();
      const since = new Date(instance.deps.clock()).toISOString();
      await rename("One");
      await rename("Two");
      await receiver.until(2);
      await instance.webhooks.settled();
      const [newest] = await deliveries();
      assert.equal((await session.post(`${path}/deliveries/${newest?.id}/replay`)).status, 202);
      const third = (await receiver.until(3))[2];
      assert.equal(third?.headers["webhook-id"], newest?.eventId);
      await instance.webhooks.settled();
      assert.equal((await session.post(`${path}/replay`, { since })).status, 202);
      await receiver.until(5);
      await instance.webhooks.settled();
      assert.equal((await session.get(path)).body.replayingSince, null);
      const { body } = await session.post(`${path}/test`);
      const last = (await receiver.until(6))[5];
      assert.deepEqual([last?.event.type, last?.headers["webhook-id"]], ["webhook.tested", body.eventId]);
      assert.equal(receiver.received.length, 6);
    });

    it("without types it gets all events but those of use; turned off or deleted it gets none", async () => {
      const { receiver, rename, session, path, admin } = await fixture({ eventTypes: null });
      const token = await seed.token(admin, admin.personal);
      assert.equal((await token.client.get("/api/whoami")).status, 200);
      await rename("Everything");
      while (!receiver.received.some(({ event }) => event.type === "organization.renamed"))
        await receiver.until(receiver.received.length + 1);
      assert.ok(!receiver.received.some(({ event }) => event.type === "pat.used"));
      assert.equal((await session.delete(path)).status, 204);
      await instance.webhooks.settled();
      const count = receiver.received.length;
      await rename("Nobody");
      await instance.webhooks.settled();
      assert.equal(receiver.received.length, count);
      assert.equal((await session.get(path)).status, 404);
    });

    it("refuses wrong input, and records who changed what without the path of the URL", async () => {
      const { session, path, url } = await fixture();
      const wrong: readonly Readonly<Record<string, unknown>>[] = [
        { url: "http://hooks.example.com" },
        { url: "https://ada:secret@hooks.example.com" },
        { url: "https://169.254.169.254/latest" },
        { url: "ftp://hooks.example.com" },
        { url: "https://hooks.example.com", eventTypes: [] },
        { url: "https://hooks.example.com", eventTypes: ["no.such"] },
        { url: "https://hooks.example.com", description: "a\nb" },
        { url: "https://hooks.example.com", description: "a\u202eb" },
      ];
      for (const body of wrong) {
        const response = await session.post(PATH, body);
        assert.deepEqual([response.status, response.body.code], [400, "field_invalid"], JSON.stringify(body));
      }
      await session.patch(path, { url: "https://hooks.example.com/other-secret", description: "Billing" });
      const { body } = await session.get("/api/admin/audit-events?action=webhook.&limit=10");
      const events = JSON.stringify(body.items);
      assert.ok(events.includes("webhook.changed") && events.includes("hooks.example.com"));
      assert.ok(!events.includes("other-secret") && !events.includes(new URL(url).pathname));
    });
  });
}

interface Delivery {
  readonly id: string;
  readonly eventId: string;
  readonly state: string;
  readonly attempts: number;
  readonly responseStatus: number | null;
  readonly error: string | null;
  readonly nextAttemptAt: string | null;
}

describe("the address of a webhook", () => {
  const post = { id: "evt_1", body: "{}", secrets: [new Uint8Array(32)], at: Date.now() };
  const never = new AbortController().signal;

  it("is refused when it is private, in every way to write it, before and after the name is resolved", async () => {
    const addresses = [
      "127.0.0.1",
      "10.1.2.3",
      "192.168.0.1",
      "172.31.255.1",
      "100.64.0.1",
      "169.254.169.254",
      "0.0.0.0",
      "224.0.0.1",
      "::1",
      "::",
      "fd00::1",
      "fe80::1",
      "::ffff:127.0.0.1",
      "::ffff:7f00:1",
      "64:ff9b::7f00:1",
      "::127.0.0.1",
      "::ffff:0:7f00:1",
      "2002:7f00:1::",
    ];
    for (const address of addresses) {
      const host = address.includes(":") ? `[${address}]` : address;
      assert.notEqual(problemOfUrl(`https://${host}/`, false), null, address);
      const poster = createWebhookPoster({
        allowPrivate: false,
        // A public address beside it does not help.
        resolve: async () => [
          { address: "93.184.215.14", family: 4 },
          { address, family: address.includes(":") ? 6 : 4 },
        ],
      });
      const { status, error } = await poster.send({ ...post, url: "https://hooks.example.com" }, never);
      assert.equal(status, null);
      assert.match(error ?? "", /private or reserved network/, address);
    }
    for (const text of ["https://2130706433/", "https://0x7f.1/", "https://localhost/", "https://127.1/"])
      assert.notEqual(problemOfUrl(text, false), null, text);
    assert.notEqual(problemOfUrl("https://169.254.169.254/", true), null);
    assert.equal(problemOfUrl("https://hooks.example.com/", false), null);
  });

  it("is resolved once, and redirects are not followed", async () => {
    const receiver = new Receiver();
    const port = new URL(await receiver.listen()).port;
    let resolved = 0;
    // The second answer of a name that is rebound would be another address.
    const poster = createWebhookPoster({
      allowPrivate: true,
      resolve: async () => [{ address: resolved++ === 0 ? "127.0.0.1" : "127.0.0.2", family: 4 }],
    });
    receiver.respond = (response) => void response.writeHead(302, { Location: "/elsewhere" }).end();
    const { status, error } = await poster.send({ ...post, url: `http://hooks.localhost:${port}/` }, never);
    assert.deepEqual(
      [status, error, resolved, receiver.received.length],
      [302, "The response had the status 302.", 1, 1],
    );
    receiver.close();
  });

  it("a receiver that switches to another protocol ends the attempt", async () => {
    const receiver = createNetServer((socket) => {
      socket.once("data", () => socket.write("HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"));
      socket.on("error", () => {});
    });
    receiver.listen(0, "127.0.0.1");
    await once(receiver, "listening");
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    const poster = createWebhookPoster({ allowPrivate: true });
    const { status, error } = await poster.send({ ...post, url }, never);
    assert.deepEqual([status, error], [101, "The response had the status 101."]);
    receiver.close();
  });

  it("a receiver that accepts and stays silent costs no more than the time limit", async () => {
    const receiver = new Receiver();
    const url = await receiver.listen();
    receiver.respond = () => {};
    const poster = createWebhookPoster({ allowPrivate: true, timeoutMs: 50 });
    const { status, error } = await poster.send({ ...post, url }, never);
    assert.equal(status, null);
    assert.match(error ?? "", /no response within/);
    receiver.close();
  });
});
