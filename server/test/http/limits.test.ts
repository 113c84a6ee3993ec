// Limits stop the person who fails or floods, and nobody else. Everybody here shares one address, as behind an office's
// router. Requests that belong to no known person leave little behind.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { DeviceLoginId } from "@mintmark/core";
import { newId, newLinkSecret } from "../../src/secrets/generate.ts";
import { hashUserCode, MOST_WAITING } from "../../src/use-cases/device/login.ts";
import { approve, claim, openLoopback, poll, requestDevice } from "../support/device-login.ts";
import { assertProblem, PASSWORD, personWithPassword, WRONG_PASSWORD } from "../support/accounts.ts";
import type { Client, Reply } from "../support/client.ts";
import { uniqueName } from "../support/instance.ts";
import { startMailStage } from "../support/mail-stage.ts";
import type { Person } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

const MINTS = "/api/personal-access-tokens";
const TEN_MINUTES_MS = 600_000;
const OF_SESSION = '"device:code:session";q=5;w=3600';
const OF_PERSON = '"device:code:user";q=15;w=3600';
const EVERY_EVENT = { limit: 200, after: null };

describe("a limit behind one shared address", () => {
  const { instance, seed } = withInstance({ env: { MINTMARK_MINT_LIMIT: "10", MINTMARK_SIGN_UP: "open" } });
  let mallory: Person;
  let hers: Client;
  let ada: Person;
  let session: Client;
  before(async () => {
    [mallory, ada] = [await seed.person("Mallory"), await seed.person("Ada")];
    [hers, session] = [await seed.session(mallory), await seed.session(ada)];
  });

  /** Sends until the response is 429, which names this limit; returns how many came before. */
  async function untilLimited(most: number, policy: string, send: () => Promise<Reply>): Promise<number> {
    for (let count = 0; count <= most; count++) {
      const { status, headers } = await send();
      if (status !== 429) continue;
      assert.equal(headers.get("ratelimit-policy"), policy);
      const seconds = headers.get("retry-after") ?? "";
      assert.match(seconds, /^[1-9]\d*$/);
      assert.equal(headers.get("ratelimit"), `${policy.split(";")[0]};r=0;t=${seconds}`);
      return count;
    }
    throw new Error(`no limit after ${most}`);
  }

  it("of mints counts the person who fails: colleagues mint, create keys, replace and approve", async () => {
    const failing = () => hers.post(MINTS, { name: "x", expiresInDays: 7, permissions: ["no:such"] });
    assert.equal(await untilLimited(10, '"mint:user";q=10;w=60', failing), 10);
    const minted = await session.post(MINTS, { name: "mine", expiresInDays: 7 });
    assert.equal(minted.status, 201);
    assert.equal((await session.post(`${MINTS}/${minted.body.token.id}/replace`)).status, 201);
    const acme = await seed.organization(ada);
    const key = { name: "key", role: "viewer", expiresInDays: 7 };
    assert.equal((await session.post(`/api/organizations/${acme.id}/api-keys`, key)).status, 201);
    const id = await claim(session, await requestDevice(instance));
    assert.equal((await approve(session, id, ada.personal)).status, 200);
  });

  it("of wrong codes counts the person who types them", async () => {
    for (let person = 0; person < 5; person++) {
      const guesser = await seed.person();
      for (let sessions = 0; sessions <= 3; sessions++) {
        const browser = await seed.session(guesser);
        const guess = () => browser.post("/api/device/claim", { userCode: "BBBB-BBBB" });
        const [policy, left] = sessions < 3 ? [OF_SESSION, 5] : [OF_PERSON, 0];
        assert.equal(await untilLimited(5, policy, guess), left);
      }
    }
    await claim(session, await requestDevice(instance));
  });

  it("of started device logins is too high for an office to reach, and stops nobody who is signed in", async () => {
    instance.advance(TEN_MINUTES_MS);
    const begin = () => instance.client().sendForm("/oauth2/device_authorization", {});
    assert.equal(await untilLimited(400, '"device:request";q=300;w=600', begin), 300);
    assert.equal((await openLoopback(session)).status, 200);
    instance.advance(TEN_MINUTES_MS);
    await requestDevice(instance);
  });

  it("of wrong passwords stops nobody who has signed in from there before", async () => {
    const grace = await personWithPassword(seed);
    const signIn = (email: string, password: string) => instance.client().post("/api/sign-in", { email, password });
    assert.equal((await signIn(grace.email, PASSWORD)).status, 200);
    const guess = () => signIn(`${uniqueName("nobody")}@example.com`, WRONG_PASSWORD);
    assert.equal(await untilLimited(120, '"sign-in";q=100;w=3600', guess), 100);
    assert.equal((await signIn(grace.email, PASSWORD)).status, 200);
  });

  it("of wrong calendar addresses stops nobody's calendar", async () => {
    const { body } = await (await seed.session(ada)).post("/api/account/calendar-feed");
    const path = new URL(body.url as string).pathname;
    const guess = () => instance.client().get(`/calendar/${"0".repeat(64)}.ics`);
    assert.equal(await untilLimited(70, '"calendar:unknown";q=60;w=60', guess), 60);
    assert.equal((await instance.client().get(path)).status, 200);
  });

  it("of sign-ups bounds the responses that reveal whether an address has an account", async () => {
    const ask = () =>
      instance.client().post("/api/sign-up", { name: "Eve", email: ada.email, password: "a long enough passphrase" });
    assertProblem(await ask(), 409, "email_taken");
    assert.equal(await untilLimited(120, '"sign-up";q=100;w=3600', ask), 99);
    assert.equal((await session.get("/api/session")).status, 200);
  });
});

