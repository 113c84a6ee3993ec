// Calendar feeds: made, read, replaced and ended; their content, and that their secret opens nothing else.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import ICAL from "ical.js";
import type { Client, Reply } from "../support/client.ts";
import { actionsOf, assertProblem } from "../support/accounts.ts";
import type { Person } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

const FEED = "/api/account/calendar-feed";
const DAY_MS = 86_400_000;

describe("calendar feeds", () => {
  const { instance, seed } = withInstance({ env: { MINTMARK_TRUSTED_PROXIES: "127.0.0.1" } });

  let readers = 0;
  /** Reads an address as a calendar program does, from its own network. */
  function read(url: string): Promise<Reply> {
    readers += 1;
    const program = instance.client().with({ "X-Forwarded-For": `198.51.100.${readers}` });
    return program.get(new URL(url).pathname);
  }

  async function feedOf(person: Person): Promise<{ readonly browser: Client; readonly url: string }> {
    const browser = await seed.session(person);
    const { status, body } = await browser.post(FEED);
    assert.equal(status, 201);
    return { browser, url: body.url };
  }

  function eventsIn(text: string) {
    const calendar = new ICAL.Component(ICAL.parse(text));
    return calendar.getAllSubcomponents("vevent").map((component) => {
      const event = new ICAL.Event(component);
      assert.equal(component.getAllSubcomponents("valarm").length, 1);
      return { uid: event.uid, summary: event.summary, start: event.startDate.toJSDate().getTime() };
    });
  }

  it("shows names and dates of active tokens in every organization, and of keys where the reader may see keys", async () => {
    const person = await seed.person();
    const [own, foreign] = [
      await seed.organization(person, "Ærø & Söhne; “Acme”"),
      await seed.organization(await seed.person()),
    ];
    await seed.member(foreign, person, "member");
    const now = instance.deps.clock();
    const name = `Deploy 🚀 to Curaçao, with a name long enough to be folded; and \\ a comma, twice`;
    const soon = await seed.token(person, own, { name, expiresAt: now + DAY_MS });
    const later = await seed.token(person, foreign, { name: "Later", expiresAt: now + 30 * DAY_MS });
    const key = await seed.apiKey(own, person, { name: "Pipeline", expiresAt: now + 2 * DAY_MS });
    await seed.apiKey(foreign, person, { name: "Not to be seen", expiresAt: now + DAY_MS });
    await seed.token(person, own, { name: "endless" });
    await seed.token(person, own, { name: "over", createdAt: now - DAY_MS, expiresAt: now - 1000 });
    const revoked = await seed.token(person, own, { name: "revoked", expiresAt: now + DAY_MS });
    await revoked.client.delete("/api/personal-access-tokens/current");

    const { url } = await feedOf(person);
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/calendar\/[0-9a-f]{64}\.ics$/);
    const reply = await read(url);
    assert.equal(reply.status, 200);
    assert.equal(reply.headers.get("content-type"), "text/calendar; charset=utf-8");
    assert.equal(reply.headers.get("cache-control"), "no-store");
    assert.equal(reply.headers.get("referrer-policy"), "no-referrer");
    const second = (at: number): number => Math.floor(at / 1000) * 1000;
    assert.deepEqual(eventsIn(reply.body), [
      {
        uid: `${soon.id}@127.0.0.1`,
        summary: `Token “${name}” expires (Ærø & Söhne; “Acme”)`,
        start: second(now + DAY_MS),
      },
      {
        uid: `${key.id}@127.0.0.1`,
        summary: `API key “Pipeline” expires (Ærø & Söhne; “Acme”)`,
        start: second(now + 2 * DAY_MS),
      },
      {
        uid: `${later.id}@127.0.0.1`,
        summary: `Token “Later” expires (${foreign.name})`,
        start: second(now + 30 * DAY_MS),
      },
    ]);
    for (const line of (reply.body as string).split("\r\n")) assert.ok(Buffer.byteLength(line) <= 75, line);
    assert.ok(!(reply.body as string).replaceAll("\r\n", "").includes("\n"), "lines end in CRLF");
    assert.ok(![soon.secret, key.secret, person.email].some((secret) => reply.body.includes(secret.slice(0, 10))));
    assert.equal((await read(url)).body, reply.body, "reading again changes nothing");
  });

  interface Shown {
    readonly summary: string;
    readonly start: string;
    readonly sequence: number;
    readonly modified: string;
    readonly alarmS: number;
  }

  /** The entries that a calendar program reads, by the id of their credential. */
  async function shownIn(url: string): Promise<ReadonlyMap<string, Shown>> {
    const calendar = new ICAL.Component(ICAL.parse((await read(url)).body));
    const events = calendar.getAllSubcomponents("vevent").map((component): readonly [string, Shown] => {
      const event = new ICAL.Event(component);
      const trigger = component.getFirstSubcomponent("valarm")?.getFirstPropertyValue("trigger");
      const shown = {
        summary: event.summary,
        start: event.startDate.toJSDate().toISOString(),
        sequence: event.sequence ?? 0,
        modified: String(component.getFirstPropertyValue("last-modified")),
        alarmS: -Number((trigger as ICAL.Duration | undefined)?.toSeconds()),
      };
      return [event.uid.replace(/@.*/, ""), shown];
    });
    return new Map(events);
  }

  it("changes an entry with its token and the policy, and removes it when the token is replaced or revoked", async () => {
    const person = await seed.person();
    const organization = await seed.organization(person, "Acme");
    const mint = async (expiresInDays: number | null): Promise<{ id: string; createdAt: number }> => {
      const input = { name: "CI", expiresInDays, organizationId: organization.id };
      const { token } = (await (await seed.session(person, organization)).post("/api/personal-access-tokens", input))
        .body;
      return { id: token.id, createdAt: Date.parse(token.createdAt) };
    };
    const setPolicy = async (change: object): Promise<void> => {
      const session = await seed.session(person, organization);
      const path = `/api/organizations/${organization.id}/token-policy`;
      assert.equal((await session.put(path, { ...(await session.get(path)).body, ...change })).status, 200);
    };
    const second = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}.000Z`;
    const [year, endless] = [await mint(365), await mint(null)];
    const { browser, url } = await feedOf(person);
    const before = await shownIn(url);
    assert.deepEqual([...before.keys()], [year.id], "a token that never ends has no entry");
    const first = before.get(year.id) ?? assert.fail();
    assert.deepEqual(
      [first.summary, first.start, first.sequence, first.alarmS],
      ["Token “CI” expires (Acme)", second(year.createdAt + 365 * DAY_MS), 0, 14 * 86_400],
    );

    instance.advance(1000);
    await browser.patch(`/api/personal-access-tokens/${year.id}`, { name: "Nightly" });
    const renamed = (await shownIn(url)).get(year.id) ?? assert.fail();
    assert.deepEqual(
      [renamed.summary, renamed.start, renamed.sequence],
      ["Token “Nightly” expires (Acme)", first.start, 1],
    );
    assert.notEqual(renamed.modified, first.modified);
    assert.deepEqual((await shownIn(url)).get(year.id), renamed, "reading again changes nothing");

    await setPolicy({ maxLifetimeDays: 20, idleDays: 12 });
    const moved = await shownIn(url);
    assert.deepEqual([...moved.keys()].toSorted(), [year.id, endless.id].toSorted());
    const ended = moved.get(endless.id) ?? assert.fail();
    assert.deepEqual(
      [ended.summary, ended.start, ended.alarmS],
      ["Token “CI” ends if unused (Acme)", second(endless.createdAt + 12 * DAY_MS + 1), 3 * 86_400],
    );
    await setPolicy({ idleDays: null });
    const limited = (await shownIn(url)).get(year.id) ?? assert.fail();
    assert.deepEqual(
      [limited.summary, limited.start, limited.sequence, limited.alarmS],
      ["Token “Nightly” ends by policy (Acme)", second(year.createdAt + 20 * DAY_MS + 1), 3, 5 * 86_400],
    );

    const { body } = await browser.post(`/api/personal-access-tokens/${year.id}/replace`);
    const replaced = await shownIn(url);
    assert.deepEqual([replaced.has(year.id), replaced.has(body.token.id)], [false, true]);
    await browser.delete(`/api/personal-access-tokens/${body.token.id}`);
    const revoked = await shownIn(url);
    assert.deepEqual([revoked.has(body.token.id), revoked.has(year.id)], [false, true], "the replacement is gone");
  });

  it("has its address shown once; later responses have only the time of its last reading", async () => {
    const person = await seed.person();
    const { browser, url } = await feedOf(person);
    const before = await browser.get(FEED);
    assert.equal(before.body.feed.lastReadAt, null);
    await read(url);
    const { body } = await browser.get(FEED);
    assert.notEqual(body.feed.lastReadAt, null);
    assert.ok(!JSON.stringify(body).includes(secretIn(url)));
  });

  it("stops working when it is replaced, when it is ended, and with its owner's account, with the same response", async () => {
    const person = await seed.person();
    const { browser, url } = await feedOf(person);
    const unknown = await read(`${instance.url}/calendar/${"0".repeat(64)}.ics`);
    assertProblem(unknown, 404, "not_found");
    const isGone = async (address: string): Promise<void> => {
      const { status, body } = await read(address);
      assert.deepEqual([status, { ...body, requestId: "" }], [404, { ...unknown.body, requestId: "" }]);
    };
    const { body } = await browser.post(FEED);
    await isGone(url);
    assert.equal((await read(body.url)).status, 200);
    await instance.deps.store.transaction((tx) => tx.suspendUser(person.id, instance.deps.clock(), "x"));
    await isGone(body.url);
    await instance.deps.store.transaction((tx) => tx.reinstateUser(person.id));
    assert.equal((await read(body.url)).status, 200);
    assert.equal((await browser.delete(FEED)).status, 204);
    assert.equal((await browser.delete(FEED)).status, 204);
    await isGone(body.url);
    assert.equal((await browser.get(FEED)).body.feed, null);
    assert.deepEqual((await actionsOf(instance, person)).toSorted(), [
      "calendar_feed.created",
      "calendar_feed.created",
      "calendar_feed.revoked",
      "calendar_feed.revoked",
    ]);

    const leaving = await seed.person();
    const last = await feedOf(leaving);
    await instance.deps.store.transaction((tx) => tx.deleteUser(leaving.id, instance.deps.clock()));
    await isGone(last.url);
    for (const file of ["x.ics", `${"0".repeat(63)}.ics`, "0".repeat(64), `${"A".repeat(64)}.ics`]) {
      await isGone(`${instance.url}/calendar/${file}`);
    }
  });

  it("its secret is no credential anywhere else", async () => {
    const { url } = await feedOf(await seed.person());
    const secret = secretIn(url);
    const client = instance.client();
    for (const path of ["/api/whoami", "/api/session", "/api/notices"]) {
      for (const sender of [
        client.withBearer(secret),
        client.withApiKey(secret),
        client.withCookie(`mintmark_session=${secret}`),
      ])
        assert.equal((await sender.get(path)).status, 401, path);
    }
    assert.equal((await client.withBearer(secret).get("/forward-auth")).status, 401);
  });

  it("needs no credential, and ignores one", async () => {
    const person = await seed.person();
    const { url } = await feedOf(person);
    const token = await seed.token(person, person.personal);
    const { pathname } = new URL(url);
    assert.equal((await token.client.get(pathname)).status, 200);
    assert.equal((await token.client.get(`/calendar/${"0".repeat(64)}.ics`)).status, 404);
    for (const method of ["POST", "PUT", "DELETE"]) {
      assertProblem(await instance.client().send(method, pathname), 405, "method_not_allowed");
    }
    const head = await fetch(url, { method: "HEAD" });
    assert.deepEqual([head.status, await head.text()], [200, ""]);
  });

  it("is read at most 60 times a minute, and one client address may try as many unknown addresses", async () => {
    const { url } = await feedOf(await seed.person());
    const program = instance.client().with({ "X-Forwarded-For": "192.0.2.7" });
    const unknown = `/calendar/${"0".repeat(64)}.ics`;
    for (let count = 0; count < 60; count++) {
      await program.get(unknown);
      await program.get(new URL(url).pathname);
    }
    const refused = await program.get(new URL(url).pathname);
    assertProblem(refused, 429, "rate_limited");
    assert.ok(Number(refused.headers.get("retry-after")) > 0);
    assertProblem(await program.get(unknown), 429, "rate_limited");
    assert.equal((await read((await feedOf(await seed.person())).url)).status, 200, "another feed can be read");
    assertProblem(await read(`${instance.url}${unknown}`), 404, "not_found");
    instance.advance(60_000);
    assert.equal((await program.get(new URL(url).pathname)).status, 200);
  });

  it("no address of a feed is in the log, which names the operation", () => {
    const log = instance.log.join("");
    assert.match(log, /"operation":"readCalendar"/);
    assert.doesNotMatch(log, /\/calendar\/|[0-9a-f]{64}/);
  });
});

function secretIn(url: string): string {
  return new URL(url).pathname.slice("/calendar/".length, -".ics".length);
}
