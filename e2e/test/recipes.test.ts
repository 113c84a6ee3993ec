// The recipes of docs/recipes.md: hand-made webhooks of each product, through the recipe's code, into a real instance. They may
// come twice and in any order, and what nobody signed changes nothing. better-auth runs for real in afternoon.test.ts.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { startInstance, type TestInstance } from "../../server/test/support/instance.ts";
import { Seed } from "../../server/test/support/seed.ts";

const FOLDER = new URL("../../examples/recipes/", import.meta.url);
const MOST_LINES = 60;
const KEY = "a secret for webhooks";
const NOW = Date.now();

interface Recipe {
  readonly isGenuine: (headers: Readonly<Record<string, string>>, text: string) => boolean;
  readonly changesOf: (event: object) => readonly object[];
}

interface Product {
  readonly env: string;
  readonly secret: string;
  readonly sign: (text: string) => Readonly<Record<string, string>>;
  /** In the order in which they happened. The last removes the member, or the person. */
  readonly events: readonly object[];
  readonly organization: string;
  readonly user: string;
}

const hmac = (text: string, key: string | Buffer, encoding: "hex" | "base64" = "hex"): string =>
  createHmac("sha256", key).update(text).digest(encoding);
const seconds = (): string => String(Math.floor(Date.now() / 1000));
const at = (step: number): string => new Date(NOW - 60_000 + step).toISOString();

const CLERK_USER = {
  id: "user_2abc",
  first_name: "Grace",
  last_name: "Hopper",
  primary_email_address_id: "idn_1",
  email_addresses: [{ id: "idn_1", email_address: "grace@clerk.example.com", verification: { status: "verified" } }],
  banned: false,
  locked: false,
};
const CLERK_MEMBER = { organization: { id: "org_2abc", name: "Harbor" }, public_user_data: { user_id: "user_2abc" } };

const PRODUCTS: Readonly<Record<string, Product>> = {
  clerk: {
    env: "CLERK_WEBHOOK_SECRET",
    secret: `whsec_${Buffer.from(KEY).toString("base64")}`,
    sign: (text) => {
      const time = seconds();
      return {
        "svix-id": "msg_1",
        "svix-timestamp": time,
        "svix-signature": `v1,AAAA v1,${hmac(`msg_1.${time}.${text}`, Buffer.from(KEY), "base64")}`,
      };
    },
    events: [
      { type: "user.created", data: CLERK_USER, timestamp: NOW + 1 },
      { type: "organization.created", data: { id: "org_2abc", name: "Harbour" }, timestamp: NOW + 2 },
      { type: "organizationMembership.created", data: { ...CLERK_MEMBER, role: "org:admin" }, timestamp: NOW + 3 },
      { type: "organization.updated", data: { id: "org_2abc", name: "Harbor" }, timestamp: NOW + 4 },
      { type: "organizationMembership.updated", data: { ...CLERK_MEMBER, role: "org:member" }, timestamp: NOW + 5 },
      { type: "session.created", data: { id: "sess_1" }, timestamp: NOW + 6 },
      { type: "organizationMembership.deleted", data: { ...CLERK_MEMBER, role: "org:member" }, timestamp: NOW + 7 },
    ],
    organization: "org_2abc",
    user: "user_2abc",
  },
  keycloak: {
    env: "KEYCLOAK_WEBHOOK_SECRET",
    secret: KEY,
    sign: (text) => ({ "x-keycloak-signature": hmac(text, KEY) }),
    events: [
      {
        resourceType: "USER",
        operationType: "CREATE",
        resourcePath: "users/4f1c-kc",
        representation: JSON.stringify({
          username: "grace",
          firstName: "Grace",
          lastName: "Hopper",
          email: "grace@keycloak.example.com",
          emailVerified: true,
          enabled: true,
        }),
        time: NOW + 1,
      },
      {
        resourceType: "ORGANIZATION",
        operationType: "CREATE",
        resourcePath: "organizations/77aa-kc",
        representation: JSON.stringify({ name: "Harbor" }),
        time: NOW + 2,
      },
      {
        resourceType: "ORGANIZATION_MEMBERSHIP",
        operationType: "CREATE",
        resourcePath: "organizations/77aa-kc/members/4f1c-kc",
        representation: "",
        time: NOW + 3,
      },
      {
        resourceType: "CLIENT",
        operationType: "UPDATE",
        resourcePath: "clients/1",
        representation: "{}",
        time: NOW + 4,
      },
      {
        resourceType: "ORGANIZATION_MEMBERSHIP",
        operationType: "DELETE",
        resourcePath: "organizations/77aa-kc/members/4f1c-kc",
        time: NOW + 5,
      },
    ],
    organization: "77aa-kc",
    user: "4f1c-kc",
  },
  supabase: {
    env: "SUPABASE_WEBHOOK_SECRET",
    secret: KEY,
    sign: () => ({ "x-webhook-secret": KEY }),
    events: [
      {
        type: "INSERT",
        table: "users",
        schema: "auth",
        record: {
          id: "5e0c-sb",
          email: "grace@supabase.example.com",
          raw_user_meta_data: { full_name: "Grace Hopper" },
          email_confirmed_at: at(1),
          banned_until: null,
          deleted_at: null,
          updated_at: at(1),
        },
        old_record: null,
      },
      {
        type: "INSERT",
        table: "teams",
        schema: "public",
        record: { id: "9b1d-sb", name: "Harbor", updated_at: at(2) },
        old_record: null,
      },
      {
        type: "INSERT",
        table: "memberships",
        schema: "public",
        record: { team_id: "9b1d-sb", user_id: "5e0c-sb", role: "member", updated_at: at(3) },
        old_record: null,
      },
      {
        type: "DELETE",
        table: "memberships",
        schema: "public",
        record: null,
        old_record: { team_id: "9b1d-sb", user_id: "5e0c-sb", role: "member", updated_at: at(3) },
      },
    ],
    organization: "9b1d-sb",
    user: "5e0c-sb",
  },
  zitadel: {
    env: "ZITADEL_SIGNING_KEY",
    secret: KEY,
    sign: (text) => {
      const time = seconds();
      return { "zitadel-signature": `t=${time},v1=${hmac(`${time}.${text}`, KEY)}` };
    },
    events: [
      {
        aggregateID: "3001",
        aggregateType: "org",
        resourceOwner: "3001",
        event_type: "org.added",
        event_payload: { name: "Harbor" },
        created_at: at(1),
      },
      {
        aggregateID: "4001",
        aggregateType: "user",
        resourceOwner: "3001",
        event_type: "user.human.added",
        event_payload: { firstName: "Grace", lastName: "Hopper", email: "grace@zitadel.example.com" },
        created_at: at(2),
      },
      {
        aggregateID: "4001",
        aggregateType: "user",
        resourceOwner: "3001",
        event_type: "user.removed",
        event_payload: null,
        created_at: at(3),
      },
    ],
    organization: "3001",
    user: "4001",
  },
};

