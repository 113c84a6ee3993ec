// Notices over HTTP: the list, reading and dismissing, and emails. People see only their own, and only in a browser.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Client, Reply } from "../support/client.ts";
import { actionsOf, assertProblem } from "../support/accounts.ts";
import { noticesOf } from "../support/notices.ts";
import type { Person } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

const KINDS = [
  "token.expiring",
  "token.expired",
  "token.new_network",
  "token.revoked",
  "token.minted",
  "policy.changed",
  "member.joined",
  "account.reset_link",
  "api_key.expiring",
  "api_key.expired",
  "webhook.disabled",
];
const EVERYTHING = Object.fromEntries(KINDS.map((kind) => [kind, true]));
/** A minting by another browser is news. */
const AGENTS = ["Firefox", "Chrome", "Safari", "Edge", "Opera"];
const PREFERENCES = "/api/account/notice-preferences";

describe("notices over HTTP", () => {
  const { instance, seed } = withInstance();

  async function mint(browser: Client, name: string): Promise<string> {
    const { body } = await browser.post("/api/personal-access-tokens", { name, expiresInDays: 60 });
    return body.token.id;
  }

  async function personWithNotices(count: number): Promise<{ person: Person; browser: Client; ids: string[] }> {
    const person = await seed.person();
    const browser = await seed.session(person);
    const ids: string[] = [];
    await mint(browser, "in the account's first browser, so that the notice counts as read");
    for (const { id } of await noticesOf(instance, person)) await browser.post(`/api/notices/${id}/dismiss`);
    for (let index = 0; index < count; index++) {
      await mint(browser.with({ "User-Agent": AGENTS[index] ?? "" }), `token ${index}`);
      instance.advance(1);
    }
    for (const { id } of (await noticesOf(instance, person)).toReversed()) ids.push(id);
    return { person, browser, ids };
  }

  it("lists the person's own, newest first, a page at a time, with the number of unread ones", async () => {
    const { browser, ids } = await personWithNotices(5);
    await personWithNotices(1);
    const first = await browser.get("/api/notices?limit=2");
    assert.equal(first.status, 200);
    assert.deepEqual([first.body.items.length, first.body.unread], [2, 5]);
    const second = await browser.get(`/api/notices?limit=3&cursor=${first.body.nextCursor}`);
    const seen = [...first.body.items, ...second.body.items].map(({ id }: { id: string }) => id);
    assert.deepEqual([seen, second.body.nextCursor], [ids, null]);
    const [notice] = first.body.items;
    assert.deepEqual(
      [notice.kind, notice.readAt, notice.token.name, notice.details.userAgent],
      ["token.minted", null, "token 4", AGENTS[4]],
    );
    assert.equal((await browser.get("/api/notices?kind=token.revoked")).body.items.length, 0);
    assertProblem(await browser.get("/api/notices?kind=everything"), 400, "field_invalid");
    assertProblem(await browser.get("/api/notices?cursor=x"), 400, "cursor_invalid");
  });

  it("reads one, reads all, dismisses one", async () => {
    const { browser, ids } = await personWithNotices(4);
    assert.equal((await browser.post(`/api/notices/${ids[0]}/read`)).status, 204);
    assert.equal((await browser.post(`/api/notices/${ids[0]}/read`)).status, 204);
    const unread = await browser.get("/api/notices?unread=true");
    assert.deepEqual(
      unread.body.items.map(({ id }: { id: string }) => id),
      ids.slice(1),
    );
    assert.equal((await browser.post(`/api/notices/${ids[1]}/dismiss`)).status, 204);
    assert.deepEqual((await browser.post("/api/notices/read")).body, { read: 2 });
    assert.deepEqual((await browser.post("/api/notices/read")).body, { read: 0 });
    const { body } = await browser.get("/api/notices");
    assert.deepEqual([body.items.length, body.unread], [3, 0]);
    assertProblem(await browser.post(`/api/notices/${ids[1]}/read`), 404, "not_found");
  });

  it("treats another person's notice as one that does not exist", async () => {
    const { ids, person } = await personWithNotices(1);
    const stranger = await seed.session(await seed.person());
    for (const verb of ["read", "dismiss"]) {
      const other = await stranger.post(`/api/notices/${ids[0]}/${verb}`);
      const unknown = await stranger.post(`/api/notices/ntc_${"0".repeat(32)}/${verb}`);
      assertProblem(other, 404, "not_found");
      const without = ({ body }: Reply) => ({ ...body, requestId: "" });
      assert.deepEqual(without(other), without(unknown));
    }
    assert.equal((await noticesOf(instance, person))[0]?.readAt, null);
  });

  it("mails every kind until it is turned off, and always mails that somebody revoked a token", async () => {
    const person = await seed.person();
    const browser = await seed.session(person);
    const fresh = (await browser.get(PREFERENCES)).body;
    assert.equal(fresh.mailReaches, false, "this instance sends no mail");
    assert.deepEqual(
      fresh.kinds.map(({ kind, mail, optional }: Record<string, unknown>) => [kind, mail, optional]),
      KINDS.map((kind) => [kind, true, !["token.revoked", "account.reset_link", "webhook.disabled"].includes(kind)]),
    );
    const mail = { ...EVERYTHING, "token.minted": false, "policy.changed": false };
    const set = await browser.put(PREFERENCES, { mail });
    assert.equal(set.status, 200);
    const off = (reply: Reply) =>
      reply.body.kinds.filter((kind: { mail: boolean }) => !kind.mail).map((kind: { kind: string }) => kind.kind);
    assert.deepEqual(off(set), ["token.minted", "policy.changed"]);
    assert.deepEqual(off(await browser.get(PREFERENCES)), ["token.minted", "policy.changed"]);
    await browser.put(PREFERENCES, { mail });
    assert.deepEqual(await actionsOf(instance, person), ["user.notices_changed"], "once for one change");

    const refused = await browser.put(PREFERENCES, { mail: { ...EVERYTHING, "token.revoked": false } });
    assertProblem(refused, 400, "field_invalid");
    assert.equal(refused.body.errors[0].field, "token.revoked");
    assertProblem(await browser.put(PREFERENCES, { mail: { "token.minted": false } }), 400, "field_invalid");
    const unknown = { mail: { ...EVERYTHING, "token.lost": true } };
    assertProblem(await browser.put(PREFERENCES, unknown), 400, "field_unknown");
    assert.deepEqual(off(await browser.get(PREFERENCES)), ["token.minted", "policy.changed"], "nothing has changed");
  });

  it("responds to a browser session only: no token, key, service or stranger, and no other site", async () => {
    const { person, browser, ids } = await personWithNotices(1);
    const organization = await seed.organization(person);
    const token = await seed.token(person, organization);
    const key = await seed.apiKey(organization, person);
    const service = await seed.service(person);
    const feed = "/api/account/calendar-feed";
    const calls: readonly (readonly [string, string, unknown?])[] = [
      ["GET", "/api/notices"],
      ["POST", "/api/notices/read", {}],
      ["POST", `/api/notices/${ids[0]}/read`, {}],
      ["POST", `/api/notices/${ids[0]}/dismiss`, {}],
      ["GET", PREFERENCES],
      ["PUT", PREFERENCES, { mail: { ...EVERYTHING, "token.minted": false } }],
      ["GET", feed],
      ["POST", feed, {}],
      ["DELETE", feed],
    ];
    for (const [method, path, body] of calls) {
      for (const client of [token.client, instance.client().withApiKey(token.secret), key.client, service.client]) {
        assertProblem(await client.send(method, path, body), 403, "session_required");
      }
      assertProblem(await instance.client().send(method, path, body), 401, "credentials_missing");
      if (method === "GET") continue;
      const elsewhere = browser.with({ "Sec-Fetch-Site": "cross-site", Origin: "https://evil.example" });
      assertProblem(await elsewhere.send(method, path, body), 403, "cross_site_request");
    }
    const { body } = await browser.get("/api/notices");
    assert.deepEqual([body.items.length, body.unread], [1, 1]);
    assert.equal((await browser.get(feed)).body.feed, null);
    assert.ok((await browser.get(PREFERENCES)).body.kinds.every(({ mail }: { mail: boolean }) => mail));
  });
});
