// Responses that the crawl cannot reach, because they need an email, a login that waits, an instance without an account, or
// too many requests. Everything that these steps receive is compared with the document.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { openApiDocument } from "../../src/http/openapi/document.ts";
import { operations } from "../../src/http/operations.ts";
import { startSetup } from "../../src/use-cases/admin/set-up.ts";
import { PASSWORD } from "../support/accounts.ts";
import { approvedDevice, claim, exchangeCode, handedCode, poll, requestDevice } from "../support/device-login.ts";
import { startInstance, uniqueName } from "../support/instance.ts";
import { type MailStage, ownedOrganization, prove, startMailStage } from "../support/mail-stage.ts";
import type { Person } from "../support/seed.ts";
import { Description } from "./described.ts";

const DAY_MS = 86_400_000;

describe("the OpenAPI document declares every answer on the way of a person who", () => {
  const description = new Description(openApiDocument(operations));
  const routes = description.operations
    .toSorted((a, b) => a.path.split("{").length - b.path.split("{").length)
    .map((one) => ({ ...one, pattern: new RegExp(`^${one.path.replaceAll(/\{\w+\}/g, "[^/]+")}$`) }));
  const fetchAsUsual = globalThis.fetch;
  let stage: MailStage;
  before(async () => {
    globalThis.fetch = async (input, init) => {
      const response = await fetchAsUsual(input, init);
      const { pathname } = new URL(input as string);
      const method = init?.method?.toLowerCase() ?? "get";
      const route = routes.find((one) => one.method === method && one.pattern.test(pathname));
      if (route === undefined) return response;
      const { status, headers } = response;
      const text = await response.clone().text();
      description.assertDeclares(route.path, method, { status, headers, text }, "on the way");
      return response;
    };
    stage = await startMailStage({ env: { MINTMARK_SIGN_UP: "open", MINTMARK_MINT_LIMIT: "2" } });
  });
  after(async () => {
    globalThis.fetch = fetchAsUsual;
    await stage.close();
  });

  const saw = (...answers: readonly string[]): void => {
    for (const answer of answers) assert.ok(description.seen.has(answer), `${answer} was never compared`);
  };

  it("sets an instance up", async () => {
    const fresh = await startInstance();
    try {
      const code = (await startSetup(fresh.deps))?.expose();
      const ada = { name: "Ada", email: "ada@example.com", password: PASSWORD };
      await fresh.client().post("/api/setup", { code: "0".repeat(32), ...ada });
      await fresh.client().post("/api/setup", { code, ...ada });
      await fresh.client().post("/api/setup", { code, ...ada });
    } finally {
      await fresh.close();
    }
    saw("setUp 201", "setUp 403", "setUp 409");
  });

  it("forgets the password", async () => {
    const person = await stage.seed.person();
    await prove(stage, person);
    await stage.instance.client().post("/api/password/forgot", { email: person.email });
    const token = await stage.tokenTo(person.email, "/reset-password");
    for (const body of [
      { token: "x", password: PASSWORD },
      { token, password: "short" },
      { token, password: PASSWORD },
    ])
      await stage.instance.client().post("/api/password/reset", body);
    saw("forgotPassword 202", "resetPassword 200", "resetPassword 400", "resetPassword 410");
  });

  it("sends test emails, and too many", async () => {
    const admin = await stage.seed.person(undefined, { instanceAdmin: true });
    const browser = await stage.seed.session(admin);
    for (let count = 0; count < 11; count++) await browser.post("/api/admin/mail/tests");
    saw("sendTestEmail 201", "sendTestEmail 429");
  });

  it("confirms an address, and asks for too many emails", async () => {
    const person = await stage.seed.person();
    const browser = await stage.seed.session(person);
    for (let count = 0; count < 6; count++) await browser.post("/api/account/email/verification");
    const token = await stage.tokenTo(person.email, "/verify-email", 0);
    await browser.post("/api/email/verify", { token });
    saw("requestEmailVerification 202", "requestEmailVerification 429", "verifyEmail 200");
  });

  it("joins an organization by domain", async () => {
    const moveTo = async (person: Person, domain: string): Promise<void> => {
      const email = `${uniqueName("p")}@${domain}`;
      await stage.instance.deps.store.transaction((tx) => tx.setUserEmail(person.id, email));
      await prove(stage, person);
    };
    const { owner, session, path } = await ownedOrganization(stage);
    const domain = `${uniqueName("acme")}.example`;
    await moveTo(owner, domain);
    await session.put(`${path}/domain-joining`, { domain, role: "member" });
    const colleague = await stage.seed.person();
    await moveTo(colleague, domain);
    const browser = await stage.seed.session(colleague);
    await browser.get("/api/account/joinable-organizations");
    await browser.post(`${path}/join`);
    await browser.post(`${path}/join`);
    saw("joinOrganization 200", "setDomainJoining 200");
  });

  it("logs in from a terminal, in every way", async () => {
    const person = await stage.seed.person();
    const session = await stage.seed.session(person);
    const waiting = await requestDevice(stage.instance);
    await poll(stage.instance, waiting);
    await poll(stage.instance, waiting);
    await session.post("/api/device/deny", { id: await claim(session, waiting) });
    stage.instance.advance(60_000);
    await poll(stage.instance, waiting);
    const approved = await approvedDevice(stage.instance, session, person.personal);
    stage.instance.advance(60_000);
    await poll(stage.instance, approved);
    await poll(stage.instance, approved);
    await exchangeCode(stage.instance, await handedCode(session, person.personal));
    await exchangeCode(stage.instance, "0".repeat(64));
    saw("issueToken 200", "issueToken 400", "approveDevice 200", "denyDevice 200", "openLoopback 200");
  });

  it("reads a calendar, too often", async () => {
    const person = await stage.seed.person();
    const { body } = await (await stage.seed.session(person)).post("/api/account/calendar-feed");
    const { pathname } = new URL(body.url as string);
    for (let count = 0; count <= 60; count++) await stage.instance.client().get(pathname);
    saw("readCalendar 200", "readCalendar 429");
  });

  it("mints too often, with a token that ends soon", async () => {
    const person = await stage.seed.person();
    const session = await stage.seed.session(person);
    for (let count = 0; count < 3; count++)
      await session.post("/api/personal-access-tokens", { name: "x", expiresInDays: 7 });
    const { secret } = await stage.seed.token(person, person.personal, {
      createdAt: stage.instance.deps.clock() - 30 * DAY_MS,
      expiresAt: stage.instance.deps.clock() + DAY_MS,
    });
    const client = stage.instance.client().withBearer(secret);
    const { headers } = await client.get("/api/whoami");
    assert.notEqual(headers.get("mintmark-token-expires"), null);
    await client.post("/api/personal-access-tokens", { name: "x" });
    await client.get("/forward-auth");
    saw("mintToken 201", "mintToken 429", "mintToken 403", "forwardAuth 200");
  });

  it("cannot be verified, because the database is away", async () => {
    const away = await startInstance();
    await away.deps.store.close();
    const { headers } = away.client().withBearer(`mm_pat_${"0".repeat(40)}${"0".repeat(8)}`);
    await away.client().with(headers).get("/readyz");
    const cookie = away.client().withCookie(`mintmark_session=${"0".repeat(64)}`);
    await cookie.get("/api/session");
    await away.close();
    saw("readyz 503", "getSession 503");
  });
});