describe("recipes", () => {
  let instance: TestInstance;
  let seed: Seed;
  let send: (method: string, path: string, body?: object) => Promise<{ status: number; body: any }>; // oxlint-disable-line typescript/no-explicit-any -- each has another shape
  before(async () => {
    instance = await startInstance();
    seed = new Seed(instance);
    const { secret } = await seed.managementKey();
    process.env["MINTMARK_URL"] = instance.url;
    process.env["MINTMARK_MANAGEMENT_KEY"] = secret;
    send = async (method, path, body) => {
      const response = await fetch(`${instance.url}/api/manage/${path}`, {
        method,
        headers: { Authorization: `Bearer ${secret}`, "Content-Type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: await response.json() };
    };
  });
  after(async () => {
    for (const name of ["MINTMARK_URL", "MINTMARK_MANAGEMENT_KEY", ...Object.values(PRODUCTS).map(({ env }) => env)])
      delete process.env[name];
    await instance.close();
  });

  const membersOf = async (organization: string): Promise<readonly unknown[]> => {
    const { body } = await send("GET", `organizations/${organization}/members`);
    const items = body.items as readonly {
      readonly user: { readonly externalId: string; readonly name: string };
      readonly role: string;
      readonly suspended: boolean;
    }[];
    return items.map(({ user, role, suspended }) => [user.externalId, user.name, role, suspended]);
  };

  it("have at most 60 lines each", () => {
    for (const name of readdirSync(FOLDER)) {
      const lines = readFileSync(new URL(name, FOLDER), "utf8").trimEnd().split("\n").length;
      assert.ok(lines <= MOST_LINES, `${name} has ${lines} lines`);
    }
  });

  for (const [name, product] of Object.entries(PRODUCTS)) {
    it(`of ${name} follow its webhooks, also twice and late, and no other's`, async (t) => {
      process.env[product.env] = product.secret;
      const recipe = (await import(new URL(`${name}.js`, FOLDER).href)) as Recipe;
      const { receive } = (await import(new URL("receive.js", FOLDER).href)) as {
        receive: (recipe: Recipe) => readonly never[];
      };
      const { default: express } = await import("express");
      const app = express();
      app.post("/webhooks", ...receive(recipe));
      const server = createServer(app).listen(0, "127.0.0.1");
      t.after(() => server.close());
      await new Promise((resolve) => server.once("listening", resolve));
      const { port } = server.address() as AddressInfo;
      const deliver = async (event: object, sign = product.sign): Promise<number> => {
        const text = JSON.stringify(event);
        const headers = { "Content-Type": "application/json", ...sign(text) };
        return (await fetch(`http://127.0.0.1:${port}/webhooks`, { method: "POST", headers, body: text })).status;
      };

      const until = product.events.slice(0, -1);
      const [first = {}] = product.events;
      assert.equal(await deliver(first, () => ({})), 401);
      assert.equal(await deliver(first, (text) => product.sign(`${text} `)), name === "supabase" ? 204 : 401);
      for (const event of until) assert.equal(await deliver(event), 204, JSON.stringify(event));
      const joined = [[product.user, "Grace Hopper", "member", false]];
      assert.deepEqual(await membersOf(product.organization), joined);
      // Again, from the last to the first.
      for (const event of until.toReversed()) await deliver(event);
      assert.deepEqual(await membersOf(product.organization), joined);

      const { body: user } = await send("GET", `users/${product.user}`);
      const { body: organization } = await send("GET", `organizations/${product.organization}`);
      const token = await seed.token(user, organization);
      assert.equal((await token.client.get("/api/whoami")).status, 200);
      const [last = {}] = product.events.slice(-1);
      assert.equal(await deliver(last), 204);
      assert.match((await token.client.get("/api/whoami")).body.code, /^(?:member_removed|user_deleted)$/);
      // Late events do not bring the member back.
      for (const event of until) await deliver(event);
      assert.deepEqual(await membersOf(product.organization), []);
    });
  }

  it("of Pocket ID set the members of a group, and stop where too many would go", async (t) => {
    const member = (id: string) => ({
      id,
      firstName: "Grace",
      lastName: id,
      email: `${id}@pocket.example.com`,
      isAdmin: false,
      userGroups: [{ id: "g-1" }],
    });
    let users = ["p-1", "p-2", "p-3", "p-4", "p-5"].map(member);
    const pocket = createServer((request, response) => {
      const data = request.url?.startsWith("/api/users?")
        ? users
        : [{ id: "g-1", name: "harbor", friendlyName: "Harbor" }];
      response.setHeader("Content-Type", "application/json");
      response.statusCode = request.headers["x-api-key"] === KEY ? 200 : 401;
      response.end(JSON.stringify({ data, pagination: { totalPages: 1 } }));
    }).listen(0, "127.0.0.1");
    t.after(() => pocket.close());
    await new Promise((resolve) => pocket.once("listening", resolve));
    process.env["POCKET_ID_URL"] = `http://127.0.0.1:${(pocket.address() as AddressInfo).port}`;
    process.env["POCKET_ID_API_KEY"] = KEY;
    const { synchronise } = (await import(new URL("pocket-id.js", FOLDER).href)) as {
      synchronise: () => Promise<void>;
    };
    await synchronise();
    assert.equal((await membersOf("g-1")).length, 5);
    users = users.slice(1);
    await synchronise();
    assert.equal((await membersOf("g-1")).length, 4);
    users = [];
    await assert.rejects(synchronise(), /Mintmark refused/);
    assert.equal((await membersOf("g-1")).length, 4);
  });

  it("of Auth.js follow its events, and remove a member whether or not Mintmark knows them", async () => {
    const { events, putMember, removeMember } = (await import(new URL("auth-js.js", FOLDER).href)) as {
      events: Readonly<Record<"signIn" | "updateUser", (event: object) => Promise<void>>>;
      putMember: (team: object, user: object, role: string) => Promise<void>;
      removeMember: (team: object, user: object, role: string, commit: () => Promise<void>) => Promise<void>;
    };
    const user = { id: "aj-1", name: "Grace Hopper", email: "grace@authjs.example.com" };
    const team = { id: "aj-team", name: "Harbor" };
    const removed: string[] = [];
    const remove = () =>
      removeMember(team, user, "member", async () => {
        removed.push("committed");
        assert.deepEqual(
          (await membersOf("aj-team")).flat(),
          removed.length === 2 ? ["aj-1", "Grace Hopper", "member", true] : [],
        );
      });
    await send("PUT", "organizations/aj-team", { name: "Harbor" });
    await remove();
    await events.signIn({ user, profile: { email_verified: true } });
    await putMember(team, user, "member");
    await events.updateUser({ user });
    assert.deepEqual(await membersOf("aj-team"), [["aj-1", "Grace Hopper", "member", false]]);
    await remove();
    assert.deepEqual(await membersOf("aj-team"), []);
    assert.equal(removed.length, 2);
  });
});