it("resets of passwords are limited by mailbox, and by network only far above the needs of an office", async () => {
  const stage = await startMailStage();
  try {
    const ask = (email: string) => stage.instance.client().post("/api/password/forgot", { email });
    for (let count = 0; count < 50; count++) assert.equal((await ask(`${uniqueName("x")}@example.com`)).status, 202);
    const person = await stage.seed.person();
    assert.equal((await ask(person.email)).status, 202);
    await stage.tokenTo(person.email, "/reset-password");
  } finally {
    await stage.close();
  }
});

describe("device logins that nobody opened", () => {
  const { instance, seed } = withInstance();

  const events = async () =>
    (await instance.deps.store.reads.listAuditEvents({ actions: ["device.requested", "device.refused"] }, EVERY_EVENT))
      .items;

  it("leave nothing in the audit log, however they are polled, until a person opens one", async () => {
    const device = await requestDevice(instance);
    for (let index = 0; index < 3; index++) assert.equal((await poll(instance, device)).status, 400);
    assert.deepEqual(await events(), []);
    const person = await seed.person();
    const session = await seed.session(person);
    await claim(session, device);
    await claim(session, device);
    assert.deepEqual(
      (await events()).map(({ action, actor, details }) => [action, actor.id, details["method"]]),
      [["device.requested", person.id, "code"]],
    );
  });

  it("are bounded in number: the oldest is removed, an opened one is not, and nobody is refused", async () => {
    const { store, clock } = instance.deps;
    const opened = await requestDevice(instance);
    const id = (await claim(await seed.session(await seed.person()), opened)) as DeviceLoginId;
    const codes = Array.from({ length: MOST_WAITING }, newLinkSecret);
    await store.transaction(async (tx) => {
      for (const [index, code] of codes.entries()) {
        const at = clock() - MOST_WAITING + index;
        await tx.insertDeviceLogin({
          id: newId("deviceLogin"),
          deviceName: "flood",
          ip: null,
          userAgent: null,
          createdAt: at,
          expiresAt: at + TEN_MINUTES_MS,
          loopback: null,
          pollIntervalMs: 5000,
          claim: null,
          codes: { deviceCodeHash: hashUserCode(newLinkSecret()), userCodeHash: hashUserCode(code) },
        });
      }
    });
    for (let index = 0; index < 100; index++) await requestDevice(instance);
    const isThere = async (code: (typeof codes)[number] | undefined) =>
      code !== undefined && (await store.reads.findDeviceLogin("user_code", hashUserCode(code))) !== null;
    assert.deepEqual([await isThere(codes[0]), await isThere(codes.at(-1))], [false, true]);
    assert.notEqual(await store.transaction((tx) => tx.lockDeviceLogin(id)), null);
  });
});
