// The demo: it fills its database, shows every state, lets its visitors in, and nobody else.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { STALE_DAYS } from "@mintmark/core";
import { BARE_ENVIRONMENT } from "../../../tests/support/bare-environment.ts";
import { freePort } from "../../../tests/support/free-port.ts";
import { ConfigError, loadConfig } from "../../src/config/config.ts";
import { type Demo, type DemoAccount, startDemo } from "../../src/demo/demo.ts";
import { demoConfig } from "../../src/demo/demo-config.ts";
import { Chance } from "../../src/demo/timeline.ts";
import { dueRequests } from "../../src/demo/uses.ts";
import type { AuditEventRecord, OrganizationRecord, TokenRecord } from "../../src/store/store.ts";
import { Client, type Reply } from "../support/client.ts";

const DAY_MS = 86_400_000;
const PAGE = { limit: 200, after: null };

describe("the demo", () => {
  let demo: Demo;
  let anonymous: Client;

  before(async () => {
    demo = await startDemo(loadConfig({ MINTMARK_PORT: String(await freePort()) }));
    anonymous = new Client(demo.instance.deps.settings.baseUrl);
  });
  after(() => demo.close());

  const account = (who: DemoAccount["who"]): DemoAccount => {
    const found = demo.accounts.find((candidate) => candidate.who === who);
    assert.ok(found);
    return found;
  };
  const signIn = async ({ email, password }: DemoAccount): Promise<Client> => {
    const reply = await anonymous.post("/api/sign-in", { email, password });
    assert.equal(reply.status, 200);
    return anonymous.withCookie(cookieOf(reply));
  };
  const northwind = async (): Promise<OrganizationRecord> => {
    const { reads } = demo.instance.deps.store;
    const user = await reads.findUserByEmail(account("mara").email);
    const entries = user === null ? [] : await reads.listOrganizationsOfUser(user.id);
    const found = entries.find(({ organization }) => organization.name === "Northwind Robotics");
    assert.ok(found);
    return found.organization;
  };

  it("shows its owner a token in every state, with the details of each state", async () => {
    const mara = await signIn(account("mara"));
    const { body } = await mara.get("/api/personal-access-tokens?limit=200");
    const tokens: Token[] = body.items;
    const now = Date.now();
    const has = (what: string, matches: (token: Token) => boolean): void => assert.ok(tokens.some(matches), what);
    const isActive = ({ state }: Token): boolean => state === "active";
    const daysLeft = ({ expiresAt }: Token): number =>
      expiresAt === null ? Number.POSITIVE_INFINITY : (Date.parse(expiresAt) - now) / DAY_MS;
    has("in daily use", (token) => isActive(token) && token.permissions === null && token.useCount > 100);
    has("read-only", (token) => isActive(token) && token.permissions?.every((name) => name.endsWith(":read")) === true);
    has("about to expire", (token) => isActive(token) && daysLeft(token) < 7);
    has("never used", (token) => isActive(token) && token.lastUsedAt === null && token.useCount === 0);
    has("forgotten", (token) => isActive(token) && now - Date.parse(token.lastUsedAt ?? "") > STALE_DAYS * DAY_MS);
    has("expired", ({ state }) => state === "expired");
    has("blocked by policy", ({ blockedBy }) => blockedBy === "policy_no_expiry");
    has("revoked by its owner", ({ state, revokedBy }) => state === "revoked" && revokedBy?.name === "Mara Lindqvist");
    has("revoked by an admin", ({ state, revokedBy }) => state === "revoked" && revokedBy?.name === "Priya Raman");
    has("a replacement", (token) => isActive(token) && tokens.some(({ id }) => id === token.replaces));
    has("of the personal organization", ({ organization }) => organization.personal);
    has("of the second organization", ({ organization }) => organization.name === "Harbor Test Lab");
  });

  it("has members of every role, one suspended, one removed, and pending invitations", async () => {
    const mara = await signIn(account("mara"));
    const { id } = await northwind();
    const members = (await mara.get(`/api/organizations/${id}/members?limit=200`)).body.items as Member[];
    assert.deepEqual(
      new Set(members.map(({ role }) => role)),
      new Set(["owner", "admin", "member", "viewer", "operator"]),
    );
    assert.ok(members.length >= 8 && members.length <= 12);
    assert.deepEqual(
      members.filter(({ state }) => state === "suspended").map(({ user }) => user.name),
      ["Nadia Haddad"],
    );
    assert.ok(!members.some(({ user }) => user.name === "Owen Price"));
    const tokens = await allTokens(demo, id);
    const reasons = new Set(tokens.map(({ revokedReason }) => revokedReason));
    assert.ok(reasons.has("member_removed") && reasons.has("leaked"));
    const invitations = (await mara.get(`/api/organizations/${id}/invitations`)).body.items;
    assert.equal(invitations.length, 3);
    const keys = (await mara.get(`/api/organizations/${id}/api-keys`)).body.items as { readonly state: string }[];
    assert.deepEqual(new Set(keys.map(({ state }) => state)), new Set(["active", "expired", "revoked"]));
  });

  it("lets its member and its viewer in, with the permissions of their roles", async () => {
    const role = async (who: DemoAccount["who"]): Promise<string> => {
      const session = await signIn(account(who));
      const { body } = await session.get("/api/session");
      assert.equal(body.organization.name, "Northwind Robotics");
      return body.organizations.find(({ name }: { name: string }) => name === "Northwind Robotics").role;
    };
    assert.equal(await role("elena"), "member");
    assert.equal(await role("leo"), "viewer");
  });

  it("has an audit log of several weeks that agrees with the tokens", async () => {
    const { id } = await northwind();
    const events = await allEvents(demo, id);
    const tokens = await allTokens(demo, id);
    const instants = events.map(({ at }) => at);
    assert.ok(Math.max(...instants) - Math.min(...instants) > 40 * DAY_MS);
    assert.ok(Math.max(...instants) <= Date.now());
    for (const token of tokens) {
      const about = events.filter(({ target }) => target?.id === token.id);
      const at = (action: string): number[] =>
        about.filter((event) => event.action === action).map((event) => event.at);
      assert.deepEqual(at("pat.created"), [token.createdAt], token.name);
      assert.deepEqual(at("pat.revoked"), token.revokedAt === null ? [] : [token.revokedAt], token.name);
      const hasExpired = token.revokedAt === null && token.expiresAt !== null && token.expiresAt < Date.now();
      assert.equal(at("pat.expired").length, hasExpired ? 1 : 0, token.name);
      const uses = at("pat.used");
      assert.equal(uses.length > 0, token.useCount > 0, token.name);
      assert.ok(
        uses.every((used) => used >= token.createdAt && used <= (token.lastUsedAt ?? 0)),
        token.name,
      );
      assert.ok((token.lastUsedAt ?? 0) <= (token.revokedAt ?? Date.now()), token.name);
    }
    assert.ok(events.some(({ action, outcome }) => action === "pat.denied" && outcome === "denied"));
    assert.ok(events.some(({ action }) => action === "policy.changed"));
  });

  it("has several weeks of use in every chart", async () => {
    const mara = await signIn(account("mara"));
    const { id } = await northwind();
    const { body: overview } = await mara.get(`/api/organizations/${id}/overview?days=90`);
    const days = overview.days as { readonly uses: number; readonly denied: readonly { readonly code: string }[] }[];
    assert.ok(days.filter(({ uses }) => uses > 50).length > 40, "uses per day");
    const codes = new Set(days.flatMap(({ denied }) => denied.map(({ code }) => code)));
    assert.ok(codes.has("policy_no_expiry") && codes.has("member_removed") && codes.size >= 4, [...codes].join());
    assert.ok(overview.expiries.length > 5 && overview.staleTokens.length > 0);
    assert.ok(overview.ages.filter(({ tokens }: { tokens: number }) => tokens > 0).length >= 3);
    const { items } = (await mara.get("/api/personal-access-tokens?limit=200")).body as { readonly items: Token[] };
    for (const token of items.filter(({ useCount }) => useCount > 100)) {
      const { body: usage } = await mara.get(`/api/personal-access-tokens/${token.id}/usage?days=90`);
      const uses = (usage.days as { readonly uses: number }[]).reduce((sum, day) => sum + day.uses, 0);
      assert.equal(uses, token.useCount);
      assert.ok(usage.addresses.length > 0 && usage.routes.length > 1);
      assert.equal(usage.otherAddresses + usage.otherRoutes, 0);
    }
    await until(async () => (await mara.get("/api/admin/metrics")).body.outcomes.length > 0);
  });

  it("continues its history with as many requests as before: an hour of them flattens no chart", async () => {
    const mara = await signIn(account("mara"));
    const { id } = await northwind();
    const usesOf = async (path: string): Promise<readonly number[]> => {
      const { body } = await mara.get(`/api/organizations/${id}/${path}?days=30`);
      return body.days.map(({ uses }: { uses: number }) => uses);
    };
    const keys = (await mara.get(`/api/organizations/${id}/api-keys`)).body.items as { id: string; name: string }[];
    const gateway = keys.find(({ name }) => name === "Fleet gateway");
    // The last day is not over yet.
    const gatewayDays = (await usesOf(`api-keys/${gateway?.id}/usage`)).slice(-15, -1);
    const gatewayHour = gatewayDays.reduce((sum, uses) => sum + uses, 0) / gatewayDays.length / 24;
    const allDays = await usesOf("overview");
    const noonOn = (day: string): number => Date.parse(`2026-11-${day}T12:00:00Z`);
    for (const day of ["25", "29"]) {
      const due = requestsOfAnHour(noonOn(day));
      const count = (label: string): number => due.filter((one) => one.label === label).length;
      const ratio = count("key-gateway") / gatewayHour;
      assert.ok(ratio > 0.5 && ratio < 2, `the gateway sends ${ratio} times as many as before`);
      const last = (allDays.at(-1) ?? 0) + due.length;
      assert.ok(last < 1.5 * Math.max(...allDays.slice(0, -1)), `${last} on the last day`);
      assert.equal(count("key-ci") > 0, day === "25", "builds run on weekdays");
    }
  });

  it("keeps no secret and no password in its file", () => {
    const stored = [demo.file, `${demo.file}-wal`]
      .filter((file) => existsSync(file))
      .map((file) => readFileSync(file, "latin1"))
      .join("");
    assert.ok(stored.includes(account("mara").email) && stored.includes("mm_pat_"), "the test read the file");
    assert.doesNotMatch(stored, /mm_(pat|key|svc)_[0-9a-f]{48}/);
    for (const { password } of demo.accounts) assert.ok(!stored.includes(password));
  });

  it("reads neither the environment's database nor its address, only where to listen on this machine", () => {
    const environment = loadConfig({
      DATABASE_URL: "postgres://127.0.0.1/theirs",
      MINTMARK_BASE_URL: "https://tokens.example.com",
      MINTMARK_TRUSTED_PROXIES: "0.0.0.0/0",
      MINTMARK_SIGN_UP: "open",
    });
    const config = demoConfig(environment, "demo.db");
    assert.deepEqual(config.database, { kind: "sqlite", file: "demo.db" });
    assert.equal(config.settings.baseUrl, "http://127.0.0.1:3210");
    assert.deepEqual(config.trustedProxies, []);
    assert.equal(config.settings.signUp, "invite");
  });

  it("refuses to listen anywhere but on the loopback interface", async () => {
    for (const host of ["0.0.0.0", "::", "192.0.2.1", "127.0.0.1.example.com"]) {
      const environment = loadConfig({ MINTMARK_HOST: host });
      assert.throws(() => demoConfig(environment, "demo.db"), ConfigError, host);
      await assert.rejects(startDemo(environment), ConfigError, host);
    }
    const hostOf = (host: string): string => demoConfig(loadConfig({ MINTMARK_HOST: host }), "demo.db").host;
    for (const host of ["127.0.0.1", "127.0.0.2", "::1"]) assert.equal(hostOf(host), host);
    assert.equal(hostOf("localhost"), "127.0.0.1");
  });

  it("has a product beside it that hands its people their tokens, takes these in its API, and ends them with the membership", async () => {
    const { origin, people } = demo.host;
    const instance = new Client(demo.instance.deps.settings.baseUrl);
    const enter = async (role: string): Promise<(path: string, form?: Record<string, string>) => Promise<Response>> => {
      const { email = "", password = "" } = people.find((person) => person.role === role) ?? {};
      const at = (path: string, headers: Record<string, string>, form?: Record<string, string>) =>
        fetch(origin + path, {
          redirect: "manual",
          headers,
          ...(form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) }),
        });
      const refused = await at("/sign-in", {}, { email, password: `${password}x` });
      assert.equal(refused.headers.get("set-cookie"), null);
      assert.deepEqual([refused.status, /role="alert"/.test(await refused.text())], [401, true], "it says why");
      const entered = await at("/sign-in", {}, { email, password });
      const Cookie = entered.headers.get("set-cookie")?.split(";")[0] ?? "";
      return (path, form) => at(path, { Cookie }, form);
    };
    const robots = async (secret: string): Promise<readonly unknown[]> => {
      const response = await fetch(`${origin}/v1/robots`, { headers: { Authorization: `Bearer ${secret}` } });
      return [response.status, ((await response.json()) as Record<string, unknown>)["error"]];
    };
    assert.equal((await fetch(`${origin}/mintmark/hand-off`, { method: "POST" })).status, 401, "signed out");

    const omar = await enter("member");
    const page = await omar("/");
    assert.match(await page.text(), /<mintmark-tokens hand-off-url="\/mintmark\/hand-off">/);
    const { url } = (await (await omar("/mintmark/hand-off", {})).json()) as { readonly url: string };
    const code = url.split("#code=")[1];
    const redeemed = await instance.post("/api/hand-offs/redeem", { code, as: "page-token" });
    const framed = instance.withBearer(redeemed.body.pageToken);
    const { secret } = (await framed.post("/api/personal-access-tokens", { name: "CI", expiresInDays: 7 })).body;
    assert.deepEqual(await robots(secret), [200, undefined]);

    assert.equal((await omar("/remove", { member: "person-nora" })).status, 303);
    assert.deepEqual(await robots(secret), [200, undefined], "a member removes nobody");
    const nora = await enter("owner");
    await nora("/remove", { member: "person-omar" });
    assert.deepEqual(await robots(secret), [401, "member_removed"]);
    assert.match(await (await nora("/")).text(), /Omar Haddad was removed\. Mintmark confirmed at 20\S+Z\./);
    assert.equal((await omar("/mintmark/hand-off", {})).status, 401, "no link for those who left");
    assert.doesNotMatch(await (await omar("/")).text(), /Nora/, "nor the names of the team");
    await nora("/sign-out", {});
    assert.match(await (await nora("/")).text(), /<h1>Sign in/);
  });
});

describe("npm run demo", () => {
  const main = fileURLToPath(new URL("../../src/demo/main.ts", import.meta.url));
  const start = (env: Readonly<Record<string, string>>) => {
    const child = spawn(process.execPath, ["--conditions=development", main], {
      env: { ...BARE_ENVIRONMENT, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const exit = once(child, "exit") as Promise<[number | null]>;
    const output = { out: "", err: "" };
    child.stdout.on("data", (chunk: Buffer) => void (output.out += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => void (output.err += chunk.toString()));
    return { child, exit, output };
  };

  it("prints its address, who can sign in and where its data is, and deletes the data at its end", async () => {
    const port = await freePort();
    const { child, exit, output } = start({ MINTMARK_PORT: String(port) });
    while (child.exitCode === null && !output.out.includes("when the demo ends.")) {
      await Promise.race([once(child.stdout, "data"), exit]);
    }
    assert.match(output.out, new RegExp(`ready at http://127\\.0\\.0\\.1:${port}\n`));
    const [, email, password] = /^ {2}(mara@\S+) +(\S+)/m.exec(output.out) ?? [];
    const reply = await new Client(`http://127.0.0.1:${port}`).post("/api/sign-in", { email, password });
    assert.equal(reply.status, 200);
    assert.equal(output.out.split(String(password)).length, 2, "the password is printed once");
    const [, file = ""] = /data is in (\S+)/.exec(output.out) ?? [];
    assert.ok(existsSync(file));
    child.kill("SIGTERM");
    assert.deepEqual(await exit, [0, null]);
    assert.ok(!existsSync(dirname(file)));
    assert.equal(output.err, "");
  });

  it("ends with an explanation when the environment makes it reachable from elsewhere", async () => {
    const { exit, output } = start({ MINTMARK_HOST: "0.0.0.0" });
    assert.deepEqual(await exit, [2, null]);
    assert.match(output.err, /MINTMARK_HOST 0\.0\.0\.0 is not a loopback address/);
    assert.equal(output.out, "");
  });
});

/** The live traffic from `at` on, second by second. */
function requestsOfAnHour(at: number): ReturnType<typeof dueRequests> {
  const chance = new Chance(1);
  return Array.from({ length: 3_600 }, (_, second) => dueRequests(chance, at + second * 1_000, 1_000)).flat();
}

interface Token {
  readonly id: string;
  readonly state: string;
  readonly blockedBy: string | null;
  readonly permissions: readonly string[] | null;
  readonly useCount: number;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  readonly revokedBy: { readonly name: string } | null;
  readonly replaces: string | null;
  readonly organization: { readonly name: string; readonly personal: boolean };
}

interface Member {
  readonly role: string;
  readonly state: string;
  readonly user: { readonly name: string };
}

function cookieOf(reply: Reply): string {
  const cookie = reply.headers.get("set-cookie");
  assert.ok(cookie);
  return cookie.split(";")[0] as string;
}

async function allTokens(demo: Demo, id: OrganizationRecord["id"]): Promise<readonly TokenRecord[]> {
  const page = await demo.instance.deps.store.reads.listTokensOfOrganization(id, PAGE);
  assert.equal(page.next, null);
  return page.items;
}

async function allEvents(demo: Demo, organizationId: OrganizationRecord["id"]): Promise<readonly AuditEventRecord[]> {
  const events: AuditEventRecord[] = [];
  let page = await demo.instance.deps.store.reads.listAuditEvents({ organizationId }, PAGE);
  for (;;) {
    events.push(...page.items);
    if (page.next === null) return events;
    page = await demo.instance.deps.store.reads.listAuditEvents({ organizationId }, { ...PAGE, after: page.next });
  }
}

/** Asks again until it is true: a change in the demo is visible after a second. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 50));
}
